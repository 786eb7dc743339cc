package chat

import (
	"fmt"
	"slices"
	"testing"

	"lanyard/chat/event"
	"lanyard/internal/store"
)

// done is what somebody did to messages and to a room that counted before they learned of their removal.
type done struct{ deleted, edited, liked Message }

// undone makes a room in which the second says some words, has the first remove them and they change these words meanwhile, and waits until they know.
func (s *site) undone(t *testing.T, r NewRoom, all ...*agent) (event.ConversationID, done) {
	t.Helper()
	boss, gone := all[0], all[1]
	room := roomOfAll(t, r, all...)
	boss.say(t, room, "one")
	gone.awaitSaid(t, room, "one")
	said := gone.say(t, room, "to be deleted", "first words")
	must(t)(gone.Edit(t.Context(), said[0].ID, "to be deleted, too", nil))
	for _, a := range all {
		a.awaitSaid(t, room, "one", "to be deleted, too", "first words")
	}
	for _, a := range all { // or the removal may not have seen all of it
		a.settle(t)
	}
	gone.stop()
	if _, err := boss.Remove(t.Context(), room, gone.person()); err != nil {
		t.Fatal(err)
	}
	rest := append([]*agent{boss}, all[2:]...)
	for _, a := range rest {
		a.awaitMembers(t, room, rest...)
	}
	for _, a := range rest {
		a.stop()
	}
	gone.run(t)
	page, err := gone.History(t.Context(), room, Query{Search: "one"})
	if err != nil || len(page.Messages) != 1 {
		t.Fatalf("one is %+v, %v", page.Messages, err)
	}
	d := done{said[0], said[1], page.Messages[0]}
	must(t)(gone.Delete(t.Context(), d.deleted.ID))
	must(t)(gone.Edit(t.Context(), d.edited.ID, "words that matter", nil))
	must(t)(gone.React(t.Context(), d.liked.ID, "👍", true))
	must(t)(gone.Pin(t.Context(), d.liked.ID, true))
	if _, err := gone.Rename(t.Context(), room, "Another name"); err != nil {
		t.Fatal(err)
	}
	return room, d
}

var wantUndone = RefusedChanges{Edits: 1, Deletions: 1, Reactions: 1, Pins: 1, Names: 1}

// checkUndone: what was changed in vain is told, and what it would have changed is shown as the others see it, with the refused words beside.
func (a *agent) checkUndone(t *testing.T, when string, room event.ConversationID, d done) {
	t.Helper()
	row, err := a.Conversation(t.Context(), room)
	if err != nil || row.Room.RefusedChanges != wantUndone || row.Room.Refused != 0 || row.Room.Name != "Plans" {
		t.Errorf("%s the room is %+v, %v", when, row.Room, err)
	}
	if m := a.message(t, d.edited.ID); m.Text != "first words" || m.Edits != 0 || m.RefusedEdits != 1 || m.Refused {
		t.Errorf("%s the edited one is %+v", when, m)
	}
	versions, err := a.Versions(t.Context(), d.edited.ID)
	if err != nil || len(versions) != 2 || versions[0].Refused || versions[1].Text != "words that matter" || !versions[1].Refused {
		t.Errorf("%s the versions are %+v, %v", when, versions, err)
	}
	if m := a.message(t, d.liked.ID); len(m.Reactions) > 0 || m.Pinned || m.RefusedEdits > 0 || m.RefusedDeletion {
		t.Errorf("%s the liked one is %+v", when, m)
	}
	if m := a.message(t, d.deleted.ID); m.Deleted || m.Gone || !m.RefusedDeletion {
		t.Errorf("%s the deleted one is %+v", when, m)
	}
	if found, err := a.Verify(t.Context(), room); err != nil || len(found.Alterations) > 0 || found.Gone.Unexplained > 0 {
		t.Errorf("%s verified: %+v, %v", when, found, err)
	}
}

// awaitBack waits until the words are there again that a deletion took in vain, with the edit that counted.
func (a *agent) awaitBack(t *testing.T, d done) {
	t.Helper()
	a.await(t, "words that a deletion took in vain", func() bool {
		m := a.message(t, d.deleted.ID)
		return m.Text == "to be deleted, too" && m.Edits == 1 && m.Kind == event.KindText && !m.Opaque
	})
}

// TestUndone: what somebody changed after they had been removed, and did not know, is told to them: their edit stands beside what counts, and what they deleted comes back from the others.
func TestUndone(t *testing.T) {
	for about, r := range map[string]NewRoom{"open history": {}, "closed history": {ClosedHistory: true}} {
		t.Run(about, func(t *testing.T) {
			inMemory(t, func(t *testing.T, s *site) {
				all := s.office(t, "Anna", "Ben", "Carla")
				anna, ben, carla := all[0], all[1], all[2]
				room, d := s.undone(t, r, all...)
				if m := ben.message(t, d.deleted.ID); !m.Deleted {
					t.Errorf("before he learns of it the deleted one is %+v", m)
				}
				anna.run(t)
				carla.run(t)
				ben.awaitMembers(t, room, anna, carla)
				ben.awaitBack(t, d)
				ben.settle(t)
				ben.checkUndone(t, "at once", room, d)
				ben.awaitSaid(t, room, "one", "to be deleted, too", "first words")
				if found := ben.search(t, Search{Text: "deleted"}); !slices.Equal(found, []string{"to be deleted, too"}) {
					t.Errorf("Ben finds %q", found)
				}
				ben.ear.mu.Lock()
				var told []RefusedChanges
				for _, c := range ben.ear.shifts {
					if c.What == "removed" {
						told = append(told, c.RefusedChanges)
					}
				}
				ben.ear.mu.Unlock()
				if !slices.Equal(told, []RefusedChanges{wantUndone}) {
					t.Errorf("Ben is told of %+v", told)
				}
				ben.stop()
				ben.run(t)
				ben.checkUndone(t, "after a restart", room, d)
				for _, a := range []*agent{anna, carla} {
					a.awaitSaid(t, room, "one", "to be deleted, too", "first words")
					a.holdsNothing(t, room, "words that matter")
					if m := a.message(t, d.deleted.ID); m.RefusedDeletion {
						t.Errorf("%s is shown %+v", a.name, m)
					}
					if row, err := a.Conversation(t.Context(), room); err != nil || row.Room.RefusedChanges != (RefusedChanges{}) {
						t.Errorf("%s's room is %+v, %v", a.name, row.Room, err)
					}
				}
				if _, err := anna.Invite(t.Context(), room, ben.person()); err != nil { // then it can be done so that it counts
					t.Fatal(err)
				}
				ben.awaitMembers(t, room, all...)
				must(t)(ben.Delete(t.Context(), d.deleted.ID))
				must(t)(ben.Edit(t.Context(), d.edited.ID, "words that count", nil))
				for _, a := range all {
					a.awaitSaid(t, room, "one", "", "words that count")
				}
				if m := ben.message(t, d.deleted.ID); !m.Deleted || m.RefusedDeletion {
					t.Errorf("deleted once more it is %+v", m)
				}
				s.verifyAll(t, room, all)
			})
		})
	}
}

// TestUndoneAlone: while nobody is there who has the words of what was deleted in vain, that is what is told of it; and an earlier version that told something else is corrected at the first start.
func TestUndoneAlone(t *testing.T) {
	inMemory(t, func(t *testing.T, s *site) {
		anna, ben := s.start(t, "Anna"), s.start(t, "Ben")
		anna.meet(t, ben)
		room, d := s.undone(t, NewRoom{}, anna, ben)
		anna.tamper(t, fmt.Sprintf(`UPDATE chat_event SET salt = x'', body = x'', hidden = 2 WHERE name = %d OR place IN (SELECT place FROM chat_amendment WHERE target = x'%s')`, event.Name(d.deleted.ID), d.deleted.ID)) // as who keeps no old messages
		anna.run(t)
		ben.awaitMembers(t, room, anna)
		ben.settle(t)
		for _, when := range []string{"at once", "after a restart", "after an earlier version"} {
			ben.checkUndone(t, when, room, d)
			if m := ben.message(t, d.deleted.ID); m.Text != "" || !m.Opaque || !m.Mine {
				t.Errorf("%s the deleted one is %+v", when, m)
			}
			if found, err := ben.Verify(t.Context(), room); err != nil || found.Gone.Awaited == 0 {
				t.Errorf("%s verified: %+v, %v", when, found, err)
			}
			ben.stop()
			if when == "after a restart" {
				ben.tamper(t, `DELETE FROM chat_upshot`)
				ben.tamper(t, `DELETE FROM chat_gap`)
			}
			ben.run(t)
			ben.awaitLink(t, anna)
		}
	})
}

// TestUndoneIsToldOnce: what stands behind a cut is judged at every start, and nothing is written where nothing is shown otherwise by it: neither with who wrote it nor with who holds it.
func TestUndoneIsToldOnce(t *testing.T) {
	inMemory(t, func(t *testing.T, s *site) {
		all := s.office(t, "Anna", "Ben", "Carla")
		anna, ben, carla := all[0], all[1], all[2]
		room := roomOfAll(t, NewRoom{}, all...)
		said := ben.say(t, room, "edited", "deleted", "deleted for good")
		for _, a := range all {
			a.awaitSaid(t, room, "edited", "deleted", "deleted for good")
			a.settle(t)
		}
		s.lan.Partition([]*lanHost{anna.host}, []*lanHost{ben.host, carla.host})
		anna.awaitAlone(t, ben)
		anna.awaitAlone(t, carla)
		must(t)(ben.Edit(t.Context(), said[0].ID, "edited in vain", nil))
		must(t)(ben.Delete(t.Context(), said[1].ID))
		must(t)(ben.Delete(t.Context(), said[2].ID))
		carla.awaitSaid(t, room, "edited in vain", "", "")
		if _, err := anna.Remove(t.Context(), room, ben.person()); err != nil {
			t.Fatal(err)
		}
		anna.stop()
		anna.tamper(t, fmt.Sprintf(`UPDATE chat_event SET salt = x'', body = x'', hidden = 2 WHERE name = %d`, event.Name(said[2].ID))) // as who keeps no old messages
		s.lan.Heal()
		anna.run(t)
		rest := []*agent{ben, carla}
		for _, a := range rest {
			a.awaitMembers(t, room, anna, carla)
			a.await(t, "words that a deletion took in vain", func() bool { return a.message(t, said[1].ID).Text == "deleted" })
			a.settle(t)
		}
		for _, a := range rest {
			for _, when := range []string{"at once", "after a restart", "after an earlier version"} {
				if n := a.rewrites(t, room); n != 0 {
					t.Errorf("%s %s writes %d times what is as it should be", when, a.name, n)
				}
				if n := a.gaps(t); n != 1 {
					t.Errorf("%s %s asks for the words of %d events", when, a.name, n)
				}
				a.stop()
				if when == "after a restart" {
					a.tamper(t, `DELETE FROM chat_gap`)
					if a == ben {
						a.tamper(t, `DELETE FROM chat_upshot`)
					}
				}
				a.run(t)
			}
			if m := a.message(t, said[0].ID); m.Text != "edited" || m.RefusedEdits != map[*agent]int{ben: 1, carla: 0}[a] {
				t.Errorf("%s is shown %+v", a.name, m)
			}
		}
	})
}

// rewrites does what a start does to what lies behind the cuts of a room, and returns how many rows that changes.
func (a *agent) rewrites(t *testing.T, room event.ConversationID) (n int) {
	t.Helper()
	v := a.known(room)
	err := a.config.DB.Write(t.Context(), func(tx *store.Tx) error {
		var before, after int
		if err := tx.QueryRow(`SELECT total_changes()`).Scan(&before); err != nil {
			return err
		}
		f := &folder{chat: a.Chat, v: v, branches: v.branchKeys()}
		if err := f.refuseOld(tx, a.cuts(v)); err != nil {
			return err
		}
		err := tx.QueryRow(`SELECT total_changes()`).Scan(&after)
		n = after - before
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return n
}
