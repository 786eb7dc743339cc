package frame

import (
	"slices"
	"testing"

	"lanyard/chat/event"
	"lanyard/internal/identity"
	"lanyard/internal/vector"
	"lanyard/internal/wire"
)

// marks makes a vector of so many logs.
func marks(n int) vector.Vector {
	v := vector.Vector{}
	for i := range n {
		v.Advance(vector.Log{ID: vector.LogID{byte(i), byte(i >> 8), 1}}, vector.Mark{}, vector.Mark{Number: 1, Hash: vector.Hash{4}})
	}
	return v
}

// lacking makes a state that lacks the same of so many branches that have 100 events.
func lacking(n int, missing ...uint64) State {
	s := State{Conversation: make([]byte, len(event.ConversationID{})), Counter: 1}
	for i := range n {
		s.Lacks = append(s.Lacks, Lacking{Log: vector.LogID{byte(i)}, Number: 100, Missing: missing})
	}
	return s
}

// many makes so many stretches.
func many(n uint64) (all []uint64) {
	for i := range n {
		all = append(all, 2*i+1, 2*i+1)
	}
	return all
}

// TestStateWithoutRoom: what a machine lacks is left out of a state where there is no room for it beside the vectors.
func TestStateWithoutRoom(t *testing.T) {
	who, err := identity.Generate()
	if err != nil {
		t.Fatal(err)
	}
	s := lacking(64, many(32)...)
	for _, branches := range []int{10, MaxBranches} {
		s.Delivered, s.Read = marks(branches), marks(branches)
		signed, err := s.Sign(who)
		if err != nil {
			t.Fatal(err)
		}
		back, err := ReadState(signed.Body)
		if err != nil || (len(back.Lacks) == 64) != (branches == 10) || !back.Delivered.Equal(s.Delivered) {
			t.Errorf("%d branches: %d are lacking: %v", branches, len(back.Lacks), err)
		}
	}
}

// TestLimits: each limit is taken, and one more is not.
func TestLimits(t *testing.T) {
	id := make([]byte, len(event.ConversationID{}))
	reads := func(read func([]byte) error) func([]byte) bool { return func(b []byte) bool { return read(b) == nil } }
	vectors := reads(func(b []byte) error { _, err := ReadVectors(b); return err })
	states := reads(func(b []byte) error { _, err := ReadStates(b); return err })
	state := reads(func(b []byte) error { _, err := ReadState(b); return err })
	office := reads(func(b []byte) error { _, err := ReadOffice(b); return err })
	tips := reads(func(b []byte) error { _, err := ReadTips(b); return err })
	pause := reads(func(b []byte) error { _, err := ReadPause(b); return err })
	bygones := reads(func(b []byte) error { _, err := ReadBygones(b); return err })
	gaps := reads(func(b []byte) error { _, err := ReadGaps(b); return err })
	words := reads(func(b []byte) error { _, err := ReadWords(b); return err })
	gap := Gap{First: 1, Last: event.MaxNumber}
	signed := func(n int) []SignedState { return slices.Repeat([]SignedState{{}}, n) }
	_, made := seedRoom(t)
	rooms := reads(func(b []byte) error { _, err := ReadRooms(b); return err })
	room := Room{Creation: made.Signed.Body, Signature: made.Signed.Signature, Name: "Plans", Members: 200}
	for _, test := range []struct {
		name  string
		takes func([]byte) bool
		most  any // that is taken
		more  any
	}{
		{"states in vectors", vectors, Vectors{Conversation: id, States: signed(64)}, Vectors{Conversation: id, States: signed(65)}},
		{"states that are wanted", vectors, Vectors{Conversation: id, Wants: make([]Known, 400)}, Vectors{Conversation: id, Wants: make([]Known, 401)}},
		{"machines that are held", vectors, Vectors{Conversation: id, Holds: make([]identity.PeerID, 340)}, Vectors{Conversation: id, Holds: make([]identity.PeerID, 341)}},
		{"the conversation of vectors", vectors, Vectors{Conversation: id}, Vectors{Conversation: id[1:]}},
		{"states", states, States{States: signed(64)}, States{States: signed(65)}},
		{"a state's counter", state, State{Conversation: id, Counter: event.MaxLamport}, State{Conversation: id, Counter: event.MaxLamport + 1}},
		{"a state's first counter", state, State{Conversation: id, Counter: 1}, State{Conversation: id}},
		{"branches that a state lacks something of", state, lacking(64, 1, 1), lacking(65, 1, 1)},
		{"stretches that are lacked", state, lacking(1, many(32)...), lacking(1, many(33)...)},
		{"what is lacked up to the end", state, lacking(1, 3, 100), lacking(1, 3, 101)},
		{"branches in order", state, lacking(2, 1, 1), State{Conversation: id, Counter: 1, Lacks: slices.Repeat(lacking(1, 1, 1).Lacks, 2)}},
		{"stretches in order", state, lacking(1, 1, 1, 3, 3), lacking(1, 1, 3, 2, 4)},
		{"stretches that do not touch", state, lacking(1, 1, 1, 3, 3), lacking(1, 1, 1, 2, 3)},
		{"a stretch", state, lacking(1, 2, 2), lacking(1, 2, 1)},
		{"a stretch from the first event on", state, lacking(1, 1, 1), lacking(1, 0, 1)},
		{"whole stretches", state, lacking(1, 1, 1), lacking(1, 1, 1, 2)},
		{"something that is lacked", state, lacking(1, 1, 1), lacking(1)},
		{"what was read of what is here", state, State{Conversation: id, Counter: 1, Lacks: []Lacking{{Number: 3, Read: 3, Missing: []uint64{1, 1}}}},
			State{Conversation: id, Counter: 1, Lacks: []Lacking{{Number: 3, Read: 4, Missing: []uint64{1, 1}}}}},
		{"logs of an author", office, Office{Delivered: marks(16), Read: marks(16)}, Office{Delivered: marks(17)}},
		{"logs of an author that were read", office, Office{Read: marks(16)}, Office{Read: marks(17)}},
		{"logs of the office", office, Office{News: marks(512)}, Office{News: marks(513)}},
		{"the conversation of tips", tips, Tips{Conversation: id}, Tips{Conversation: append(id, 0)}},
		{"a file that is held", pause, Pause{Offer: id, Paused: 1}, Pause{Offer: id, Paused: 2}},
		{"a disk that is full", pause, Pause{Offer: id, NoRoom: 1}, Pause{Offer: id, NoRoom: 2}},
		{"why a file cannot be received", pause, Pause{Offer: id, Paused: 1, Why: 255}, Pause{Offer: id, Paused: 1, Why: 256}},
		{"changes that come alone", bygones, Bygones{Conversation: id, Changes: []Bygone{{}}}, Bygones{Conversation: id}},
		{"gaps", gaps, Gaps{Conversation: id, Missing: slices.Repeat([]Gap{gap}, 256)}, Gaps{Conversation: id, Missing: slices.Repeat([]Gap{gap}, 257)}},
		{"the end of a gap", gaps, Gaps{Conversation: id, Missing: []Gap{{First: 2, Last: 2}}}, Gaps{Conversation: id, Missing: []Gap{{First: 2, Last: 1}}}},
		{"the last event of a gap", gaps, Gaps{Conversation: id, Missing: []Gap{gap}}, Gaps{Conversation: id, Missing: []Gap{{First: 1, Last: event.MaxNumber + 1}}}},
		{"the first event of a gap", gaps, Gaps{Conversation: id, Missing: []Gap{{First: 1, Last: 1}}}, Gaps{Conversation: id, Missing: []Gap{{Last: 1}}}},
		{"the event of words", words, Words{Conversation: id, Words: []Word{{ID: id, Salt: id}}}, Words{Conversation: id, Words: []Word{{ID: id[1:], Salt: id}}}},
		{"words", words, Words{Conversation: id, Words: []Word{{ID: id, Salt: id}}}, Words{Conversation: id, Words: []Word{{ID: id}}}},
		{"rooms", rooms, Rooms{Rooms: slices.Repeat([]Room{room}, 32)}, Rooms{Rooms: slices.Repeat([]Room{room}, 33)}},
		{"members of a room", rooms, Rooms{Rooms: []Room{room}}, Rooms{Rooms: []Room{{Creation: room.Creation, Signature: room.Signature, Name: "Plans", Members: 201}}}},
	} {
		t.Run(test.name, func(t *testing.T) {
			most, err := wire.Marshal(test.most)
			if err != nil {
				t.Fatal(err)
			}
			more, err := wire.Marshal(test.more)
			if err != nil {
				t.Fatal(err)
			}
			if !test.takes(most) || test.takes(more) {
				t.Errorf("the most is taken: %v; more is taken: %v", test.takes(most), test.takes(more))
			}
		})
	}
}
