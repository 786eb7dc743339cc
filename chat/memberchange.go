package chat

import (
	"bytes"
	"errors"
	"fmt"

	"lanyard/internal/identity"
	"lanyard/internal/vector"
	"lanyard/internal/wire"
)

// Limits of what a change of a room's members says.
const (
	maxHeads = 6   // changes that an event names as those it has seen
	maxCuts  = 512 // logs that a removal names
)

// memberChange is an event that changes who is a member of a room, or what the room is called: docs/protocol.md section 6, rooms. It is no message.
type memberChange struct {
	id      EventID
	at      position
	by      identity.PersonID
	parents []EventID
	time    int64 // ms, by the author's clock
	kind    Kind

	who   identity.PersonID // invited, removed, entrusted; the author of a join or leave
	name  string            // the person's, or the room's new one
	lists []identity.SignedPersonList
	group []identity.PersonID   // who is in the group of that name
	cuts  map[vector.Log]uint64 // last number that counts
	begun *logStart             // of its log, where it came alone: see bygone.go
}

// changeBody is the body of all changes; which fields a kind has: see decodeChange.
type changeBody struct {
	Who   *identity.PersonID          `cbor:"1,keyasint,omitempty"`
	Name  string                      `cbor:"2,keyasint,omitempty"`
	List  *identity.SignedPersonList  `cbor:"3,keyasint,omitempty"` // number 1
	Cuts  []cut                       `cbor:"4,keyasint,omitempty"`
	Later []identity.SignedPersonList `cbor:"5,keyasint,omitempty"` // those that follow it
	In    []identity.PersonID         `cbor:"6,keyasint,omitempty"`
}

// cut is up to where a log counts.
type cut struct {
	_      struct{} `cbor:",toarray"`
	Peer   identity.PeerID
	Log    vector.LogID
	Number uint64
}

// changesMembers reports whether events of this kind change who is a member of a room.
func (k Kind) changesMembers() bool { return k >= KindInvite && k <= lastChange }

// unknownChange reports whether it is for newer versions to say what changes of this kind do.
func (k Kind) unknownChange() bool { return k > KindGroup && k <= lastChange }

var errChange = errors.New("a change of members that says nothing known")

// decodeChange reads the body of a change by somebody. The rest of the change is the caller's to fill in.
func decodeChange(kind Kind, by identity.PersonID, body []byte) (memberChange, error) {
	if kind.unknownChange() { // it takes part whatever it says: those who know it name it as what they have seen
		return memberChange{kind: kind, by: by, who: by}, nil
	}
	var b changeBody
	if err := wire.Unmarshal(body, &b); err != nil {
		return memberChange{}, err
	}
	c := memberChange{kind: kind, by: by, who: by, name: b.Name, lists: joined(b.List, b.Later), group: b.In}
	if b.Who != nil {
		c.who = *b.Who
	}
	named, called, listed, cutting := b.Who != nil, b.Name != "", b.List != nil || len(b.Later) > 0, len(b.Cuts) > 0
	fits := false
	switch kind {
	case KindInvite:
		fits = named && called && listed && !cutting
	case KindJoin:
		fits = !named && called && listed && !cutting
	case KindLeave, KindMerge:
		fits = !named && !called && !listed && !cutting
	case KindRemove:
		fits = named && !called && !listed
	case KindRename:
		fits = !named && called && !listed && !cutting
	case KindGroup:
		fits = !named && called && !listed && !cutting && isGroup(&b)
	case KindEntrust:
		fits = named && !called && !listed && !cutting
	}
	if !fits || called && !isDisplayName(b.Name) || kind != KindGroup && len(b.In) > 0 {
		return memberChange{}, errChange
	}
	return c, c.take(&b)
}

// take checks list and cuts.
func (c *memberChange) take(b *changeBody) error {
	if b.List == nil && len(b.Later) > 0 {
		return errChange
	}
	if b.List != nil {
		_, person, err := keysOf(c.lists)
		if err != nil {
			return err
		}
		if person != c.who {
			return errChange
		}
	}
	if len(b.Cuts) > maxCuts {
		return fmt.Errorf("%w: it names %d logs, more than %d", errChange, len(b.Cuts), maxCuts)
	}
	c.cuts = map[vector.Log]uint64{}
	for _, one := range b.Cuts {
		c.cuts[vector.Log{Peer: one.Peer, ID: one.Log}] = one.Number
	}
	if len(c.cuts) != len(b.Cuts) {
		return fmt.Errorf("%w: it names a log twice", errChange)
	}
	return nil
}

// heads splits a header's membership into the changes that it names.
func (h *header) heads() []EventID {
	var all []EventID
	for rest := h.Membership; len(rest) >= len(EventID{}); rest = rest[len(EventID{}):] {
		all = append(all, EventID(rest[:len(EventID{})]))
	}
	return all
}

// checkMembership is the form of a header's membership: up to six IDs.
func checkMembership(membership []byte) error {
	size := len(EventID{})
	if len(membership)%size != 0 || len(membership) > maxHeads*size {
		return fmt.Errorf("a membership of %d bytes", len(membership))
	}
	for i := size; i < len(membership); i += size {
		if bytes.Equal(membership[i-size:i], membership[i:i+size]) {
			return errors.New("a membership that names a change twice")
		}
	}
	return nil
}

// joinIDs is the form of heads in a header.
func joinIDs(all []EventID) []byte {
	var out []byte
	for _, id := range all {
		out = append(out, id[:]...)
	}
	return out
}
