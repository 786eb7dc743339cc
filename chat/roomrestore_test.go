package chat

import (
	"slices"
	"testing"

	"lanyard/chat/event"
)

// TestRestoredInRoom: a profile that is put back from a copy fetches back what is missing, its own events and changes of members included, and goes on.
func TestRestoredInRoom(t *testing.T) {
	inMemory(t, func(t *testing.T, s *site) {
		all := s.office(t, "Anna", "Ben", "Carla", "Dora")
		anna, ben, carla, dora := all[0], all[1], all[2], all[3]
		room := roomOfAll(t, NewRoom{}, anna, ben, carla)
		anna.say(t, room, "one")
		ben.awaitSaid(t, room, "one")
		carla.awaitSaid(t, room, "one")
		anna.stop()
		put := anna.copyProfile(t)
		anna.run(t)
		anna.awaitLink(t, ben)
		two := anna.say(t, room, "two")[0]
		if _, err := anna.Invite(t.Context(), room, dora.person()); err != nil {
			t.Fatal(err)
		}
		for _, a := range all {
			a.awaitMembers(t, room, all...)
		}
		ben.awaitSaid(t, room, "one", "two")
		anna.awaitStates(t, two.ID, Delivered, Delivered)
		anna.stop()
		put()
		anna.run(t)
		anna.awaitSaid(t, room, "one", "two")
		anna.awaitMembers(t, room, all...)
		three := anna.say(t, room, "three")[0]
		anna.awaitStates(t, three.ID, Delivered, Delivered, Delivered)
		for _, a := range all {
			a.awaitSaid(t, room, "one", "two", "three")
		}
		anna.stop()
		put()
		anna.run(t)
		blind := anna.say(t, room, "four")[0] // perhaps before anybody told what is missing
		anna.await(t, "all is back", func() bool { return len(anna.said(t, room)) == 4 })
		anna.awaitMembers(t, room, all...)
		anna.await(t, "it is with all for whom it was written", func() bool { // Dora is one if it stands behind her invitation
			m, err := anna.Message(t.Context(), blind.ID)
			if err != nil {
				t.Fatal(err)
			}
			return len(m.States) >= 2 && !slices.ContainsFunc(m.States, func(s State) bool { return s.Delivery < Delivered })
		})
		for _, a := range all {
			a.await(t, "four texts", func() bool { return len(a.said(t, room)) == 4 })
		}
	})
}

// TestRestoredStatesInRoom: who was put back learns what they had signed since, so that what they sign then counts.
func TestRestoredStatesInRoom(t *testing.T) {
	inMemory(t, func(t *testing.T, s *site) {
		all := s.office(t, "Anna", "Ben")
		anna, ben := all[0], all[1]
		room := roomOfAll(t, NewRoom{}, all...)
		ben.stop()
		put := ben.copyProfile(t)
		ben.run(t)
		for _, text := range []string{"one", "two", "three"} {
			sent := anna.say(t, room, text)
			anna.awaitStates(t, sent[0].ID, Delivered)
		}
		ben.stop()
		put()
		ben.run(t)
		ben.awaitSaid(t, room, "one", "two", "three")
		four := anna.say(t, room, "four")[0]
		anna.awaitStates(t, four.ID, Delivered)
		if _, err := ben.MarkRead(t.Context(), room, event.ID{}); err != nil {
			t.Fatal(err)
		}
		anna.awaitStates(t, four.ID, Read)
	})
}

// TestRestoredAndLeft: who was put back, knows nothing of what they wrote since, and leaves, has left: the others learn of it, though they have more of that log.
func TestRestoredAndLeft(t *testing.T) {
	inMemory(t, func(t *testing.T, s *site) {
		all := s.office(t, "Anna", "Ben")
		anna, ben := all[0], all[1]
		room := roomOfAll(t, NewRoom{}, all...)
		anna.say(t, room, "one")
		ben.awaitSaid(t, room, "one")
		anna.stop()
		put := anna.copyProfile(t)
		anna.run(t)
		anna.awaitLink(t, ben)
		anna.say(t, room, "two", "three")
		ben.awaitSaid(t, room, "one", "two", "three")
		anna.stop()
		ben.stop()
		put()
		anna.run(t)
		if _, err := anna.Leave(t.Context(), room); err != nil {
			t.Fatal(err)
		}
		ben.run(t)
		ben.awaitMembers(t, room, ben)
		anna.awaitMembers(t, room, ben)
	})
}
