package frame

import (
	"testing"

	"lanyard/chat/event"
	"lanyard/chat/membership"
	"lanyard/internal/identity"
	"lanyard/internal/name"
	"lanyard/internal/vector"
	"lanyard/internal/wire"
	"lanyard/internal/wiretest"
)

func FuzzVectors(f *testing.F) {
	wiretest.Fuzz(f, ReadVectors, Vectors{Conversation: make([]byte, 32), Vector: seedVector(), States: []SignedState{{Body: []byte{1}, Signature: []byte{2}}}, Holds: []identity.PeerID{{1}}, Lacks: 1})
}

func FuzzStates(f *testing.F) {
	wiretest.Fuzz(f, ReadStates, States{States: []SignedState{{Body: []byte{1}, Signature: []byte{2}}}})
}

func FuzzState(f *testing.F) {
	wiretest.Fuzz(f, ReadState, State{Conversation: make([]byte, 32), Counter: 1, Delivered: seedVector(), Read: seedVector()},
		State{Conversation: make([]byte, 32), Counter: 1, Delivered: seedVector(), Read: seedVector(), Lacks: []Lacking{{Number: 9, Hash: vector.Hash{5}, Read: 8, Missing: []uint64{4, 4, 6, 7}}}})
}

func FuzzPause(f *testing.F) {
	wiretest.Fuzz(f, ReadPause, Pause{Offer: make([]byte, 32), Paused: 1, Done: 7, NoRoom: 1}, Pause{Offer: make([]byte, 32), Paused: 1, Why: WhyName})
}

func seedVector() vector.Vector {
	v := vector.Vector{}
	v.Advance(vector.Log{ID: vector.LogID{1}}, vector.Mark{}, vector.Mark{Number: 3, Hash: vector.Hash{4}})
	return v
}

// seedRoom returns somebody and a room that they made.
func seedRoom(t testing.TB) (*identity.Identity, *membership.Creation) {
	t.Helper()
	id, err := identity.Generate()
	if err != nil {
		t.Fatal(err)
	}
	made, err := membership.Found(id, []identity.SignedPersonList{id.FirstPersonList()}, "Anna", membership.Draft{Title: "Plans", Open: true})
	if err != nil {
		t.Fatal(err)
	}
	return id, made
}

// FuzzRooms: rooms that somebody tells of are open, signed and have names that can be shown.
func FuzzRooms(f *testing.F) {
	_, made := seedRoom(f)
	body, err := wire.Marshal(Rooms{Rooms: []Room{{Creation: made.Signed.Body, Signature: made.Signed.Signature, Name: "Plans", Members: 3}}})
	if err != nil {
		f.Fatal(err)
	}
	f.Add(body)
	f.Fuzz(func(t *testing.T, body []byte) {
		all, err := ReadRooms(body)
		if err != nil {
			return
		}
		for _, o := range all {
			if o.Open != 1 || !name.IsDisplay(o.Title) || o.Members > membership.MaxMembers || len(all) > MaxRooms {
				t.Errorf("taken: %+v", o)
			}
		}
	})
}

// FuzzTips: tips name a conversation, and logs by the rules of vectors.
func FuzzTips(f *testing.F) {
	id, made := seedRoom(f)
	told := vector.Vector{}
	told.Advance(vector.Log{Peer: id.PeerID(), ID: vector.LogID{1}}, vector.Mark{}, vector.Mark{Number: 3, Hash: vector.Hash{7}})
	body, err := wire.Marshal(Tips{Conversation: made.ID[:], Vector: told})
	if err != nil {
		f.Fatal(err)
	}
	f.Add(body)
	f.Fuzz(func(t *testing.T, body []byte) {
		tips, err := ReadTips(body)
		if err != nil {
			return
		}
		again, err := wire.Marshal(tips)
		if err != nil {
			t.Fatal(err)
		}
		if other, err := ReadTips(again); err != nil || !other.Vector.Equal(tips.Vector) || len(tips.Conversation) != len(event.ConversationID{}) {
			t.Errorf("taken: %+v, and again %+v %v", tips, other, err)
		}
	})
}

// FuzzBygones: what is taken for a change behind a cut is one of its room, whole, with an unbroken chain to what is signed.
func FuzzBygones(f *testing.F) {
	id, made := seedRoom(f)
	h := event.Header{Conversation: made.ID[:], Peer: id.PeerID(), Log: vector.LogID{1}, Number: 1, Lamport: 1, Kind: event.KindRename}
	body, err := wire.Marshal(membership.Body{Name: "Other"})
	if err != nil {
		f.Fatal(err)
	}
	e, err := event.New(h, body)
	if err != nil {
		f.Fatal(err)
	}
	h.Number, h.Lamport, h.Previous = 2, 2, e.ID[:]
	next, err := event.New(h, body)
	if err != nil {
		f.Fatal(err)
	}
	raw := Bygone{Chain: [][]byte{e.Raw, next.Raw}, Salt: e.Salt, Body: e.Body, Signature: id.Sign(event.SigningContext, next.ID[:])}
	b, err := wire.Marshal(Bygones{Conversation: made.ID[:], Changes: []Bygone{raw}})
	if err != nil {
		f.Fatal(err)
	}
	f.Add(b)
	f.Fuzz(func(t *testing.T, body []byte) {
		all, err := ReadBygones(body)
		if err != nil {
			return
		}
		for _, raw := range all.Changes {
			e, signed, err := raw.Read(made.ID)
			if err != nil {
				continue
			}
			if !e.Kind.ChangesMembers() || e.ConversationID() != made.ID || signed.VectorLog() != e.VectorLog() || signed.Number != e.Number+uint64(len(raw.Chain))-1 || e.CheckBody() != nil || e.Dropped() {
				t.Errorf("taken: %+v", e.Header)
			}
		}
	})
}

func FuzzOffice(f *testing.F) {
	wiretest.Fuzz(f, ReadOffice, Office{Delivered: seedVector(), Read: seedVector(), News: seedVector()}, Office{})
}

func FuzzGaps(f *testing.F) {
	wiretest.Fuzz(f, ReadGaps, Gaps{Conversation: make([]byte, 32), Missing: []Gap{{Peer: identity.PeerID{1}, Log: vector.LogID{2}, First: 1, Last: event.MaxNumber}}, Again: 1})
}

func FuzzWords(f *testing.F) {
	wiretest.Fuzz(f, ReadWords, Words{Conversation: make([]byte, 32), Words: []Word{{ID: make([]byte, 32), Salt: make([]byte, 16), Body: []byte{0xa0}}}, Done: 1})
}
