package chat

import (
	"slices"
	"testing"
	"testing/synctest"

	"lanyard/chat/event"
	"lanyard/chat/frame"
	"lanyard/internal/vector"
	"lanyard/internal/wire"
)

// goneAndBack is a room from which Anna removed Carla after she had said "one", whose profile is put back to before that. All are away.
func goneAndBack(t *testing.T, s *site) (room event.ConversationID, anna, ben, carla *agent, one Message) {
	t.Helper()
	all := s.office(t, "Anna", "Ben", "Carla")
	anna, ben, carla = all[0], all[1], all[2]
	room = roomOfAll(t, NewRoom{}, all...)
	carla.stop()
	put := carla.copyProfile(t)
	carla.run(t)
	carla.awaitLink(t, anna)
	carla.awaitLink(t, ben)
	one = carla.say(t, room, "one")[0]
	carla.awaitStates(t, one.ID, Delivered, Delivered)
	if _, err := anna.Remove(t.Context(), room, carla.person()); err != nil {
		t.Fatal(err)
	}
	carla.awaitMembers(t, room, anna, ben)
	ben.awaitMembers(t, room, anna, ben)
	for _, a := range all {
		a.stop()
	}
	put()
	return room, anna, ben, carla, one
}

// TestWhoWasRemovedSeesWithWhomItIs: what comes back to a profile that was put back is with who has it, though its person is no member any more and is sent no states; also after a restart, when
// nobody is here who tells it, and when what they wrote comes back as they know that they were removed.
func TestWhoWasRemovedSeesWithWhomItIs(t *testing.T) {
	inMemory(t, func(t *testing.T, s *site) {
		room, anna, ben, carla, one := goneAndBack(t, s)
		ben.run(t)
		carla.run(t)
		carla.awaitMembers(t, room, anna, ben)
		carla.awaitSaid(t, room, "one")
		carla.awaitFor(t, one.ID, ben, Delivered)
		carla.awaitFor(t, one.ID, anna, Waiting)
		carla.await(t, "to be told so", func() bool { return carla.ear.state(one.ID) == Delivered })
		anna.run(t)
		carla.awaitFor(t, one.ID, anna, Delivered)
		carla.settle(t)
		for _, a := range []*agent{anna, ben, carla} {
			a.stop()
		}
		carla.run(t)
		carla.awaitStates(t, one.ID, Delivered, Delivered)
		carla.stop()
		self := carla.self()
		carla.lose(t, room, self[:])
		for _, a := range []*agent{anna, ben, carla} {
			a.run(t)
		}
		carla.awaitSaid(t, room, "one")
		carla.awaitStates(t, one.ID, Delivered, Delivered)
		if found, err := carla.Verify(t.Context(), room); err != nil || len(found.Alterations) > 0 {
			t.Errorf("%+v %v", found, err)
		}
	})
}

// leaver is a room of Anna, Carla and a liar in which Carla said "one" before Anna removed her.
type leaver struct {
	*liar
	t           *testing.T
	room        event.ConversationID
	anna, carla *agent
	one         Message
}

func newLeaver(t *testing.T, s *site) *leaver {
	t.Helper()
	all := s.office(t, "Anna", "Carla")
	x := &leaver{t: t, anna: all[0], carla: all[1]}
	x.liar = s.lie(t, x.carla, nil, capabilityLacks)
	x.room = roomOfAll(t, NewRoom{}, all...)
	if _, err := x.carla.Invite(t.Context(), x.room, x.liar.id.Person()); err != nil {
		t.Fatal(err)
	}
	x.anna.await(t, "the invitation", func() bool { return x.anna.known(x.room).room.members().Has(x.liar.id.Person()) })
	x.one = x.carla.say(t, x.room, "one")[0]
	x.anna.awaitSaid(t, x.room, "one")
	return x
}

func (x *leaver) leave() {
	x.t.Helper()
	if _, err := x.anna.Remove(x.t.Context(), x.room, x.carla.person()); err != nil {
		x.t.Fatal(err)
	}
	x.carla.await(x.t, "the removal", func() bool { return x.carla.isOut(x.carla.known(x.room)) })
}

// tell has the liar say to have all that Carla wrote, and waits until she took it.
func (x *leaver) tell(lacks uint64) {
	x.t.Helper()
	log := vector.Vector{}
	for of, marks := range x.carla.known(x.room).vector() {
		if of.Peer == x.carla.id.PeerID() {
			log[of] = marks
		}
	}
	x.send(wire.KindVectors, marshaled(x.t, frame.Vectors{Conversation: x.room[:], Vector: log, Lacks: lacks}))
	x.settled(x.carla)
	synctest.Wait()
}

// stands is how far Carla's message got with the liar, as she is shown.
func (x *leaver) stands() Delivery {
	x.t.Helper()
	m, err := x.carla.Message(x.t.Context(), x.one.ID)
	at := slices.IndexFunc(m.States, func(state State) bool { return state.Person == x.liar.id.Person() })
	if err != nil || at < 0 {
		x.t.Fatalf("it is with %v: %v", m.States, err)
	}
	return m.States[at].Delivery
}

// TestLackedIsWithNobody: a vector that names what its sender lacks tells who is no member of nothing that it is there.
func TestLackedIsWithNobody(t *testing.T) {
	inMemory(t, func(t *testing.T, s *site) {
		x := newLeaver(t, s)
		x.leave()
		x.tell(1)
		if d := x.stands(); d != Waiting {
			t.Errorf("what they lack something of is %s", d)
		}
		x.tell(0)
		if d := x.stands(); d != Delivered {
			t.Errorf("what they have is %s", d)
		}
	})
}

// TestToldBeforeTheRemoval: what was told as our person was a member counts once they are none. Until then a state tells it.
func TestToldBeforeTheRemoval(t *testing.T) {
	inMemory(t, func(t *testing.T, s *site) {
		x := newLeaver(t, s)
		x.tell(0)
		if d := x.stands(); d != Waiting {
			t.Errorf("before any state it is %s", d)
		}
		x.leave()
		x.carla.await(t, "that they have it", func() bool { return x.stands() == Delivered })
	})
}
