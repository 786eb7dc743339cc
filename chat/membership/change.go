package membership

import (
	"errors"
	"fmt"

	"lanyard/chat/event"
	"lanyard/internal/identity"
	"lanyard/internal/name"
	"lanyard/internal/vector"
	"lanyard/internal/wire"
)

// MaxCuts is how many logs a removal names at most.
const MaxCuts = 512

// Change is an event that changes who is a member of a room, what the room is called, or its groups: kinds 8 to 31 of docs/protocol.md, section 6. It is no message.
// [Read] gives what its body says and leaves ID, At, Parents and Time to be filled in.
type Change struct {
	ID      event.ID
	At      event.Position
	By      identity.PersonID
	Parents []event.ID // the changes that it names as those that its author had seen last
	Time    int64      // ms since 1970, by the author's clock
	Kind    event.Kind

	Who   identity.PersonID           // invited, removed, entrusted; the author of a join or leave
	Name  string                      // of the person, or the new one of the room or group
	Lists []identity.SignedPersonList // of the person, from number 1 on, by which they are known to who never met them
	In    []identity.PersonID         // who is in the group of that name
	Cuts  map[vector.Log]uint64       // last number that counts
}

// Body is the body of all changes, as it is encoded by wire.Marshal. Which fields a kind has, docs/protocol.md says and [Read] checks.
type Body struct {
	Who   *identity.PersonID          `cbor:"1,keyasint,omitempty"`
	Name  string                      `cbor:"2,keyasint,omitempty"`
	List  *identity.SignedPersonList  `cbor:"3,keyasint,omitempty"` // number 1
	Cuts  []Cut                       `cbor:"4,keyasint,omitempty"`
	Later []identity.SignedPersonList `cbor:"5,keyasint,omitempty"` // those that follow it
	In    []identity.PersonID         `cbor:"6,keyasint,omitempty"`
}

// Cut is up to where a log of who is removed counts (rule 6): the number of its last event that does.
type Cut struct {
	_      struct{} `cbor:",toarray"`
	Peer   identity.PeerID
	Log    vector.LogID
	Number uint64
}

var errChange = errors.New("a change of members that says nothing known")

// Read decodes and checks the body of a change by somebody: which fields its kind has, names, and whether the lists are those of the person and prove themselves. Of
// kinds that newer versions make every body is taken.
func Read(kind event.Kind, by identity.PersonID, body []byte) (Change, error) {
	if kind.UnknownChange() { // it takes part whatever it says: those who know it name it as what they have seen
		return Change{Kind: kind, By: by, Who: by}, nil
	}
	var b Body
	if err := wire.Unmarshal(body, &b); err != nil {
		return Change{}, err
	}
	c := Change{Kind: kind, By: by, Who: by, Name: b.Name, Lists: event.JoinLists(b.List, b.Later), In: b.In}
	if b.Who != nil {
		c.Who = *b.Who
	}
	named, called, listed, cutting := b.Who != nil, b.Name != "", b.List != nil || len(b.Later) > 0, len(b.Cuts) > 0
	fits := false
	switch kind {
	case event.KindInvite:
		fits = named && called && listed && !cutting
	case event.KindJoin:
		fits = !named && called && listed && !cutting
	case event.KindLeave, event.KindMerge:
		fits = !named && !called && !listed && !cutting
	case event.KindRemove:
		fits = named && !called && !listed
	case event.KindRename:
		fits = !named && called && !listed && !cutting
	case event.KindGroup:
		fits = !named && called && !listed && !cutting && isGroup(&b)
	case event.KindEntrust:
		fits = named && !called && !listed && !cutting
	}
	if !fits || called && !name.IsDisplay(b.Name) || kind != event.KindGroup && len(b.In) > 0 {
		return Change{}, errChange
	}
	return c, c.take(&b)
}

// take checks list and cuts.
func (c *Change) take(b *Body) error {
	if b.List == nil && len(b.Later) > 0 {
		return errChange
	}
	if b.List != nil {
		_, person, err := event.KeysOf(c.Lists)
		if err != nil {
			return err
		}
		if person != c.Who {
			return errChange
		}
	}
	if len(b.Cuts) > MaxCuts {
		return fmt.Errorf("%w: it names %d logs, more than %d", errChange, len(b.Cuts), MaxCuts)
	}
	c.Cuts = map[vector.Log]uint64{}
	for _, one := range b.Cuts {
		c.Cuts[vector.Log{Peer: one.Peer, ID: one.Log}] = one.Number
	}
	if len(c.Cuts) != len(b.Cuts) {
		return fmt.Errorf("%w: it names a log twice", errChange)
	}
	return nil
}
