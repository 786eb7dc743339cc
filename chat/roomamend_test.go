package chat

import (
	"errors"
	"testing"

	"lanyard/chat/event"
)

// TestAmendedBehindTheCut: what somebody who was removed said about a message behind the cut of their removal means nothing, on no machine, whether it had come
// before the removal did or not; what they said before stays.
func TestAmendedBehindTheCut(t *testing.T) {
	inMemory(t, func(t *testing.T, s *site) {
		all := s.office(t, "Anna", "Ben", "Carla")
		anna, ben, carla := all[0], all[1], all[2]
		room := roomOfAll(t, NewRoom{}, all...)
		one := anna.say(t, room, "one")[0]
		ben.awaitSaid(t, room, "one")
		carla.awaitSaid(t, room, "one")
		react := func(emoji string) {
			if _, err := ben.React(t.Context(), one.ID, emoji, true); err != nil {
				t.Fatal(err)
			}
		}
		shows := func(a *agent, n int) {
			t.Helper()
			a.await(t, "the reactions", func() bool { return len(a.message(t, one.ID).Reactions) == n })
		}
		react("👍")
		shows(anna, 1)
		shows(carla, 1)
		s.lan.Partition([]*lanHost{anna.host}, []*lanHost{ben.host, carla.host})
		anna.awaitAlone(t, ben)
		anna.awaitAlone(t, carla)
		react("🎉")
		shows(carla, 2)
		if _, err := anna.Remove(t.Context(), room, ben.person()); err != nil {
			t.Fatal(err)
		}
		s.lan.Heal()
		carla.awaitMembers(t, room, anna, carla)
		shows(carla, 1)
		shows(anna, 1)
		carla.stop()
		carla.run(t)
		shows(carla, 1)
	})
}

// TestSignedUpToTheCut: of a piece of a log that reaches over the cut of its author's removal nothing is taken, since nobody could verify a part of it: what counts
// comes signed by itself.
func TestSignedUpToTheCut(t *testing.T) {
	inMemory(t, func(t *testing.T, s *site) {
		all := s.office(t, "Anna", "Ben", "Carla")
		anna, ben, carla := all[0], all[1], all[2]
		room := roomOfAll(t, NewRoom{}, all...)
		s.lan.Partition([]*lanHost{carla.host}, []*lanHost{anna.host, ben.host})
		carla.awaitAlone(t, anna)
		carla.awaitAlone(t, ben)
		ben.say(t, room, "one", "two")
		anna.awaitSaid(t, room, "one", "two")
		s.lan.Partition([]*lanHost{anna.host}, []*lanHost{ben.host})
		anna.awaitAlone(t, ben)
		ben.say(t, room, "three")
		if _, err := anna.Remove(t.Context(), room, ben.person()); err != nil {
			t.Fatal(err)
		}
		v := carla.known(room)
		for _, a := range []*agent{anna, ben} { // first the removal, then all that Ben wrote, in one piece
			w := a.known(room).views(a.known(room).pen.branch.log)[0]
			body, err := a.signedRun(w.branch, a.eventsOf(t, w, 1)).Encode()
			if err != nil {
				t.Fatal(err)
			}
			r, err := event.ReadRun(body)
			if err != nil {
				t.Fatal(err)
			}
			if err := carla.Chat.accept(t.Context(), v, r); err != nil && !errors.Is(err, errBehind) {
				t.Fatal(err)
			}
			carla.settled(t, v)
		}
		s.lan.Heal()
		carla.awaitSaid(t, room, "one", "two")
		if found, err := carla.Verify(t.Context(), room); err != nil || len(found.Alterations) > 0 {
			t.Errorf("%+v %v", found.Alterations, err)
		}
	})
}
