package chat

import (
	"slices"
	"testing"
	"time"

	"lanyard/chat/event"
)

// TestStateForWhoComesBack: what somebody read while its author was out of the room is told to the author once they are back, whoever brings them back.
func TestStateForWhoComesBack(t *testing.T) {
	inMemory(t, func(t *testing.T, s *site) {
		all := s.office(t, "Anna", "Ben", "Carla")
		anna, ben, carla := all[0], all[1], all[2]
		room := roomOfAll(t, NewRoom{}, all...)
		said := carla.say(t, room, "one")[0]
		ben.awaitSaid(t, room, "one")
		time.Sleep(2 * statePause)
		carla.leaves(t, room)
		ben.awaitMembers(t, room, anna, ben)
		if _, err := ben.MarkRead(t.Context(), room, event.ID{}); err != nil {
			t.Fatal(err)
		}
		time.Sleep(2 * statePause)
		if _, err := ben.Invite(t.Context(), room, carla.person()); err != nil {
			t.Fatal(err)
		}
		carla.awaitMembers(t, room, all...)
		carla.await(t, "Ben has read it", func() bool {
			return slices.ContainsFunc(carla.message(t, said.ID).States, func(state State) bool { return state.Person == ben.person() && state.Delivery == Read })
		})
	})
}

// TestWordsForWhoComesBack: who forgot a room and is invited again gets what was said meanwhile, though it comes first from who keeps it no more, in one with
// the invitation. What they forgot is asked for by nobody.
func TestWordsForWhoComesBack(t *testing.T) {
	inMemory(t, func(t *testing.T, s *site) {
		all := s.office(t, "Anna", "Ben", "Carla")
		anna, ben, carla := all[0], all[1], all[2]
		room := roomOfAll(t, NewRoom{}, all...)
		anna.say(t, room, "before")
		carla.awaitSaid(t, room, "before")
		time.Sleep(2 * statePause)
		carla.leaves(t, room)
		anna.awaitMembers(t, room, anna, ben)
		carla.forget(t, room)
		anna.say(t, room, "while she is out")
		ben.awaitSaid(t, room, "before", "while she is out")
		elapse(t, 31*24*time.Hour, all...)
		if err := anna.KeepAll(t.Context(), 30); err != nil {
			t.Fatal(err)
		}
		anna.awaitSaid(t, room)
		ben.stop()
		if _, err := anna.Invite(t.Context(), room, carla.person()); err != nil {
			t.Fatal(err)
		}
		carla.awaitMembers(t, room, all...)
		carla.awaitSaid(t, room)
		ben.run(t)
		carla.awaitSaid(t, room, "while she is out")
	})
}
