package chat

import (
	"slices"
	"testing"

	"lanyard/chat/event"
)

// parted has Anna away from Ben and Carla, of a room of the three, while Ben says something there.
func (s *site) parted(t *testing.T) (all []*agent, room event.ConversationID, one Message) {
	t.Helper()
	all = s.office(t, "Anna", "Ben", "Carla")
	anna, ben, carla := all[0], all[1], all[2]
	room = roomOfAll(t, NewRoom{}, all...)
	s.lan.Partition([]*lanHost{anna.host}, []*lanHost{ben.host, carla.host})
	anna.awaitAlone(t, ben)
	anna.awaitAlone(t, carla)
	one = ben.say(t, room, "one")[0]
	carla.awaitSaid(t, room, "one")
	return all, room, one
}

// TestReissuedFromBehindTheCut: what lies behind a cut and is re-issued where it counts is shown, also by who has the old one.
func TestReissuedFromBehindTheCut(t *testing.T) {
	inMemory(t, func(t *testing.T, s *site) {
		all, room, one := s.parted(t)
		anna, ben, carla := all[0], all[1], all[2]
		if _, err := anna.Remove(t.Context(), room, ben.person()); err != nil {
			t.Fatal(err)
		}
		s.lan.Heal()
		carla.awaitMembers(t, room, anna, carla)
		carla.awaitSaid(t, room)
		ben.awaitMembers(t, room, anna, carla)
		if _, err := anna.Invite(t.Context(), room, ben.person()); err != nil {
			t.Fatal(err)
		}
		ben.awaitMembers(t, room, all...)
		again := writing{kind: event.KindText, body: marshaled(t, event.Text{Text: "one"}), again: one.ID[:]}
		if _, err := ben.write(t.Context(), ben.known(room), []writing{again}); err != nil {
			t.Fatal(err)
		}
		for _, a := range all {
			a.awaitSaid(t, room, "one")
		}
		if told := carla.ear.told(); len(told) != 1 {
			t.Errorf("Carla was told %q", told)
		}
	})
}

// anewBehindAWall has Anna say "one" in a room with closed history, invite Carla while she cannot be reached, and say it anew; then Carla gets all of it. Anew says
// whether the new event may be read by whom the old one was not for.
func anewBehindAWall(t *testing.T, s *site, anew bool) (all []*agent, room event.ConversationID, one Message) {
	t.Helper()
	all = s.office(t, "Anna", "Ben", "Carla")
	anna, ben, carla := all[0], all[1], all[2]
	room = roomOfAll(t, NewRoom{ClosedHistory: true}, anna, ben)
	one = anna.say(t, room, "one")[0]
	ben.awaitSaid(t, room, "one")
	s.lan.Partition([]*lanHost{anna.host, ben.host}, []*lanHost{carla.host})
	if _, err := anna.Invite(t.Context(), room, carla.person()); err != nil {
		t.Fatal(err)
	}
	again := writing{kind: event.KindText, body: marshaled(t, event.Text{Text: "one"}), again: one.ID[:], anew: anew}
	anna.known(room).writesNoMore(anna.known(room).pen.branch.log)
	if _, err := anna.write(t.Context(), anna.known(room), []writing{again}); err != nil {
		t.Fatal(err)
	}
	s.lan.Heal()
	carla.awaitMembers(t, room, all...)
	return all, room, one
}

// TestSaidAnewForWhoHasNoWords: who has the old event without its words, as it was not for them, shows what says it anew.
func TestSaidAnewForWhoHasNoWords(t *testing.T) {
	inMemory(t, func(t *testing.T, s *site) {
		all, room, _ := anewBehindAWall(t, s, true)
		carla := all[2]
		carla.awaitSaid(t, room, "one")
		row, err := carla.Conversation(t.Context(), room)
		if err != nil || row.Unread != 1 {
			t.Errorf("%d are unread: %v", row.Unread, err)
		}
	})
}

// TestDeletedOfOneOriginIsShownOnce: what is deleted and was said anew has one place, also where words of the old event, or of both, never were.
func TestDeletedOfOneOriginIsShownOnce(t *testing.T) {
	for name, anew := range map[string]bool{"both without words": false, "only the new one with words": true} {
		t.Run(name, func(t *testing.T) {
			inMemory(t, func(t *testing.T, s *site) {
				all, room, one := anewBehindAWall(t, s, anew)
				anna, ben, carla := all[0], all[1], all[2]
				carla.awaitVector(t, room, anna)
				before := map[bool][]string{true: {"one"}}[anew]
				carla.awaitSaid(t, room, before...)
				must(t)(anna.Delete(t.Context(), one.ID))
				for _, a := range all {
					a.await(t, "the deletion", func() bool { m, err := a.Shown(t.Context(), one.ID); return err == nil && m.Deleted })
					a.showsOneDeleted(t, room)
				}
				s.lan.Partition([]*lanHost{anna.host}, []*lanHost{ben.host, carla.host})
				anna.awaitAlone(t, ben)
				anna.awaitAlone(t, carla)
				ben.say(t, room, "behind a cut")
				carla.await(t, "what Ben says", func() bool { return len(carla.said(t, room)) == 2 })
				if _, err := anna.Remove(t.Context(), room, ben.person()); err != nil { // what is hidden is worked out anew
					t.Fatal(err)
				}
				s.lan.Heal()
				carla.awaitMembers(t, room, anna, carla)
				carla.showsOneDeleted(t, room)
				carla.stop()
				carla.run(t)
				carla.showsOneDeleted(t, room)
			})
		})
	}
}

// awaitVector waits until a has of a room what b has.
func (a *agent) awaitVector(t *testing.T, room event.ConversationID, b *agent) {
	t.Helper()
	a.await(t, "what "+b.name+" has", func() bool { return a.known(room).vector().Equal(b.known(room).vector()) })
}

// showsOneDeleted fails unless the one message that a shows in a room is a deleted one, and nothing is unread.
func (a *agent) showsOneDeleted(t *testing.T, room event.ConversationID) {
	t.Helper()
	page, err := a.History(t.Context(), room, Query{})
	if err != nil {
		t.Fatal(err)
	}
	messages := slices.DeleteFunc(page.Messages, func(m Message) bool { return m.Change != nil })
	if len(messages) != 1 || !messages[0].Deleted || messages[0].Unread {
		t.Errorf("%s shows %+v", a.name, messages)
	}
	if row, err := a.Conversation(t.Context(), room); err != nil || row.Unread != 0 {
		t.Errorf("%s: %d are unread: %v", a.name, row.Unread, err)
	}
}
