package membership

import (
	"crypto/ed25519"
	"crypto/rand"
	"crypto/sha256"
	"errors"
	"fmt"
	"time"

	"lanyard/chat/event"
	"lanyard/internal/identity"
	"lanyard/internal/name"
	"lanyard/internal/wire"
)

// creationContext is what signatures of creations are made for.
const creationContext = "room"

// Limits of a creation, in bytes.
const (
	maxCreation  = 1024
	creationSalt = 16
)

// creationBody is what makes a room; docs/protocol.md section 6, rooms.
type creationBody struct {
	Peer   identity.PeerID            `cbor:"1,keyasint"`
	List   *identity.SignedPersonList `cbor:"2,keyasint"`
	Called string                     `cbor:"3,keyasint"`
	Name   string                     `cbor:"4,keyasint"`
	Closed uint64                     `cbor:"5,keyasint,omitempty"` // 1 = newcomers get no history
	Open   uint64                     `cbor:"6,keyasint,omitempty"` // 1 = anybody in the office may join
	Salt   []byte                     `cbor:"7,keyasint"`
	Time   int64                      `cbor:"8,keyasint"` // ms since 1970

	Later []identity.SignedPersonList `cbor:"9,keyasint,omitempty"` // of the creator, after List, which is number 1
}

// Lists returns all lists of the creator's machines.
func (b *creationBody) Lists() []identity.SignedPersonList { return event.JoinLists(b.List, b.Later) }

// Creation is how a room began: it was verified and never changes. The room's ID is the hash of its bytes, so that nobody can change who made a room, or its rules.
type Creation struct {
	creationBody
	Signed  Signed
	ID      event.ConversationID
	Creator identity.PersonID
	Key     ed25519.PublicKey // of the machine that made it
}

// Signed is a creation as it is sent and kept: the bytes that were signed, and the signature.
type Signed struct {
	Body      []byte
	Signature []byte
}

// Draft is what a room is to be.
type Draft struct {
	Title         string    // by the rules of display names
	Open          bool      // anybody in the office may join it
	ClosedHistory bool      // who comes later does not get what was written before
	Time          time.Time // when it is made
}

// Found makes and signs the creation of a room by a machine of its creator, who is called so and whose lists begin with number 1. It fails with
// event.ErrManyLists where they leave no room for the rest. It reads randomness.
func Found(id *identity.Identity, lists []identity.SignedPersonList, called string, r Draft) (*Creation, error) {
	b := creationBody{Peer: id.PeerID(), List: &lists[0], Later: lists[1:], Called: called, Name: r.Title, Salt: make([]byte, creationSalt), Time: r.Time.UnixMilli()}
	rand.Read(b.Salt)
	if r.Open {
		b.Open = 1
	}
	if r.ClosedHistory {
		b.Closed = 1
	}
	body, err := wire.Marshal(b)
	if err != nil {
		return nil, err
	}
	if len(body) > maxCreation {
		return nil, event.ErrManyLists
	}
	return ReadCreation(Signed{Body: body, Signature: id.Sign(creationContext, body)})
}

// roomID is the ID of the room that a creation makes.
func roomID(body []byte) event.ConversationID {
	h := sha256.New()
	h.Write([]byte("lanyard room\x00"))
	h.Write(body)
	return event.ConversationID(h.Sum(nil))
}

// ReadCreation decodes and verifies a creation by itself: it brings the key that it is signed with, and the lists by which that is one of its creator's machines. It has
// at most 1024 bytes.
func ReadCreation(signed Signed) (*Creation, error) {
	if len(signed.Body) > maxCreation {
		return nil, fmt.Errorf("a room's creation of %d bytes, more than %d", len(signed.Body), maxCreation)
	}
	c := &Creation{Signed: signed, ID: roomID(signed.Body)}
	if err := wire.Unmarshal(signed.Body, &c.creationBody); err != nil {
		return nil, err
	}
	if err := c.check(); err != nil {
		return nil, err
	}
	keys, person, err := event.KeysOf(c.Lists())
	if err != nil {
		return nil, err
	}
	c.Creator, c.Key = person, keys[c.Peer]
	if c.Key == nil {
		return nil, errors.New("a room made by a machine that is not its creator's")
	}
	return c, identity.Verify(c.Key, creationContext, signed.Body, signed.Signature)
}

func (b *creationBody) check() error {
	switch {
	case b.Closed > 1 || b.Open > 1 || len(b.Salt) != creationSalt:
		return errors.New("a room with rules that are not known")
	case b.List == nil:
		return errors.New("a room without its creator's list")
	case !name.IsDisplay(b.Called) || !name.IsDisplay(b.Name):
		return errors.New("a room or creator with a name that breaks the rules")
	}
	return nil
}
