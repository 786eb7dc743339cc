package chat

import (
	"errors"
	"path/filepath"
	"slices"
	"testing"
	"time"

	"lanyard/chat/event"
	"lanyard/internal/store"
)

// removedAlone makes a room of all, has its creator, the first, remove the second, who is alone meanwhile and does something there, and waits until they know.
func (s *site) removedAlone(t *testing.T, meanwhile func(room event.ConversationID), all ...*agent) event.ConversationID {
	t.Helper()
	room := roomOfAll(t, NewRoom{}, all...)
	all[0].say(t, room, "one")
	all[1].awaitSaid(t, room, "one")
	all[1].stop()
	if _, err := all[0].Remove(t.Context(), room, all[1].person()); err != nil {
		t.Fatal(err)
	}
	rest := append([]*agent{all[0]}, all[2:]...)
	for _, a := range rest {
		a.awaitMembers(t, room, rest...)
	}
	for _, a := range rest {
		a.stop()
	}
	all[1].run(t)
	meanwhile(room)
	for _, a := range rest {
		a.run(t)
	}
	all[1].awaitMembers(t, room, rest...)
	return room
}

// refusedIn returns the texts of a room that somebody is shown as refused.
func (a *agent) refusedIn(t *testing.T, room event.ConversationID) (texts []string) {
	t.Helper()
	page, err := a.History(t.Context(), room, Query{})
	if err != nil {
		t.Fatal(err)
	}
	for _, m := range page.Messages {
		if m.Refused {
			texts = append(texts, m.Text)
		}
		if m.Refused && (len(m.States) > 0 || m.Unread || !m.Mine) {
			t.Errorf("%s shows %q as refused, and %+v", a.name, m.Text, m)
		}
	}
	return texts
}

// TestRefused: who is removed while nobody reaches them, and writes before they learn of it, goes on seeing their words, in their place and as refused; nobody else does.
func TestRefused(t *testing.T) {
	inMemory(t, func(t *testing.T, s *site) {
		anna, ben := s.start(t, "Anna"), s.start(t, "Ben")
		anna.meet(t, ben)
		var sent []Message
		room := s.removedAlone(t, func(room event.ConversationID) {
			sent = ben.say(t, room, "two", "three", "four")
			if _, err := ben.Edit(t.Context(), sent[1].ID, "three and a half", nil); err != nil {
				t.Fatal(err)
			}
			if _, err := ben.Delete(t.Context(), sent[2].ID); err != nil {
				t.Fatal(err)
			}
		}, anna, ben)
		want := []string{"two", "three and a half"}
		for _, when := range []string{"at once", "after a restart"} {
			if got := ben.said(t, room); !slices.Equal(got, append([]string{"one"}, want...)) {
				t.Errorf("%s Ben sees %q", when, got)
			}
			if got := ben.refusedIn(t, room); !slices.Equal(got, want) {
				t.Errorf("%s refused are %q", when, got)
			}
			if found := ben.search(t, Search{Text: "half"}); !slices.Equal(found, want[1:]) {
				t.Errorf("%s Ben finds %q", when, found)
			}
			page, err := ben.History(t.Context(), room, Query{Search: "two"})
			if err != nil || len(page.Messages) != 1 {
				t.Errorf("%s the room holds %+v, %v", when, page.Messages, err)
			}
			if m := ben.message(t, sent[0].ID); !m.Refused || m.Text != "two" {
				t.Errorf("%s the message is %+v", when, m)
			}
			row, err := ben.Conversation(t.Context(), room)
			if err != nil || row.Last == nil || row.Last.Text != want[1] || !row.Last.Refused || len(row.Last.States) > 0 || row.Unread != 1 {
				t.Errorf("%s the row is %+v with %+v, %v", when, row, row.Last, err)
			}
			ben.stop()
			ben.run(t)
			ben.awaitLink(t, anna)
		}
		anna.awaitSaid(t, room, "one")
		anna.holdsNothing(t, room, want...)
		for _, a := range []*agent{anna, ben} {
			found, err := a.Verify(t.Context(), room)
			if wanted := map[*agent]int{ben: 2}[a]; err != nil || len(found.Alterations) > 0 || found.Refused != wanted {
				t.Errorf("%s verifies: %+v, %v", a.name, found, err)
			}
		}
	})
}

// TestRefusedIsTold: what was shown as waiting is told as refused when that is learnt, each once, and how much it is with the removal. The others hear nothing of it.
func TestRefusedIsTold(t *testing.T) {
	inMemory(t, func(t *testing.T, s *site) {
		anna, ben := s.start(t, "Anna"), s.start(t, "Ben")
		anna.meet(t, ben)
		var sent []Message
		s.removedAlone(t, func(room event.ConversationID) { sent = ben.say(t, room, "two", "three") }, anna, ben)
		refused := func(a *agent) (ids []event.ID, count []int) {
			a.settle(t)
			a.ear.mu.Lock()
			defer a.ear.mu.Unlock()
			for _, m := range a.ear.amended {
				if m.Refused {
					ids = append(ids, m.ID)
				}
			}
			for _, c := range a.ear.shifts {
				if c.What == "removed" {
					count = append(count, c.Refused)
				}
			}
			return ids, count
		}
		if ids, count := refused(ben); !slices.Equal(ids, []event.ID{sent[0].ID, sent[1].ID}) || !slices.Equal(count, []int{2}) {
			t.Errorf("Ben is told of %v, and %v with the removal", ids, count)
		}
		if ids, count := refused(anna); len(ids) > 0 || !slices.Equal(count, []int{0}) {
			t.Errorf("Anna is told of %v, and %v with the removal", ids, count)
		}
	})
}

// TestRefusedChanges: what somebody said about messages that count, after they had been removed, does nothing, also before their own eyes.
func TestRefusedChanges(t *testing.T) {
	inMemory(t, func(t *testing.T, s *site) {
		anna, ben := s.start(t, "Anna"), s.start(t, "Ben")
		anna.meet(t, ben)
		room := s.removedAlone(t, func(room event.ConversationID) {
			page, err := ben.History(t.Context(), room, Query{Search: "one"})
			if err != nil {
				t.Fatal(err)
			}
			if _, err := ben.React(t.Context(), page.Messages[0].ID, "👍", true); err != nil {
				t.Fatal(err)
			}
			if _, err := ben.Pin(t.Context(), page.Messages[0].ID, true); err != nil {
				t.Fatal(err)
			}
		}, anna, ben)
		for _, a := range []*agent{anna, ben} {
			page, err := a.History(t.Context(), room, Query{Search: "one"})
			if err != nil || len(page.Messages) != 1 || len(page.Messages[0].Reactions) > 0 || page.Messages[0].Pinned {
				t.Errorf("%s sees %+v, %v", a.name, page.Messages, err)
			}
		}
	})
}

// TestRefusedEdit: a message that counts is shown with the words that the others see, whatever its author made of it after they had been removed.
func TestRefusedEdit(t *testing.T) {
	inMemory(t, func(t *testing.T, s *site) {
		anna, ben := s.start(t, "Anna"), s.start(t, "Ben")
		anna.meet(t, ben)
		room := roomOfAll(t, NewRoom{}, anna, ben)
		said := ben.say(t, room, "stays", "stays, too")
		anna.awaitSaid(t, room, "stays", "stays, too")
		anna.stop()
		if _, err := ben.Edit(t.Context(), said[0].ID, "goes", nil); err != nil {
			t.Fatal(err)
		}
		ben.stop()
		anna.run(t)
		if _, err := anna.Remove(t.Context(), room, ben.person()); err != nil {
			t.Fatal(err)
		}
		ben.run(t)
		ben.awaitMembers(t, room, anna)
		ben.awaitSaid(t, room, "stays", "stays, too")
		anna.awaitSaid(t, room, "stays", "stays, too")
		if got := ben.refusedIn(t, room); len(got) > 0 {
			t.Errorf("refused are %q", got)
		}
	})
}

// TestRefusedIsOver: nothing can be said about what was refused, but it can be passed on, starred and deleted; a new invitation changes nothing of it.
func TestRefusedIsOver(t *testing.T) {
	inMemory(t, func(t *testing.T, s *site) {
		all := s.office(t, "Anna", "Ben", "Carla")
		anna, ben, carla := all[0], all[1], all[2]
		var sent []Message
		room := s.removedAlone(t, func(room event.ConversationID) { sent = ben.say(t, room, "two", "three") }, anna, ben, carla)
		check := func(when string) {
			t.Helper()
			id := sent[0].ID
			for what, do := range map[string]func() error{
				"edits":   func() error { _, err := ben.Edit(t.Context(), id, "changed", nil); return err },
				"reacts":  func() error { _, err := ben.React(t.Context(), id, "👍", true); return err },
				"pins":    func() error { _, err := ben.Pin(t.Context(), id, true); return err },
				"replies": func() error { _, err := ben.Post(t.Context(), room, Post{Text: "again", ReplyTo: id}); return err },
			} {
				if err := do(); !errors.Is(err, ErrRefused) && !errors.Is(err, ErrNoMember) {
					t.Errorf("%s Ben %s: %v", when, what, err)
				}
			}
			if _, err := ben.Forward(t.Context(), id, ben.Direct(carla.person()), nil); err != nil {
				t.Errorf("%s Ben passes it on: %v", when, err)
			}
			if m, err := ben.Star(t.Context(), id, true); err != nil || !m.Starred || !m.Refused {
				t.Errorf("%s Ben stars it: %+v, %v", when, m, err)
			}
		}
		check("when removed")
		if _, err := anna.Invite(t.Context(), room, ben.person()); err != nil {
			t.Fatal(err)
		}
		ben.awaitMembers(t, room, all...)
		check("when invited again")
		back := ben.say(t, room, "back")[0]
		ben.awaitStates(t, back.ID, Delivered, Delivered)
		ben.awaitSaid(t, room, "one", "two", "three", "back")
		if got := ben.refusedIn(t, room); !slices.Equal(got, []string{"two", "three"}) {
			t.Errorf("refused are %q", got)
		}
		if m, err := ben.Delete(t.Context(), sent[0].ID); err != nil || !m.Deleted {
			t.Errorf("Ben deletes it: %+v, %v", m, err)
		}
		ben.awaitSaid(t, room, "one", "three", "back")
		if found, err := ben.Verify(t.Context(), room); err != nil || len(found.Alterations) > 0 || found.Refused != 1 {
			t.Errorf("Ben verifies: %+v, %v", found, err)
		}
		ben.stop()
		ben.run(t)
		ben.awaitSaid(t, room, "one", "three", "back")
		for _, a := range []*agent{anna, carla} {
			a.awaitSaid(t, room, "one", "back")
		}
	})
}

// hideRefused stores what was refused as an earlier version did: hidden, with nothing of its edits.
func (a *agent) hideRefused(t *testing.T, in event.ConversationID) {
	t.Helper()
	v := a.known(in)
	err := a.config.DB.Write(t.Context(), func(tx *store.Tx) error {
		var all []int64
		for b, cut := range a.ownCuts(v) {
			behind, err := ownBehindCut(tx, b, cut.Number)
			if err != nil {
				return err
			}
			for _, o := range behind {
				all = append(all, o.place)
			}
		}
		for _, at := range all {
			if err := unindex(tx, v, at); err != nil {
				return err
			}
			if _, err := tx.Exec(`DELETE FROM chat_upshot WHERE place = ?`, at); err != nil {
				return err
			}
			if _, err := tx.Exec(`UPDATE chat_event SET hidden = ? WHERE place = ?`, behindCut, at); err != nil {
				return err
			}
			if err := index(tx, v, at); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
}

// TestRefusedOfBefore: what an earlier version hid behind a cut is shown after the first start, with the words that its author gave it last.
func TestRefusedOfBefore(t *testing.T) {
	inMemory(t, func(t *testing.T, s *site) {
		anna, ben := s.start(t, "Anna"), s.start(t, "Ben")
		anna.meet(t, ben)
		want := []string{"two", "three and a half"}
		room := s.removedAlone(t, func(room event.ConversationID) {
			sent := ben.say(t, room, "two", "three")
			must(t)(ben.Edit(t.Context(), sent[1].ID, want[1], nil))
		}, anna, ben)
		ben.search(t, Search{Text: "two"}) // so all is indexed
		ben.hideRefused(t, room)
		for _, when := range []string{"at first", "after another start"} {
			ben.stop()
			ben.run(t)
			ben.awaitSaid(t, room, "one", want[0], want[1])
			if got := ben.refusedIn(t, room); !slices.Equal(got, want) {
				t.Errorf("%s refused are %q", when, got)
			}
			if row, err := ben.Conversation(t.Context(), room); err != nil || row.Room.Refused != 2 || row.Room.RefusedChanges != (RefusedChanges{}) { // an edit of what was refused is seen in that
				t.Errorf("%s refused are %d messages and %+v, %v", when, row.Room.Refused, row.Room.RefusedChanges, err)
			}
			if found := ben.search(t, Search{Text: "half"}); !slices.Equal(found, want[1:]) {
				t.Errorf("%s Ben finds %q", when, found)
			}
			s.verifyAll(t, room, []*agent{ben})
		}
	})
}

// TestRefusedGoes: who forgets the room, or keeps nothing that is so old, keeps nothing of what was refused either.
func TestRefusedGoes(t *testing.T) {
	for _, c := range []struct {
		about string
		go_   func(*testing.T, *agent, event.ConversationID)
	}{
		{"forgotten", func(t *testing.T, ben *agent, room event.ConversationID) { ben.forget(t, room) }},
		{"too old", func(t *testing.T, ben *agent, room event.ConversationID) {
			if _, err := ben.MarkRead(t.Context(), room, event.ID{}); err != nil {
				t.Fatal(err)
			}
			elapse(t, 31*24*time.Hour, ben)
			if err := ben.KeepAll(t.Context(), 30); err != nil {
				t.Fatal(err)
			}
		}},
	} {
		t.Run(c.about, func(t *testing.T) {
			inMemory(t, func(t *testing.T, s *site) {
				anna, ben := s.start(t, "Anna"), s.start(t, "Ben")
				anna.meet(t, ben)
				room := s.removedAlone(t, func(room event.ConversationID) { ben.say(t, room, "two") }, anna, ben)
				c.go_(t, ben, room)
				ben.await(t, "nothing of it is kept", func() bool {
					return (&desk{agent: ben, up: true}).count(t, `SELECT count(*) FROM chat_event WHERE kind = 1 AND length(salt) > 0`) == 0
				})
			})
		})
	}
}

// TestRefusedFile: a file that was offered after its author had been removed is theirs alone, and nobody gets it.
func TestRefusedFile(t *testing.T) {
	inMemory(t, func(t *testing.T, s *site) {
		all := s.office(t, "Anna", "Ben", "Carla")
		anna, ben, carla := all[0], all[1], all[2]
		path := filepath.Join(t.TempDir(), "plan.txt")
		writeFile(t, path, noise(3, 10))
		var offered []File
		room := s.removedAlone(t, func(room event.ConversationID) {
			var err error
			if offered, err = ben.Offer(t.Context(), room, []string{path}); err != nil {
				t.Fatal(err)
			}
		}, anna, ben, carla)
		ben.awaitFile(t, offered[0].ID, FileRefused)
		ben.stop()
		ben.run(t)
		ben.awaitFile(t, offered[0].ID, FileRefused)
		if _, err := ben.Cancel(t.Context(), offered[0].ID); !errors.Is(err, ErrAnswered) {
			t.Errorf("Ben takes it back: %v", err)
		}
		ben.awaitLink(t, carla)
		if _, err := ben.Forward(t.Context(), offered[0].ID, ben.Direct(carla.person()), nil); err != nil {
			t.Errorf("Ben passes it on: %v", err)
		}
		if m, err := ben.Delete(t.Context(), offered[0].ID); err != nil || !m.Deleted {
			t.Errorf("Ben deletes it: %+v, %v", m, err)
		}
		ben.awaitSaid(t, room, "one")
		if _, err := ben.File(t.Context(), offered[0].ID); !errors.Is(err, event.ErrUnknown) {
			t.Errorf("the offer is still there: %v", err)
		}
	})
}

// TestRefusedWithOthers: who has got what counts no more shows it no more, and what they said about it stays with who wrote it alone.
func TestRefusedWithOthers(t *testing.T) {
	inMemory(t, func(t *testing.T, s *site) {
		all, room, one := s.parted(t)
		anna, ben, carla := all[0], all[1], all[2]
		must(t)(carla.React(t.Context(), one.ID, "👍", true))
		ben.await(t, "the reaction", func() bool { return len(ben.message(t, one.ID).Reactions) == 1 })
		if _, err := anna.Remove(t.Context(), room, ben.person()); err != nil {
			t.Fatal(err)
		}
		s.lan.Heal()
		ben.awaitMembers(t, room, anna, carla)
		for _, a := range []*agent{anna, carla} {
			a.awaitMembers(t, room, anna, carla)
			a.awaitSaid(t, room)
			if got := a.refusedIn(t, room); len(got) > 0 {
				t.Errorf("%s is shown %q as refused", a.name, got)
			}
		}
		ben.awaitSaid(t, room, "one")
		if m := ben.message(t, one.ID); !m.Refused || len(m.Reactions) != 1 {
			t.Errorf("Ben is shown %+v", m)
		}
		for _, a := range all {
			if found, err := a.Verify(t.Context(), room); err != nil || len(found.Alterations) > 0 {
				t.Errorf("%s verifies: %+v, %v", a.name, found, err)
			}
		}
	})
}
