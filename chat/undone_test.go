package chat

import "testing"

// TestInvitedByTheRemoved: who was invited by somebody who had been removed is no member, and learns that from them.
func TestInvitedByTheRemoved(t *testing.T) {
	inMemory(t, func(t *testing.T, s *site) {
		all := s.office(t, "Anna", "Ben", "Carla", "Dora", "Emil")
		anna, ben, carla, dora, emil := all[0], all[1], all[2], all[3], all[4]
		room := roomOfAll(t, NewRoom{}, anna, ben, carla)
		s.lan.Partition([]*lanHost{anna.host, carla.host}, []*lanHost{ben.host, dora.host, emil.host})
		anna.awaitAlone(t, ben)
		carla.awaitAlone(t, ben)
		if _, err := anna.Remove(t.Context(), room, ben.person()); err != nil {
			t.Fatal(err)
		}
		if _, err := ben.Invite(t.Context(), room, dora.person()); err != nil {
			t.Fatal(err)
		}
		dora.awaitMembers(t, room, anna, ben, carla, dora)
		if _, err := dora.Invite(t.Context(), room, emil.person()); err != nil {
			t.Fatal(err)
		}
		emil.awaitMembers(t, room, anna, ben, carla, dora, emil)
		anna.say(t, room, "among us")
		carla.awaitSaid(t, room, "among us")
		s.lan.Heal()
		for _, a := range all {
			a.awaitMembers(t, room, anna, carla)
		}
		for _, a := range []*agent{ben, dora, emil} {
			a.holdsNothing(t, room, "among us")
		}
		if _, err := dora.Send(t.Context(), room, "hello"); err != ErrNoMember {
			t.Errorf("Dora writes: %v", err)
		}
	})
}

// TestInvitedByTheGone: the same where whoever invited never comes back: then those learn of the invitation whom it is shown to.
func TestInvitedByTheGone(t *testing.T) {
	inMemory(t, func(t *testing.T, s *site) {
		all := s.office(t, "Anna", "Ben", "Carla", "Dora")
		anna, ben, carla, dora := all[0], all[1], all[2], all[3]
		room := roomOfAll(t, NewRoom{}, anna, ben, carla)
		s.lan.Partition([]*lanHost{anna.host, carla.host}, []*lanHost{ben.host, dora.host})
		anna.awaitAlone(t, ben)
		carla.awaitAlone(t, ben)
		if _, err := anna.Remove(t.Context(), room, ben.person()); err != nil {
			t.Fatal(err)
		}
		if _, err := ben.Invite(t.Context(), room, dora.person()); err != nil {
			t.Fatal(err)
		}
		dora.awaitMembers(t, room, anna, ben, carla, dora)
		ben.stop()
		anna.say(t, room, "among us")
		carla.awaitSaid(t, room, "among us")
		s.lan.Heal()
		dora.awaitMembers(t, room, anna, carla)
		dora.holdsNothing(t, room, "among us")
	})
}
