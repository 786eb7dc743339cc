package chat

import (
	"fmt"
	"slices"
	"testing"
	"testing/synctest"
	"time"

	"lanyard/chat/event"
	"lanyard/chat/frame"
	"lanyard/internal/identity"
	"lanyard/internal/vector"
	"lanyard/internal/wire"
)

// awaitLackOf waits until what somebody tells to lack of a room are words of so many logs.
func (a *agent) awaitLackOf(t *testing.T, room event.ConversationID, logs int) {
	t.Helper()
	a.await(t, "what is lacked", func() bool { return len(a.known(room).toldState().Lacks) == logs })
}

// TestInvitedByWhoForgot: everybody left a room and forgot it; one of them invited somebody again before that, who was away. They become a member through those who are none any more, with what is there
// of the room. Words that nobody has who is there are told as lacked, hold up neither the newcomer nor whom they invite, and come with who has them.
func TestInvitedByWhoForgot(t *testing.T) {
	inMemory(t, func(t *testing.T, s *site) {
		all := s.office(t, "Anna", "Ben", "Carla", "Dora")
		anna, ben, carla, dora := all[0], all[1], all[2], all[3]
		room := roomOfAll(t, NewRoom{}, anna, ben, carla)
		carla.stop()
		anna.say(t, room, "before")
		if _, err := anna.Remove(t.Context(), room, carla.person()); err != nil {
			t.Fatal(err)
		}
		ben.awaitSaid(t, room, "before")
		ben.awaitMembers(t, room, anna, ben)
		if _, err := ben.Invite(t.Context(), room, carla.person()); err != nil {
			t.Fatal(err)
		}
		anna.awaitMembers(t, room, anna, ben, carla)
		anna.say(t, room, "two")
		ben.awaitSaid(t, room, "before", "two")
		anna.leaves(t, room)
		ben.awaitMembers(t, room, ben, carla)
		anna.forget(t, room)
		anna.stop()
		ben.say(t, room, "three")
		ben.leaves(t, room)
		ben.forget(t, room)
		if n := ben.words(t, room); n != 1 {
			t.Fatalf("Ben has words of %d events, not of his own alone: that proves nothing", n)
		}

		carla.run(t)
		carla.awaitMembers(t, room, carla)
		carla.awaitSaid(t, room, "three")
		carla.awaitLackOf(t, room, 1)
		carla.say(t, room, "anew")
		if _, err := carla.Invite(t.Context(), room, dora.person()); err != nil {
			t.Fatal(err)
		}
		dora.awaitMembers(t, room, carla, dora)
		dora.awaitSaid(t, room, "three", "anew")

		anna.run(t)
		carla.awaitLackOf(t, room, 0)
		for _, a := range []*agent{carla, dora} {
			a.await(t, "what Anna said", func() bool { return slices.Contains(a.said(t, room), "two") })
		}
		time.Sleep(2 * statePause)
		synctest.Wait()
		if !carla.known(room).vector().Equal(dora.known(room).vector()) {
			t.Errorf("Carla has %v, Dora has %v", carla.known(room).vector(), dora.known(room).vector())
		}
	})
}

// TestRemovedByWhoForgot: who was removed while away learns it from those who left the room and forgot what stands before.
func TestRemovedByWhoForgot(t *testing.T) {
	inMemory(t, func(t *testing.T, s *site) {
		all := s.office(t, "Anna", "Ben", "Carla")
		anna, ben, carla := all[0], all[1], all[2]
		room := roomOfAll(t, NewRoom{}, all...)
		carla.stop()
		anna.say(t, room, "before")
		if _, err := anna.Remove(t.Context(), room, carla.person()); err != nil {
			t.Fatal(err)
		}
		ben.awaitSaid(t, room, "before")
		ben.awaitMembers(t, room, anna, ben)
		time.Sleep(2 * statePause) // what Anna wrote is known to be with Ben
		anna.leaves(t, room)
		anna.forget(t, room)
		ben.awaitMembers(t, room, ben)
		ben.leaves(t, room)
		ben.forget(t, room)
		for _, a := range []*agent{anna, ben} {
			if n := a.words(t, room); n != 0 {
				t.Fatalf("%s has words of %d events: that proves nothing", a.name, n)
			}
		}
		carla.run(t)
		carla.await(t, "that she was removed", func() bool { return !carla.known(room).room.members().Has(carla.person()) })
	})
}

// TestOldVersionGetsNothingForgotten: who does not note what they lack gets nothing from the first event on whose words were forgotten, also from a member; who does gets all.
func TestOldVersionGetsNothingForgotten(t *testing.T) {
	for _, old := range []bool{true, false} {
		t.Run(fmt.Sprint("old ", old), func(t *testing.T) {
			inMemory(t, func(t *testing.T, s *site) {
				all := s.office(t, "Anna", "Ben")
				anna, ben := all[0], all[1]
				offers := []string{capabilityLacks}
				if old {
					offers = nil
				}
				l := s.lie(t, anna, nil, offers...)
				s.lan.Partition([]*lanHost{anna.host}, []*lanHost{l.host})
				room := roomOfAll(t, NewRoom{}, all...)
				anna.say(t, room, "one")
				ben.awaitSaid(t, room, "one")
				ben.leaves(t, room)
				anna.awaitMembers(t, room, anna)
				ben.forget(t, room)
				for _, who := range []identity.PersonID{ben.person(), l.id.Person()} {
					if _, err := anna.Invite(t.Context(), room, who); err != nil {
						t.Fatal(err)
					}
				}
				ben.await(t, "that three are members", func() bool {
					m := ben.known(room).room.members()
					return m.Has(ben.person()) && m.Has(l.id.Person())
				})
				if n := ben.words(t, room); n != 0 {
					t.Fatalf("he has words of %d events: that proves nothing", n)
				}
				anna.stop()
				l.linkTo(ben)
				l.send(wire.KindVectors, marshaled(t, frame.Vectors{Conversation: room[:], Vector: vector.Vector{}}))
				ben.say(t, room, "two")
				ben.await(t, "what is said then has come", func() bool {
					return slices.ContainsFunc(l.runsOf(ben), func(r event.Run) bool { return r.Last().Kind == event.KindText })
				})
				time.Sleep(time.Minute)
				synctest.Wait()
				const one = 2 // its number
				behind := slices.ContainsFunc(l.runsOf(anna), func(r event.Run) bool { return r.Last().Number > one })
				words := slices.ContainsFunc(l.runsOf(anna), func(r event.Run) bool { return r.Last().Number >= one })
				if behind == old || words == old {
					t.Errorf("what was forgotten has come: %v, and what stands behind it: %v", words, behind)
				}
			})
		})
	}
}
