package chat

import (
	"errors"
	"slices"
	"strings"
	"testing"
	"time"

	"lanyard/chat/event"
	"lanyard/internal/identity"
	"lanyard/internal/store"
)

// TestLater: texts leave and reminders ring at their time by the agent's clock, once, over restarts; what is cancelled does neither.
func TestLater(t *testing.T) {
	inMemory(t, func(t *testing.T, s *site) {
		anna, ben := s.start(t, "Anna"), s.start(t, "Ben")
		anna.meet(t, ben)
		hello := anna.send(t, ben, "hello")[0]
		ben.awaitTexts(t, anna, "hello")
		begun := time.Now()
		later := func(l Later, err error) Later {
			t.Helper()
			if err != nil {
				t.Fatal(err)
			}
			return l
		}
		second := later(anna.SendLater(t.Context(), anna.Direct(ben.person()), Post{Text: "second"}, begun.Add(2*time.Hour)))
		later(anna.SendLater(t.Context(), anna.Direct(ben.person()), Post{Text: "first"}, begun.Add(time.Hour)))
		never := later(anna.SendLater(t.Context(), anna.Direct(ben.person()), Post{Text: "never"}, begun.Add(90*time.Minute)))
		later(anna.Remind(t.Context(), hello.ID, begun.Add(30*time.Minute)))
		if all, err := anna.Laters(t.Context()); err != nil || len(all) != 4 || all[0].About != hello.ID || all[3].Key != second.Key {
			t.Fatalf("%+v: %v", all, err)
		}
		for _, at := range []time.Time{begun, begun.Add(-time.Hour), begun.AddDate(11, 0, 0)} {
			if _, err := anna.SendLater(t.Context(), anna.Direct(ben.person()), Post{Text: "x"}, at); !errors.Is(err, ErrWhen) {
				t.Errorf("at %v: %v", at, err)
			}
		}
		if err := anna.CancelLater(t.Context(), never.Key); err != nil {
			t.Fatal(err)
		}
		if err := anna.CancelLater(t.Context(), never.Key); !errors.Is(err, ErrNotLater) {
			t.Errorf("cancelled twice: %v", err)
		}
		time.Sleep(29 * time.Minute) // of the bubble's clock, as all that follow
		if n := anna.ear.reminders(); n != 0 {
			t.Errorf("%d reminders came early", n)
		}
		time.Sleep(2 * time.Minute)
		anna.await(t, "the reminder", func() bool { return anna.ear.reminders() == 1 })
		anna.awaitTexts(t, ben, "hello")
		time.Sleep(30 * time.Minute)
		ben.awaitTexts(t, anna, "hello", "first")
		anna.stop()
		time.Sleep(2 * time.Hour) // its time passes while Anna's agent is off
		ben.awaitTexts(t, anna, "hello", "first")
		anna.run(t)
		anna.awaitLink(t, ben)
		ben.awaitTexts(t, anna, "hello", "first", "second")
		if err := anna.CancelLater(t.Context(), second.Key); !errors.Is(err, ErrNotLater) {
			t.Errorf("cancelled what was sent: %v", err)
		}
		anna.stop()
		anna.run(t)
		anna.awaitLink(t, ben)
		time.Sleep(time.Hour)
		ben.awaitTexts(t, anna, "hello", "first", "second")
		if n := anna.ear.reminders(); n != 1 {
			t.Errorf("%d reminders", n)
		}
		all, err := anna.Laters(t.Context())
		if err != nil || len(all) != 1 || !all[0].Rung || all[0].About != hello.ID {
			t.Fatalf("left, beside the reminder that rang: %+v, %v", all, err)
		}
		if err := anna.CancelLater(t.Context(), all[0].Key); err != nil {
			t.Errorf("a reminder that rang is not put away: %v", err)
		}
	})
}

// TestLaterOnAFullDisk: what comes due while nothing can be stored is sent once there is room, without a restart, or cancelled meanwhile.
func TestLaterOnAFullDisk(t *testing.T) {
	inMemory(t, func(t *testing.T, s *site) {
		anna, ben := s.start(t, "Anna"), s.start(t, "Ben")
		anna.meet(t, ben)
		hello := anna.send(t, ben, "hello")[0]
		ben.awaitTexts(t, anna, "hello")
		anna.awaitState(t, hello.ID, Delivered)
		long := strings.Repeat("long ", 6000)
		var keys []int64
		for i, text := range []string{long + "one", long + "two", "short"} {
			l, err := anna.SendLater(t.Context(), anna.Direct(ben.person()), Post{Text: text}, time.Now().Add(time.Duration(1+i)*time.Hour))
			if err != nil {
				t.Fatal(err)
			}
			keys = append(keys, l.Key)
		}
		anna.settle(t)
		empty := anna.fill(t)
		time.Sleep(2*time.Hour + 30*time.Minute) // of the bubble's clock
		ben.awaitTexts(t, anna, "hello")
		all, err := anna.Laters(t.Context())
		if err != nil || len(all) != 3 || !errors.Is(all[0].Delayed, store.ErrFull) || !errors.Is(all[1].Delayed, store.ErrFull) || all[2].Delayed != nil {
			t.Errorf("of what is due and not sent is told %+v, %v", all, err)
		}
		err = store.ErrFull
		for try := 0; try < 100 && errors.Is(err, store.ErrFull); try++ { // what is written with it may find the disk full, which undoes both
			err = anna.CancelLater(t.Context(), keys[1])
		}
		if err != nil {
			t.Errorf("what could not be sent is not cancelled: %v", err)
		}
		empty()
		time.Sleep(2 * lookAgain)
		ben.awaitTexts(t, anna, "hello", long+"one")
		time.Sleep(time.Hour)
		ben.awaitTexts(t, anna, "hello", long+"one", "short")
		if all, err := anna.Laters(t.Context()); err != nil || len(all) != 0 {
			t.Errorf("left: %+v %v", all, err)
		}
		anna.stop()
		anna.run(t)
		anna.awaitLink(t, ben)
		time.Sleep(time.Hour)
		ben.awaitTexts(t, anna, "hello", long+"one", "short")
	})
}

// TestLaterAfterComingBack: what came due while its author was no member of the room any more says so, and is sent once they are one again, also over a restart.
func TestLaterAfterComingBack(t *testing.T) {
	inMemory(t, func(t *testing.T, s *site) {
		anna, ben := s.start(t, "Anna"), s.start(t, "Ben")
		anna.meet(t, ben)
		room := roomOfAll(t, NewRoom{}, anna, ben)
		heard := ben.ear
		if _, err := ben.SendLater(t.Context(), room, Post{Text: "pizza"}, time.Now().Add(time.Hour)); err != nil {
			t.Fatal(err)
		}
		if _, err := ben.Leave(t.Context(), room); err != nil {
			t.Fatal(err)
		}
		time.Sleep(2 * time.Hour) // of the bubble's clock
		all, err := ben.Laters(t.Context())
		if err != nil || len(all) != 1 || all[0].Problem != ErrNoMember.Error() || all[0].Delayed != nil {
			t.Fatalf("out of the room: %+v, %v", all, err)
		}
		if told := heard.failed(); len(told) != 1 || told[0].Text != "pizza" || told[0].In != room || told[0].Problem != ErrNoMember.Error() {
			t.Errorf("told: %+v", told)
		}
		ben.stop()
		ben.run(t)
		ben.awaitLink(t, anna)
		time.Sleep(time.Hour)
		if _, err := anna.Invite(t.Context(), room, ben.person()); err != nil {
			t.Fatal(err)
		}
		anna.awaitSaid(t, room, "pizza")
		if all, err := ben.Laters(t.Context()); err != nil || len(all) != 0 {
			t.Errorf("left: %+v, %v", all, err)
		}
	})
}

// TestLaterComesTooLate: what could not be sent within a day of its time does not go by itself, whenever its author might send it; it says so, also to who finds it after a start, and goes once it was given
// another time.
func TestLaterComesTooLate(t *testing.T) {
	inMemory(t, func(t *testing.T, s *site) {
		anna, ben := s.start(t, "Anna"), s.start(t, "Ben")
		anna.meet(t, ben)
		room := roomOfAll(t, NewRoom{}, anna, ben)
		planned, err := ben.SendLater(t.Context(), room, Post{Text: "lunch today?"}, time.Now().Add(time.Hour))
		if err != nil {
			t.Fatal(err)
		}
		if _, err := anna.Remove(t.Context(), room, ben.person()); err != nil {
			t.Fatal(err)
		}
		ben.awaitMembers(t, room, anna)
		stays := func(when string, problem error) {
			t.Helper()
			all, err := ben.Laters(t.Context())
			if err != nil || len(all) != 1 || all[0].Problem != problem.Error() {
				t.Fatalf("%s: %+v %v", when, all, err)
			}
		}
		time.Sleep(2 * time.Hour)
		stays("an hour after its time", ErrNoMember)
		time.Sleep(24 * time.Hour)
		stays("a day later", ErrOutdated)
		_, err = ben.changeLater(t.Context(), `UPDATE chat_later SET problem = ?`, ErrNoMember.Error()) // as older versions left it
		if err != nil {
			t.Fatal(err)
		}
		ben.stop()
		ben.run(t)
		ben.awaitLink(t, anna)
		if _, err := anna.Invite(t.Context(), room, ben.person()); err != nil {
			t.Fatal(err)
		}
		ben.awaitMembers(t, room, anna, ben)
		time.Sleep(3 * lookAgain)
		stays("invited again", ErrOutdated)
		if got := anna.said(t, room); len(got) != 0 {
			t.Errorf("it was sent by itself: %q", got)
		}
		if _, err := ben.ChangeLater(t.Context(), planned.Key, "lunch today?", nil, nil, time.Now().Add(time.Minute)); err != nil {
			t.Fatal(err)
		}
		anna.awaitSaid(t, room, "lunch today?")
	})
}

// TestReminderPutOffWhileItRings: what is given another time in the instant in which it rings comes again at that time.
func TestReminderPutOffWhileItRings(t *testing.T) {
	inMemory(t, func(t *testing.T, s *site) {
		anna, ben := s.start(t, "Anna"), s.start(t, "Ben")
		anna.meet(t, ben)
		hello := anna.send(t, ben, "hello")[0]
		l, err := anna.Remind(t.Context(), hello.ID, time.Now().Add(time.Hour))
		if err != nil {
			t.Fatal(err)
		}
		if _, err := anna.ChangeLater(t.Context(), l.Key, "", nil, nil, time.Now().Add(2*time.Hour)); err != nil {
			t.Fatal(err)
		}
		if err := anna.alarm.remind(t.Context(), l); err != nil { // as the loop took it up, before the change
			t.Fatal(err)
		}
		if all, err := anna.Laters(t.Context()); err != nil || len(all) != 1 || all[0].Rung {
			t.Errorf("after the change it counts as rung: %+v, %v", all, err)
		}
		time.Sleep(2*time.Hour + time.Minute) // of the bubble's clock
		anna.await(t, "it rings again", func() bool { return anna.ear.reminders() == 2 })
	})
}

func (e *ear) reminders() int {
	e.mu.Lock()
	defer e.mu.Unlock()
	return len(e.reminded)
}

func (e *ear) failed() []Later {
	e.mu.Lock()
	defer e.mu.Unlock()
	return e.unsent
}

// TestLaterMentions: who is mentioned stands in what is sent later, over a restart, as it was written or changed last.
func TestLaterMentions(t *testing.T) {
	inMemory(t, func(t *testing.T, s *site) {
		anna, ben := s.start(t, "Anna"), s.start(t, "Ben")
		anna.meet(t, ben)
		to, both := anna.Direct(ben.person()), []identity.PersonID{ben.person(), anna.person()}
		begun := time.Now()
		var kept []Later
		for i, p := range []Post{{Text: "one", Mentions: both[:1]}, {Text: "two"}, {Text: "three", Mentions: both}} {
			l, err := anna.SendLater(t.Context(), to, p, begun.Add(time.Duration(i+1)*time.Hour))
			if err != nil {
				t.Fatal(err)
			}
			kept = append(kept, l)
		}
		if _, err := anna.SendLater(t.Context(), to, Post{Text: "x", Mentions: []identity.PersonID{ben.person(), ben.person()}}, begun.Add(time.Hour)); !errors.Is(err, event.ErrText) {
			t.Errorf("somebody is mentioned twice: %v", err)
		}
		if _, err := anna.ChangeLater(t.Context(), kept[1].Key, "two", both[1:], nil, begun.Add(2*time.Hour)); err != nil {
			t.Fatal(err)
		}
		if _, err := anna.ChangeLater(t.Context(), kept[2].Key, "three", nil, nil, begun.Add(3*time.Hour)); err != nil {
			t.Fatal(err)
		}
		anna.stop()
		anna.run(t)
		anna.awaitLink(t, ben)
		all, err := anna.Laters(t.Context())
		if err != nil || len(all) != 3 || !slices.Equal(all[0].Mentions(), both[:1]) || !slices.Equal(all[1].Mentions(), both[1:]) || len(all[2].Mentions()) != 0 {
			t.Fatalf("what waits: %+v, %v", all, err)
		}
		time.Sleep(3*time.Hour + time.Minute) // of the bubble's clock
		ben.awaitTexts(t, anna, "one", "two", "three")
		page, err := ben.History(t.Context(), ben.Direct(anna.person()), Query{})
		if err != nil {
			t.Fatal(err)
		}
		for i, want := range [][]identity.PersonID{both[:1], both[1:], nil} {
			if got := page.Messages[i].Mentions; !slices.Equal(got, want) {
				t.Errorf("%q mentions %v, want %v", page.Messages[i].Text, got, want)
			}
		}
	})
}
