package chat

import (
	"bytes"
	"crypto/ed25519"
	"testing"

	"lanyard/chat/event"
	"lanyard/internal/identity"
	"lanyard/internal/name"
	"lanyard/internal/vector"
	"lanyard/internal/wire"
)

// seedRoom returns somebody and a room that they made.
func seedRoom(t testing.TB) (*identity.Identity, *creation) {
	t.Helper()
	id, err := identity.Generate()
	if err != nil {
		t.Fatal(err)
	}
	made, err := foundRoom(id, []identity.SignedPersonList{id.FirstPersonList()}, "Anna", NewRoom{Name: "Plans", Open: true})
	if err != nil {
		t.Fatal(err)
	}
	return id, made
}

// FuzzChange: no body of a change gets through that breaks the rules of its kind.
func FuzzChange(f *testing.F) {
	id, _ := seedRoom(f)
	list, who := id.FirstPersonList(), id.Person()
	for kind, b := range map[event.Kind]changeBody{
		event.KindInvite: {Who: &who, Name: "Ben", List: &list}, event.KindJoin: {Name: "Ben", List: &list}, event.KindLeave: {}, event.KindRename: {Name: "Other"}, event.KindEntrust: {Who: &who},
		event.KindRemove: {Who: &who, Cuts: []cut{{Peer: id.PeerID(), Log: vector.LogID{1}, Number: 3}}}, event.KindMerge: {}, event.KindGroup: {Name: "Sales", In: []identity.PersonID{who}},
	} {
		body, err := wire.Marshal(b)
		if err != nil {
			f.Fatal(err)
		}
		f.Add(uint8(kind), body)
	}
	other, _ := seedRoom(f)
	second := id.SignPersonList(identity.PersonList{Person: who, Number: 2, Machines: []ed25519.PublicKey{id.Public(), other.Public()}})
	for _, b := range []changeBody{{Who: &who, Name: "Ben", List: &list, Later: []identity.SignedPersonList{second}}, {Who: &who, Name: "Ben", Later: []identity.SignedPersonList{second}}} {
		body, err := wire.Marshal(b)
		if err != nil {
			f.Fatal(err)
		}
		f.Add(uint8(event.KindInvite), body)
	}
	f.Fuzz(func(t *testing.T, kind uint8, body []byte) {
		c, err := decodeChange(event.Kind(kind), id.Person(), body)
		if err != nil {
			return
		}
		switch {
		case !c.kind.ChangesMembers():
			t.Errorf("kind %d changes members", kind)
		case c.name != "" && !name.IsDisplay(c.name), len(c.cuts) > maxCuts, (c.kind == event.KindInvite || c.kind == event.KindJoin) && c.lists == nil:
			t.Errorf("taken: %+v", c)
		}
		if c.lists != nil {
			if _, of, err := event.KeysOf(c.lists); err != nil || of != c.who || event.SizeOfLists(c.lists) > event.MaxLists {
				t.Errorf("the list of somebody else: %v", err)
			}
		}
	})
}

// FuzzCreation: what is read as a creation is signed by who made the room, and any other byte makes another room or none.
func FuzzCreation(f *testing.F) {
	_, made := seedRoom(f)
	f.Add(made.signed.Body, made.signed.Signature)
	f.Fuzz(func(t *testing.T, body, signature []byte) {
		c, err := readCreation(signedCreation{Body: body, Signature: signature})
		if err != nil {
			return
		}
		if identity.Verify(c.key, creationContext, body, signature) != nil || !name.IsDisplay(c.Name) || c.id != roomID(body) {
			t.Errorf("taken: %+v", c)
		}
		if c.id == made.id && !bytes.Equal(body, made.signed.Body) {
			t.Error("two rooms with one ID")
		}
	})
}

// FuzzRooms: rooms that somebody tells of are open, signed and have names that can be shown.
func FuzzRooms(f *testing.F) {
	_, made := seedRoom(f)
	body, err := wire.Marshal(roomsFrame{Rooms: []roomOffer{{Creation: made.signed.Body, Signature: made.signed.Signature, Name: "Plans", Members: 3}}})
	if err != nil {
		f.Fatal(err)
	}
	f.Add(body)
	f.Fuzz(func(t *testing.T, body []byte) {
		all, err := decodeRooms(body)
		if err != nil {
			return
		}
		for _, o := range all {
			if o.Open != 1 || !name.IsDisplay(o.name) || o.members > maxMembers || len(all) > maxOffers {
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
	body, err := wire.Marshal(tipsFrame{Conversation: made.id[:], Vector: told})
	if err != nil {
		f.Fatal(err)
	}
	f.Add(body)
	f.Fuzz(func(t *testing.T, body []byte) {
		tips, err := decodeTips(body)
		if err != nil {
			return
		}
		again, err := wire.Marshal(tips)
		if err != nil {
			t.Fatal(err)
		}
		if other, err := decodeTips(again); err != nil || !other.Vector.Equal(tips.Vector) || len(tips.Conversation) != len(event.ConversationID{}) {
			t.Errorf("taken: %+v, and again %+v %v", tips, other, err)
		}
	})
}

// FuzzBygones: what is taken for a change behind a cut is one of its room, whole, by hashes that fit.
func FuzzBygones(f *testing.F) {
	id, made := seedRoom(f)
	h := event.Header{Conversation: made.id[:], Peer: id.PeerID(), Log: vector.LogID{1}, Number: 1, Lamport: 1, Kind: event.KindRename}
	body, err := wire.Marshal(changeBody{Name: "Other"})
	if err != nil {
		f.Fatal(err)
	}
	e, err := event.New(h, body)
	if err != nil {
		f.Fatal(err)
	}
	raw := rawBygone{First: e.Raw, Header: e.Raw, Salt: e.Salt, Body: e.Body}
	b, err := wire.Marshal(bygonesFrame{Conversation: made.id[:], Changes: []rawBygone{raw}})
	if err != nil {
		f.Fatal(err)
	}
	f.Add(b)
	v := newConversation(made.id, 1, identity.PersonID{})
	v.room = newRoom(made)
	f.Fuzz(func(t *testing.T, body []byte) {
		frame, err := decodeBygones(body)
		if err != nil {
			return
		}
		for _, raw := range frame.Changes {
			e, first, err := raw.read(v.id)
			if err != nil {
				continue
			}
			if !e.Kind.ChangesMembers() || e.ConversationID() != v.id || first.VectorLog() != e.VectorLog() || first.Number != 1 || e.CheckBody() != nil || e.Dropped() {
				t.Errorf("taken: %+v", e.Header)
			}
		}
	})
}

// TestForgedRooms are dropped: a creation that its creator did not sign, or of another ID than its frame.
func TestForgedRooms(t *testing.T) {
	_, made := seedRoom(t)
	_, other := seedRoom(t)
	for what, signed := range map[string]signedCreation{
		"the signature of another room": {Body: made.signed.Body, Signature: other.signed.Signature},
		"no signature":                  {Body: made.signed.Body},
		"a byte more":                   {Body: append(bytes.Clone(made.signed.Body), 0), Signature: made.signed.Signature},
		"too long":                      {Body: bytes.Repeat([]byte{1}, maxCreation+1), Signature: made.signed.Signature},
	} {
		if _, err := readCreation(signed); err == nil {
			t.Errorf("%s: taken", what)
		}
	}
}
