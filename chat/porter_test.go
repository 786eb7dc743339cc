package chat

import (
	"slices"
	"testing"
	"testing/synctest"
	"time"

	"lanyard/chat/event"
	"lanyard/internal/store"
)

// TestUnblockedAfterTheirWordsWent: what lost its words while its author was blocked is not shown as empty announcements afterwards.
func TestUnblockedAfterTheirWordsWent(t *testing.T) {
	inMemory(t, func(t *testing.T, s *site) {
		all := s.office(t, "Anna", "Ben")
		anna, ben := all[0], all[1]
		anna.announce(t, "old words")
		ben.awaitSaid(t, event.OfficeID(), "old words")
		if _, err := ben.MarkRead(t.Context(), event.OfficeID(), event.ID{}); err != nil {
			t.Fatal(err)
		}
		if err := ben.KeepWith(t.Context(), event.OfficeID(), 31); err != nil {
			t.Fatal(err)
		}
		time.Sleep(time.Hour)
		if err := ben.roster.Block(t.Context(), anna.person()); err != nil {
			t.Fatal(err)
		}
		anna.stop()
		time.Sleep(34 * 24 * time.Hour)
		if err := ben.roster.Unblock(t.Context(), anna.person()); err != nil {
			t.Fatal(err)
		}
		time.Sleep(time.Minute)
		synctest.Wait()
		page, err := ben.History(t.Context(), event.OfficeID(), Query{})
		if err != nil || len(page.Messages) != 0 {
			t.Errorf("shown %+v, %v", page.Messages, err)
		}
	})
}

// hiddenOf sets why all that an author announced is not shown, 0 for shown, as if the program had ended before it was stored.
func (a *agent) hiddenOf(t *testing.T, author *agent, from, to int) {
	t.Helper()
	err := a.config.DB.Write(t.Context(), func(tx *store.Tx) error {
		for _, w := range a.known(event.OfficeID()).allViews() {
			if w.log.Peer != author.id.PeerID() {
				continue
			}
			if _, err := tx.Exec(`UPDATE chat_event SET hidden = ? WHERE place BETWEEN ? AND ? AND hidden = ?`, to, place(w.branch, 0), place(w.branch, event.MaxNumber), from); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
}

// TestBlockedAndEndedAtOnce: who was blocked, or not any more, just before the program ended is judged when it starts.
func TestBlockedAndEndedAtOnce(t *testing.T) {
	inMemory(t, func(t *testing.T, s *site) {
		all := s.office(t, "Anna", "Ben")
		anna, ben := all[0], all[1]
		anna.announce(t, "words")
		ben.awaitSaid(t, event.OfficeID(), "words")
		ben.hiddenOf(t, anna, 0, shut)
		ben.awaitSaid(t, event.OfficeID())
		ben.stop()
		ben.run(t)
		ben.awaitSaid(t, event.OfficeID(), "words")
		if err := ben.roster.Block(t.Context(), anna.person()); err != nil {
			t.Fatal(err)
		}
		ben.awaitSaid(t, event.OfficeID())
		ben.hiddenOf(t, anna, shut, 0)
		ben.stop()
		ben.run(t)
		ben.awaitSaid(t, event.OfficeID())
	})
}

// TestStoredAfterTheBlock: what was taken before its author was blocked, and is stored after that, is not shown before they are unblocked.
func TestStoredAfterTheBlock(t *testing.T) {
	inMemory(t, func(t *testing.T, s *site) {
		all := s.office(t, "Anna", "Ben")
		anna, ben := all[0], all[1]
		anna.announce(t, "before")
		ben.awaitSaid(t, event.OfficeID(), "before")
		v := ben.known(event.OfficeID())
		v.mu.Lock()
		v.office.authors[anna.id.PeerID()].shut = true
		v.mu.Unlock()
		anna.announce(t, "stored after it")
		ben.await(t, "it is stored", func() bool { return v.allViews()[0].kept.Number == 3 })
		ben.awaitSaid(t, event.OfficeID(), "before")
		if row := ben.officeRow(t); row.Unread != 1 || row.Last == nil || row.Last.Text != "before" {
			t.Errorf("%d unread, %+v", row.Unread, row.Last)
		}
		if err := ben.roster.Block(t.Context(), anna.person()); err != nil {
			t.Fatal(err)
		}
		if err := ben.roster.Unblock(t.Context(), anna.person()); err != nil {
			t.Fatal(err)
		}
		ben.await(t, "both are shown", func() bool { return slices.Equal(ben.said(t, event.OfficeID()), []string{"before", "stored after it"}) })
	})
}

// refuse has the database refuse to change whether anything is shown, until the function that it returns is called.
func (a *agent) refuse(t *testing.T) (again func()) {
	t.Helper()
	do := func(query string) {
		t.Helper()
		err := a.config.DB.Write(t.Context(), func(tx *store.Tx) error {
			_, err := tx.Exec(query)
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	do(`CREATE TRIGGER refuse BEFORE UPDATE OF hidden ON chat_event BEGIN SELECT RAISE(ABORT, 'refused'); END`)
	return func() { do(`DROP TRIGGER refuse`) }
}

// TestBlockThatIsNotStored: where a block, or its end, could not be stored, that is tried again.
func TestBlockThatIsNotStored(t *testing.T) {
	inMemory(t, func(t *testing.T, s *site) {
		all := s.office(t, "Anna", "Ben")
		anna, ben := all[0], all[1]
		anna.announce(t, "words")
		ben.awaitSaid(t, event.OfficeID(), "words")
		for _, step := range []struct {
			decide       func() error
			before, then []string
		}{
			{func() error { return ben.roster.Block(t.Context(), anna.person()) }, []string{"words"}, nil},
			{func() error { return ben.roster.Unblock(t.Context(), anna.person()) }, nil, []string{"words"}},
		} {
			again := ben.refuse(t)
			if err := step.decide(); err != nil {
				t.Fatal(err)
			}
			time.Sleep(time.Minute)
			synctest.Wait()
			if said := ben.said(t, event.OfficeID()); !slices.Equal(said, step.before) {
				t.Fatalf("%q are shown while it cannot be stored, not %q", said, step.before)
			}
			again()
			time.Sleep(porterRound * 3 / 2)
			ben.awaitSaid(t, event.OfficeID(), step.then...)
		}
	})
}
