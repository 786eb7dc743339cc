package membership

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

// FuzzChange: no body of a change gets through that breaks the rules of its kind.
func FuzzChange(f *testing.F) {
	id, _ := someRoom(f)
	list, who := id.FirstPersonList(), id.Person()
	for kind, b := range map[event.Kind]Body{
		event.KindInvite: {Who: &who, Name: "Ben", List: &list}, event.KindJoin: {Name: "Ben", List: &list}, event.KindLeave: {}, event.KindRename: {Name: "Other"}, event.KindEntrust: {Who: &who},
		event.KindRemove: {Who: &who, Cuts: []Cut{{Peer: id.PeerID(), Log: vector.LogID{1}, Number: 3}}}, event.KindMerge: {}, event.KindGroup: {Name: "Sales", In: []identity.PersonID{who}},
	} {
		body, err := wire.Marshal(b)
		if err != nil {
			f.Fatal(err)
		}
		f.Add(uint8(kind), body)
	}
	other, _ := someRoom(f)
	second := id.SignPersonList(identity.PersonList{Person: who, Number: 2, Machines: []ed25519.PublicKey{id.Public(), other.Public()}})
	for _, b := range []Body{{Who: &who, Name: "Ben", List: &list, Later: []identity.SignedPersonList{second}}, {Who: &who, Name: "Ben", Later: []identity.SignedPersonList{second}}} {
		body, err := wire.Marshal(b)
		if err != nil {
			f.Fatal(err)
		}
		f.Add(uint8(event.KindInvite), body)
	}
	f.Fuzz(func(t *testing.T, kind uint8, body []byte) {
		c, err := Read(event.Kind(kind), id.Person(), body)
		if err != nil {
			return
		}
		switch {
		case !c.Kind.ChangesMembers():
			t.Errorf("kind %d changes members", kind)
		case c.Name != "" && !name.IsDisplay(c.Name), len(c.Cuts) > MaxCuts, (c.Kind == event.KindInvite || c.Kind == event.KindJoin) && c.Lists == nil:
			t.Errorf("taken: %+v", c)
		}
		if c.Lists != nil {
			if _, of, err := event.KeysOf(c.Lists); err != nil || of != c.Who || event.SizeOfLists(c.Lists) > event.MaxLists {
				t.Errorf("the list of somebody else: %v", err)
			}
		}
	})
}

// FuzzCreation: what is read as a creation is signed by who made the room, and any other byte makes another room or none.
func FuzzCreation(f *testing.F) {
	_, room := someRoom(f)
	f.Add(room.Signed.Body, room.Signed.Signature)
	f.Fuzz(func(t *testing.T, body, signature []byte) {
		c, err := ReadCreation(Signed{Body: body, Signature: signature})
		if err != nil {
			return
		}
		if identity.Verify(c.Key, creationContext, body, signature) != nil || !name.IsDisplay(c.Name) || c.ID != roomID(body) {
			t.Errorf("taken: %+v", c)
		}
		if c.ID == room.ID && !bytes.Equal(body, room.Signed.Body) {
			t.Error("two rooms with one ID")
		}
	})
}

// TestForgedRooms are dropped: a creation that its creator did not sign, or of another ID than its frame.
func TestForgedRooms(t *testing.T) {
	_, room := someRoom(t)
	_, other := someRoom(t)
	for what, signed := range map[string]Signed{
		"the signature of another room": {Body: room.Signed.Body, Signature: other.Signed.Signature},
		"no signature":                  {Body: room.Signed.Body},
		"a byte more":                   {Body: append(bytes.Clone(room.Signed.Body), 0), Signature: room.Signed.Signature},
		"too long":                      {Body: bytes.Repeat([]byte{1}, maxCreation+1), Signature: room.Signed.Signature},
	} {
		if _, err := ReadCreation(signed); err == nil {
			t.Errorf("%s: taken", what)
		}
	}
}

// someRoom returns somebody and a room that they made.
func someRoom(t testing.TB) (*identity.Identity, *Creation) {
	t.Helper()
	id, err := identity.Generate()
	if err != nil {
		t.Fatal(err)
	}
	room, err := Found(id, []identity.SignedPersonList{id.FirstPersonList()}, "Anna", Draft{Title: "Plans", Open: true})
	if err != nil {
		t.Fatal(err)
	}
	return id, room
}
