package chat

import (
	"testing"

	"lanyard/chat/event"
)

// TestCutWithinARunOfAnotherHistory: a restored profile leaves with a number by which, in the history that it has lost, something counts that its author signed only with what
// stands behind that number. Who has it passes it on all the same.
func TestCutWithinARunOfAnotherHistory(t *testing.T) {
	inMemory(t, func(t *testing.T, s *site) {
		all := s.office(t, "Anna", "Ben", "Carla", "Dora")
		anna, ben, carla, dora := all[0], all[1], all[2], all[3]
		room := roomOfAll(t, NewRoom{}, all...)
		anna.say(t, room, "one")
		for _, a := range all {
			a.awaitSaid(t, room, "one")
		}
		anna.stop()
		put := anna.copyProfile(t)
		s.lan.Partition([]*lanHost{carla.host}, []*lanHost{anna.host, ben.host})
		dora.stop()
		anna.run(t)
		anna.awaitLink(t, ben)
		var both []writing
		for _, text := range []string{"two", "three"} {
			both = append(both, writing{kind: event.KindText, body: marshaled(t, event.Text{Text: text})})
		}
		if _, err := anna.write(t.Context(), anna.known(room), both); err != nil {
			t.Fatal(err)
		}
		ben.awaitSaid(t, room, "one", "two", "three")
		anna.stop()
		put()
		ben.stop()
		s.lan.Heal()
		anna.run(t)
		anna.leaves(t, room)
		carla.awaitMembers(t, room, ben, carla, dora)
		anna.stop()
		ben.run(t)
		for _, a := range []*agent{ben, carla} {
			a.awaitMembers(t, room, ben, carla, dora)
			a.awaitSaid(t, room, "one", "two")
		}
		ben.stop()
		carla.stop()
		carla.run(t)
		dora.run(t)
		dora.awaitSaid(t, room, "one", "two")
		dora.await(t, "the same as Carla", func() bool { return dora.known(room).vector().Equal(carla.known(room).vector()) })
		for _, a := range []*agent{carla, dora} {
			a.sameLacked(t, room, "at the end")
			a.holdsNothing(t, room, "three")
			if found, err := a.Verify(t.Context(), room); err != nil || len(found.Alterations) > 0 {
				t.Errorf("%s verifies: %+v %v", a.name, found.Alterations, err)
			}
		}
	})
}
