package chat

import (
	"errors"
	"fmt"

	"lanyard/chat/event"
	"lanyard/internal/identity"
	"lanyard/internal/name"
	"lanyard/internal/vector"
	"lanyard/internal/wire"
)

// Limits of what a change of a room's members says.
const (
	maxCuts = 512 // logs that a removal names
)

// memberChange is an event that changes who is a member of a room, or what the room is called: docs/protocol.md section 6, rooms. It is no message.
type memberChange struct {
	id      event.ID
	at      event.Position
	by      identity.PersonID
	parents []event.ID
	time    int64 // ms, by the author's clock
	kind    event.Kind

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

var errChange = errors.New("a change of members that says nothing known")

// decodeChange reads the body of a change by somebody. The rest of the change is the caller's to fill in.
func decodeChange(kind event.Kind, by identity.PersonID, body []byte) (memberChange, error) {
	if kind.UnknownChange() { // it takes part whatever it says: those who know it name it as what they have seen
		return memberChange{kind: kind, by: by, who: by}, nil
	}
	var b changeBody
	if err := wire.Unmarshal(body, &b); err != nil {
		return memberChange{}, err
	}
	c := memberChange{kind: kind, by: by, who: by, name: b.Name, lists: event.JoinLists(b.List, b.Later), group: b.In}
	if b.Who != nil {
		c.who = *b.Who
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
		_, person, err := event.KeysOf(c.lists)
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
