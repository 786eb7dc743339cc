package chat

import (
	"bytes"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"lanyard/chat/event"
)

func (a *agent) announce(t testing.TB, text string) Message {
	t.Helper()
	m, err := a.Announce(t.Context(), text)
	if err != nil {
		t.Fatalf("%s announces %q: %v", a.name, text, err)
	}
	return m
}

func (a *agent) awaitReach(t *testing.T, id event.ID, of, delivered, read int) {
	t.Helper()
	a.await(t, fmt.Sprintf("with %d of %d, read by %d", delivered, of, read), func() bool {
		m, err := a.Message(t.Context(), id)
		if err != nil {
			t.Fatal(err)
		}
		return *m.Reach == Reach{Conversation: event.OfficeID(), Message: id, Of: of, Delivered: delivered, Read: read}
	})
}

func (a *agent) officeRow(t *testing.T) Conversation {
	t.Helper()
	row, err := a.Conversation(t.Context(), event.OfficeID())
	if err != nil {
		t.Fatal(err)
	}
	return row
}

// TestAnnounce: what somebody announces is with everybody, who counts for its author alone; it can be changed and taken back, and answered in private.
func TestAnnounce(t *testing.T) {
	onBoth(t, func(t *testing.T, s *site) {
		all := s.office(t, "Anna", "Ben", "Carla")
		anna, ben, carla := all[0], all[1], all[2]
		cake := anna.announce(t, "Cake in the kitchen")
		for _, a := range all {
			a.awaitSaid(t, event.OfficeID(), "Cake in the kitchen")
		}
		anna.awaitReach(t, cake.ID, 2, 2, 0)
		anna.ear.mu.Lock()
		for _, r := range anna.ear.reaches {
			if r.New != Delivered {
				t.Errorf("what came to somebody is told as %v: %+v", r.New, r)
			}
		}
		anna.ear.mu.Unlock()
		if row := ben.officeRow(t); row.Unread != 1 || !row.Office || row.Last.Author != anna.person() || row.Last.Reach != nil {
			t.Errorf("%+v %+v", row, row.Last)
		}
		if _, err := ben.MarkRead(t.Context(), event.OfficeID(), event.ID{}); err != nil {
			t.Fatal(err)
		}
		anna.awaitReach(t, cake.ID, 2, 2, 1)
		anna.ear.awaitReach(t, anna, cake.ID, 1)
		if _, err := anna.Edit(t.Context(), cake.ID, "Cake on the roof", nil); err != nil {
			t.Fatal(err)
		}
		carla.awaitSaid(t, event.OfficeID(), "Cake on the roof")
		if _, err := ben.Edit(t.Context(), cake.ID, "No cake", nil); !errors.Is(err, ErrNotMine) {
			t.Errorf("Ben changes what Anna announced: %v", err)
		}
		reply, err := carla.Post(t.Context(), carla.Direct(anna.person()), Post{Text: "Which roof?", ReplyTo: cake.ID})
		if err != nil || reply.Reply == nil || reply.Reply.Text != "Cake on the roof" {
			t.Fatalf("%+v %v", reply.Reply, err)
		}
		anna.awaitTexts(t, carla, "Which roof?")
		if q := anna.history(t, carla, Query{}).Messages[0].Reply; q == nil || !q.Here || q.Text != "Cake on the roof" {
			t.Errorf("Anna sees the quote %+v", q)
		}
		if _, err := anna.Delete(t.Context(), cake.ID); err != nil {
			t.Fatal(err)
		}
		ben.await(t, "it is taken back", func() bool { m, err := ben.Shown(t.Context(), cake.ID); return err == nil && m.Deleted })
		for _, a := range all {
			if len(a.Dropped()) > 0 {
				t.Errorf("%s dropped %v", a.name, a.Dropped())
			}
		}
	})
}

// TestReachWithoutBlocked: who is blocked gets nothing any more, and counts neither among those whom an announcement is for nor among those whom it is with.
func TestReachWithoutBlocked(t *testing.T) {
	inMemory(t, func(t *testing.T, s *site) {
		all := s.office(t, "Anna", "Ben", "Carla")
		anna, ben := all[0], all[1]
		cake := anna.announce(t, "Cake in the kitchen")
		anna.awaitReach(t, cake.ID, 2, 2, 0)
		if err := anna.roster.Block(t.Context(), ben.person()); err != nil {
			t.Fatal(err)
		}
		anna.awaitReach(t, cake.ID, 1, 1, 0)
		tea := anna.announce(t, "Tea, too")
		anna.awaitReach(t, tea.ID, 1, 1, 0)
		if err := anna.roster.Unblock(t.Context(), ben.person()); err != nil {
			t.Fatal(err)
		}
		anna.awaitReach(t, cake.ID, 2, 2, 0)
	})
}

// awaitReach waits until it was told that as many have read an announcement.
func (e *ear) awaitReach(t *testing.T, a *agent, id event.ID, read int) {
	t.Helper()
	a.await(t, "it is told who has read", func() bool {
		e.mu.Lock()
		defer e.mu.Unlock()
		return slices.ContainsFunc(e.reaches, func(r Reach) bool { return r.Message == id && r.Read == read && r.New == Read })
	})
}

// TestAnnounceOnly: in the office nothing is said but announcements.
func TestAnnounceOnly(t *testing.T) {
	inMemory(t, func(t *testing.T, s *site) {
		all := s.office(t, "Anna", "Ben")
		anna, ben := all[0], all[1]
		sent := anna.announce(t, "Cake")
		ben.awaitSaid(t, event.OfficeID(), "Cake")
		tries := map[string]func() error{
			"send": func() error { _, err := ben.Send(t.Context(), event.OfficeID(), "hello all"); return err },
			"reply": func() error {
				_, err := ben.Post(t.Context(), event.OfficeID(), Post{Text: "thanks", ReplyTo: sent.ID})
				return err
			},
			"later": func() error {
				_, err := ben.SendLater(t.Context(), event.OfficeID(), Post{Text: "x"}, time.Now().Add(time.Hour))
				return err
			},
			"file":   func() error { _, err := ben.Offer(t.Context(), event.OfficeID(), []string{t.TempDir()}); return err },
			"react":  func() error { _, err := ben.React(t.Context(), sent.ID, "👍", true); return err },
			"pin":    func() error { _, err := ben.Pin(t.Context(), sent.ID, true); return err },
			"blanks": func() error { _, err := ben.Announce(t.Context(), "  "); return err },
			"long":   func() error { _, err := ben.Announce(t.Context(), strings.Repeat("x", event.MaxText+1)); return err },
		}
		for what, try := range tries {
			if err := try(); err == nil {
				t.Errorf("%s: nothing was refused", what)
			} else if what != "blanks" && what != "long" && !errors.Is(err, ErrOffice) && !errors.Is(err, ErrOfficeKind) {
				t.Errorf("%s: %v", what, err)
			}
		}
		long := strings.Repeat("x", event.MaxText+1)
		_, announced := anna.Announce(t.Context(), long)
		_, edited := anna.Edit(t.Context(), sent.ID, long, nil)
		for what, err := range map[string]error{"announced": announced, "edited": edited} {
			if err == nil || strings.Contains(err.Error(), "file") || !strings.Contains(err.Error(), "put it where all can read it") {
				t.Errorf("%s and too long: %v", what, err)
			}
		}
		if got := anna.said(t, event.OfficeID()); len(got) != 1 {
			t.Errorf("%q", got)
		}
	})
}

// TestAnnounceDay: who announces too much is told so, and everybody takes what they were allowed to write.
func TestAnnounceDay(t *testing.T) {
	inMemory(t, func(t *testing.T, s *site) {
		all := s.office(t, "Anna", "Ben")
		anna, ben := all[0], all[1]
		for i := range ownDay - 1 { // one more event began the log
			anna.announce(t, fmt.Sprint(i))
		}
		if _, err := anna.Announce(t.Context(), "one more"); !errors.Is(err, ErrManyAnnouncements) {
			t.Fatalf("one more: %v", err)
		}
		ben.await(t, "he has them all", func() bool { return len(ben.said(t, event.OfficeID())) == ownDay-1 })
		time.Sleep(25 * time.Hour)
		anna.announce(t, "on the next day")
		ben.await(t, "he has that, too", func() bool { return slices.Contains(ben.said(t, event.OfficeID()), "on the next day") })
	})
}

// TestDeleteInFullDay: who announced as much as they may can still take it back, and everybody takes that.
func TestDeleteInFullDay(t *testing.T) {
	inMemory(t, func(t *testing.T, s *site) {
		all := s.office(t, "Anna", "Ben")
		anna, ben := all[0], all[1]
		var sent []Message
		for i := range ownDay - 1 {
			sent = append(sent, anna.announce(t, fmt.Sprint(i)))
		}
		for _, m := range sent {
			if _, err := anna.Delete(t.Context(), m.ID); err != nil {
				t.Fatalf("take %q back: %v", m.Text, err)
			}
		}
		for _, m := range sent {
			ben.await(t, "it is taken back", func() bool { now, err := ben.Shown(t.Context(), m.ID); return err == nil && now.Deleted })
		}
	})
}

// TestAnnounceNewcomer: who comes later gets the last 30 days through whoever is here, though the author is off; what is older stays where it is.
func TestAnnounceNewcomer(t *testing.T) {
	inMemory(t, func(t *testing.T, s *site) {
		all := s.office(t, "Anna", "Ben")
		anna, ben := all[0], all[1]
		anna.announce(t, "old marker")
		ben.awaitSaid(t, event.OfficeID(), "old marker")
		for _, a := range all { // who runs for weeks does so below; the link of two that run costs as much as all the rest
			a.stop()
		}
		time.Sleep(20 * 24 * time.Hour)
		for _, a := range all {
			a.run(t)
		}
		anna.meet(t, ben)
		fresh := anna.announce(t, "fresh one")
		gone := anna.announce(t, "taken back")
		ben.awaitSaid(t, event.OfficeID(), "old marker", "fresh one", "taken back")
		if _, err := anna.Delete(t.Context(), gone.ID); err != nil {
			t.Fatal(err)
		}
		ben.await(t, "it is taken back", func() bool { m, err := ben.Shown(t.Context(), gone.ID); return err == nil && m.Deleted })
		anna.stop()
		ben.stop()
		time.Sleep(15 * 24 * time.Hour)
		ben.run(t)
		dora := s.start(t, "Dora")
		dora.meet(t, ben)
		dora.await(t, "the last 30 days", func() bool { return slices.Contains(dora.said(t, event.OfficeID()), "fresh one") })
		if got := dora.said(t, event.OfficeID()); slices.Contains(got, "old marker") || slices.Contains(got, "taken back") {
			t.Errorf("Dora has %q", got)
		}
		page, err := dora.History(t.Context(), event.OfficeID(), Query{})
		if err != nil {
			t.Fatal(err)
		}
		m := page.Messages[slices.IndexFunc(page.Messages, func(m Message) bool { return m.ID == fresh.ID })]
		if m.Called != "Anna" || !m.Stale || m.Author != anna.person() {
			t.Errorf("Dora sees %+v", m)
		}
		if got := ben.said(t, event.OfficeID()); !slices.Contains(got, "old marker") {
			t.Errorf("Ben, who met Anna, has %q", got)
		}
		dora.stop()
		if holds(t, dora, "old marker") || !holds(t, dora, "fresh one") {
			t.Error("Dora's disk holds what is older than 30 days, or not what is not")
		}
		time.Sleep(20 * 24 * time.Hour)
		if told := ben.known(event.OfficeID()).vector(); len(told) > 0 {
			t.Errorf("Ben still passes on %v", told)
		}
		dora.run(t)
		if got := dora.said(t, event.OfficeID()); len(got) > 0 || len(dora.known(event.OfficeID()).branches) > 0 {
			t.Errorf("Dora, who never met Anna, still keeps %q", got)
		}
	})
}

// holds reports whether the files of a stopped agent hold some text.
func holds(t *testing.T, a *agent, text string) bool {
	t.Helper()
	for _, name := range []string{"lanyard.db", "lanyard.db-wal"} {
		b, err := os.ReadFile(filepath.Join(a.dir, name))
		if err != nil && !os.IsNotExist(err) {
			t.Fatal(err)
		}
		if bytes.Contains(b, []byte(text)) {
			return true
		}
	}
	return false
}
