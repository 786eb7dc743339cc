package chat

import (
	"testing"
	"time"

	"lanyard/chat/event"
)

// TestDeletionsAreKept: who was away while something was deleted learns of it from somebody who keeps no old messages.
func TestDeletionsAreKept(t *testing.T) {
	inMemory(t, func(t *testing.T, s *site) {
		all := s.office(t, "Anna", "Ben", "Carla")
		anna, ben, carla := all[0], all[1], all[2]
		room := roomOfAll(t, NewRoom{}, all...)
		secret := anna.say(t, room, "secret")[0]
		ben.awaitSaid(t, room, "secret")
		carla.awaitSaid(t, room, "secret")
		carla.stop()
		if _, err := anna.Delete(t.Context(), secret.ID); err != nil {
			t.Fatal(err)
		}
		ben.await(t, "the deletion", func() bool { return ben.message(t, secret.ID).Deleted })
		anna.stop()
		if err := ben.KeepAll(t.Context(), 1); err != nil {
			t.Fatal(err)
		}
		time.Sleep(3 * day)
		carla.run(t)
		carla.awaitLink(t, ben)
		carla.await(t, "the deletion", func() bool { return carla.message(t, secret.ID).Deleted })
		carla.holdsNothing(t, room, "secret")
	})
}

// TestEditsStayWithTheirMessage: what was not read stays, however old, and as it was edited.
func TestEditsStayWithTheirMessage(t *testing.T) {
	inMemory(t, func(t *testing.T, s *site) {
		anna, ben := s.start(t, "Anna"), s.start(t, "Ben")
		anna.meet(t, ben)
		sent := anna.send(t, ben, "at three")[0]
		if _, err := anna.Edit(t.Context(), sent.ID, "at four", nil); err != nil {
			t.Fatal(err)
		}
		ben.awaitTexts(t, anna, "at four")
		if err := ben.KeepAll(t.Context(), 1); err != nil {
			t.Fatal(err)
		}
		time.Sleep(4 * day)
		if _, err := ben.React(t.Context(), sent.ID, "👍", true); err != nil { // works out anew what all that is said of it comes to
			t.Fatal(err)
		}
		if got := ben.message(t, sent.ID); got.Text != "at four" || got.Edits != 1 {
			t.Errorf("after four days: %q, %d edits", got.Text, got.Edits)
		}
		if _, err := ben.MarkRead(t.Context(), ben.Direct(anna.person()), event.ID{}); err != nil {
			t.Fatal(err)
		}
		time.Sleep(day)
		if got := ben.texts(t, anna); len(got) != 0 {
			t.Errorf("read and old: %q", got)
		}
		if found, err := ben.Verify(t.Context(), ben.Direct(anna.person())); err != nil || found.Dropped < 2 {
			t.Errorf("the message and its edit are to be dropped: %+v %v", found, err)
		}
	})
}

// TestDeletionsReachWhoWasAway: what somebody got as a member is taken back from them too when they were none for a while, also where the history is closed.
func TestDeletionsReachWhoWasAway(t *testing.T) {
	inMemory(t, func(t *testing.T, s *site) {
		all := s.office(t, "Anna", "Ben")
		anna, ben := all[0], all[1]
		room := roomOfAll(t, NewRoom{ClosedHistory: true}, all...)
		secret := anna.say(t, room, "secret")[0]
		ben.awaitSaid(t, room, "secret")
		if _, err := anna.Remove(t.Context(), room, ben.person()); err != nil {
			t.Fatal(err)
		}
		ben.awaitMembers(t, room, anna)
		if _, err := anna.Delete(t.Context(), secret.ID); err != nil {
			t.Fatal(err)
		}
		anna.say(t, room, "not for Ben")
		if _, err := anna.Invite(t.Context(), room, ben.person()); err != nil {
			t.Fatal(err)
		}
		ben.awaitMembers(t, room, all...)
		ben.await(t, "the deletion", func() bool { return ben.message(t, secret.ID).Deleted })
		ben.holdsNothing(t, room, "not for Ben")
	})
}

// TestTracesGrowOld: the line that says that a message was deleted goes when the message would have gone, and not earlier; the deletion itself stays.
func TestTracesGrowOld(t *testing.T) {
	inMemory(t, func(t *testing.T, s *site) {
		anna, ben := s.start(t, "Anna"), s.start(t, "Ben")
		anna.meet(t, ben)
		sent := anna.send(t, ben, "secret", "said")
		ben.awaitTexts(t, anna, "secret", "said")
		if _, err := anna.Delete(t.Context(), sent[0].ID); err != nil {
			t.Fatal(err)
		}
		ben.await(t, "the deletion", func() bool { return ben.message(t, sent[0].ID).Deleted })
		if _, err := ben.MarkRead(t.Context(), ben.Direct(anna.person()), event.ID{}); err != nil {
			t.Fatal(err)
		}
		for _, a := range []*agent{anna, ben} {
			if err := a.KeepAll(t.Context(), 2); err != nil {
				t.Fatal(err)
			}
		}
		time.Sleep(day)
		for _, a := range []*agent{anna, ben} {
			if !a.message(t, sent[0].ID).Deleted {
				t.Errorf("%s: a day early nothing is shown", a.name)
			}
		}
		time.Sleep(2 * day)
		shows := func(a *agent, b *agent) int { return len(a.history(t, b, Query{}).Messages) }
		for range 2 {
			if n, m := shows(anna, ben), shows(ben, anna); n != 0 || m != 0 {
				t.Errorf("after three days Anna is shown %d messages, Ben %d", n, m)
			}
			for _, a := range []*agent{anna, ben} {
				a.stop()
				a.run(t)
			}
		}
		found, err := ben.Verify(t.Context(), ben.Direct(anna.person()))
		if err != nil || len(found.Alterations) > 0 {
			t.Errorf("%+v %v", found, err)
		}
	})
}

// TestTracesStayUntilRead: the line of a message that was deleted stays until it was read, so that its author gets to know that.
func TestTracesStayUntilRead(t *testing.T) {
	inMemory(t, func(t *testing.T, s *site) {
		anna, ben := s.start(t, "Anna"), s.start(t, "Ben")
		anna.meet(t, ben)
		sent := anna.send(t, ben, "secret")
		ben.awaitTexts(t, anna, "secret")
		if _, err := anna.Delete(t.Context(), sent[0].ID); err != nil {
			t.Fatal(err)
		}
		ben.await(t, "the deletion", func() bool { return ben.message(t, sent[0].ID).Deleted })
		if err := ben.KeepAll(t.Context(), 2); err != nil {
			t.Fatal(err)
		}
		time.Sleep(5 * day)
		if !ben.message(t, sent[0].ID).Deleted {
			t.Fatal("it is gone before it was read")
		}
		if _, err := ben.MarkRead(t.Context(), ben.Direct(anna.person()), event.ID{}); err != nil {
			t.Fatal(err)
		}
		anna.awaitState(t, sent[0].ID, Read)
		time.Sleep(day)
		if n := len(ben.history(t, anna, Query{}).Messages); n != 0 {
			t.Errorf("a day after it was read %d lines are shown", n)
		}
	})
}
