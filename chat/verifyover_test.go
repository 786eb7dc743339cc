package chat

import (
	"testing"

	"lanyard/chat/frame"
	"lanyard/internal/vector"
)

// TestOtherHistoryOfWhoLeft: whoever left may have another history of their log, as their profile ran twice; it is not taken any more, and what is here is not altered.
func TestOtherHistoryOfWhoLeft(t *testing.T) {
	inMemory(t, func(t *testing.T, s *site) {
		all := s.office(t, "Anna", "Ben", "Carla")
		anna, ben, carla := all[0], all[1], all[2]
		room := roomOfAll(t, NewRoom{}, all...)
		ben.say(t, room, "one")
		carla.awaitSaid(t, room, "one")
		if _, err := ben.Leave(t.Context(), room); err != nil {
			t.Fatal(err)
		}
		carla.awaitMembers(t, room, anna, carla)
		v := carla.known(room)
		for log, marks := range v.vector() {
			if log.Peer != ben.id.PeerID() {
				continue
			}
			other := vector.Mark{Number: marks[0].Number, Hash: vector.Hash{1}}
			st := frame.State{Conversation: room[:], Peer: log.Peer, Counter: 1000, Delivered: vector.Vector{log: {other}}, Read: vector.Vector{}}
			signed, err := st.Sign(ben.id)
			if err != nil {
				t.Fatal(err)
			}
			carla.weigh(t.Context(), nil, v, st, signed)
		}
		if err := carla.ledger.settled(t.Context()); err != nil {
			t.Fatal(err)
		}
		if n := v.counterOf(ben.id.PeerID(), carla.self()); n != 1000 {
			t.Fatalf("the state is not here: %d", n)
		}
		if found, err := carla.Verify(t.Context(), room); err != nil || len(found.Alterations) > 0 {
			t.Errorf("%+v %v", found.Alterations, err)
		}
	})
}
