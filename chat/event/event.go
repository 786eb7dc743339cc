// Package event is what conversations consist of: signed entries of logs, their bodies, their order, and the frames that carry them. docs/protocol.md, section 6,
// is the format. It has no clock, disk, network or lock: all of it is values and pure functions.
//
// # Use
//
//	h := event.Header{Conversation: in[:], Peer: self, Log: log, Time: now, Kind: event.KindText}
//	e, err := h.Next(end, seen, body)   // the next event of a log, under a fresh salt
//	for _, r := range event.Runs(events, identity) { ... }   // signed, each fits into a frame
//	frame, err := r.Encode()
//
//	r, err := event.ReadRun(frame)                           // whatever came: strictly decoded and checked by itself
//	err = identity.Verify(key, event.SigningContext, r.Last().ID[:], r.Last().Signature)
//	said, err := event.ReadText(r.First().Body)
//
// # Promises
//
// Chains: an event's [ID] is the hash of its header, which names the event before it and, by a salted hash, its body. Who verified a signature on the last event of
// a [Run] knows all of it; salt and body can be dropped and the chain stays whole. Raw bytes are kept and passed on as they came.
//
// Order: [Position.Compare] is one order of a conversation's events, the same on every machine: by Lamport time (Lamport, "Time, Clocks, and the Ordering of Events
// in a Distributed System", 1978), then log and number. No log's time may jump by more than 2^32 ([MayFollow]), so that nobody can use up the times of others.
//
// Distrust: what is read is bounded and decoded strictly before it is given back, and an error comes without a value. Kinds that are not known are events like
// others: they are kept and passed on.
//
// Blocking: nothing does, and all may be called from any goroutine. [Header.Next] and [New] read randomness for the salt.
//
// # Left out
//
// Whose key signs for a peer, what continues which log, what is stored and shown: that is package chat's. What amendments come to, and who is a member of a room, are
// functions of sets of events and no part of one.
package event

import (
	"bytes"
	"crypto/rand"
	"crypto/sha256"
	"errors"
	"fmt"

	"lanyard/internal/identity"
	"lanyard/internal/vector"
	"lanyard/internal/wire"
)

// Limits of events.
const (
	MaxHeader = 512 // bytes
	maxBody   = 34 << 10
	saltSize  = 16

	MaxNumber  = 1<<40 - 1 // of an event in its log, so that 24 bits beside it name the log
	MaxLamport = 1 << 62   // beyond it a Lamport time could not be counted on
	Leap       = 1 << 32   // how far a log's Lamport time may jump
)

// SigningContext is what signatures of events are made for: see identity.Verify. What is signed is the [ID].
const SigningContext = "events"

// Header is the signed part of an event. [Read] gives only headers that [Header.Check] takes.
type Header struct {
	Conversation []byte          `cbor:"1,keyasint"`
	Peer         identity.PeerID `cbor:"2,keyasint"`
	Log          vector.LogID    `cbor:"3,keyasint"`
	Number       uint64          `cbor:"4,keyasint"`
	Previous     []byte          `cbor:"5,keyasint,omitempty"` // hash of the header before
	Lamport      uint64          `cbor:"6,keyasint"`
	Time         int64           `cbor:"7,keyasint"` // ms since 1970
	Kind         Kind            `cbor:"8,keyasint"`
	Membership   []byte          `cbor:"9,keyasint,omitempty"` // IDs of the newest changes of members that the author knew; rooms only
	BodyHash     []byte          `cbor:"10,keyasint"`
	Again        []byte          `cbor:"11,keyasint,omitempty"` // ID of the event that this one re-issues
	Edits        []byte          `cbor:"12,keyasint,omitempty"` // ID of what an edit is of; office and rooms with closed history only
	Anew         uint64          `cbor:"13,keyasint,omitempty"` // 1 = what it re-issues was written in vain, in a log of a room that counts nothing
}

// Event is one entry of a log, as its author wrote it.
type Event struct {
	Header
	ID        ID
	Raw       []byte // the header's bytes
	Salt      []byte // empty with the body, where it was dropped
	Body      []byte
	Signature []byte // the author's over ID, if it came or was made with one
	Altered   bool   // salt and body were left out because they are not those that the header names, see ReadStored
}

// ConversationID is where the event was written.
func (e *Event) ConversationID() ConversationID { return ConversationID(e.Conversation) }

// VectorLog is the event's log, as vectors name it.
func (e *Event) VectorLog() vector.Log { return vector.Log{Peer: e.Peer, ID: e.Log} }

// Size is what the event takes in a frame, a little more than less.
func (e *Event) Size() int { return len(e.Raw) + len(e.Salt) + len(e.Body) + 12 }

// New completes a header by the hash of a body under a fresh salt and makes the event, without a signature. It checks nothing.
func New(h Header, body []byte) (*Event, error) {
	salt := make([]byte, saltSize)
	rand.Read(salt)
	hash := BodyHash(salt, body)
	h.BodyHash = hash[:]
	raw, err := wire.Marshal(h)
	if err != nil {
		return nil, err
	}
	return &Event{Header: h, ID: sha256.Sum256(raw), Raw: raw, Salt: salt, Body: body}, nil
}

// Next makes the event after the end of a log, by an author who has seen a Lamport time in the conversation. The header has everything but number, Lamport time and
// the hashes.
func (h Header) Next(end Point, seen uint64, body []byte) (*Event, error) {
	h.Number, h.Lamport = end.Number+1, nextLamport(seen, end.Lamport)
	if h.Number > 1 {
		h.Previous = end.ID[:]
	}
	return New(h, body)
}

// BodyHash is what a header names a body by, under a salt of 16 bytes.
func BodyHash(salt, body []byte) [sha256.Size]byte {
	var buf [512]byte
	return sha256.Sum256(append(append(buf[:0], salt...), body...))
}

// Read decodes and checks one event by itself: form, sizes and the hash of its body. If all but the body is right, the event is returned beside the error.
func Read(raw, salt, body []byte) (*Event, error) {
	if len(raw) > MaxHeader {
		return nil, fmt.Errorf("a header of %d bytes, more than %d", len(raw), MaxHeader)
	}
	e := &Event{ID: sha256.Sum256(raw), Raw: raw, Salt: salt, Body: body}
	if err := wire.Unmarshal(raw, &e.Header); err != nil {
		return nil, err
	}
	if err := e.Header.Check(); err != nil {
		return nil, err
	}
	return e, e.CheckBody()
}

// ReadStored is Read of what this machine stored, and which somebody or a failing disk may have altered since. A body that is not the one of the header counts as
// dropped: the chain stays whole, and one text holds up no other.
func ReadStored(raw, salt, body []byte) (*Event, error) {
	e, err := Read(raw, salt, body)
	if e != nil && err != nil {
		e.Salt, e.Body, e.Altered = nil, nil, true
		return e, nil
	}
	return e, err
}

// Check returns nil for the form of a header: sizes, numbers, and which fields stand together.
func (h *Header) Check() error {
	switch {
	case len(h.Conversation) != len(ConversationID{}):
		return errors.New("a conversation's ID has 32 bytes")
	case h.Number == 0 || h.Number > MaxNumber:
		return fmt.Errorf("no event has the number %d", h.Number)
	case h.Number == 1 && len(h.Previous) != 0:
		return errors.New("the first event names one before it")
	case h.Number > 1 && len(h.Previous) != len(ID{}):
		return errors.New("the hash of the event before has 32 bytes")
	case h.Lamport == 0 || h.Lamport > MaxLamport:
		return fmt.Errorf("no event has the Lamport time %d", h.Lamport)
	case h.Kind == 0 || h.Kind > 1<<31:
		return fmt.Errorf("no event has the kind %d", h.Kind)
	case len(h.BodyHash) != sha256.Size:
		return errors.New("the hash of the body has 32 bytes")
	case len(h.Again) != 0 && len(h.Again) != len(ID{}), len(h.Edits) != 0 && len(h.Edits) != len(ID{}):
		return errors.New("an event's ID has 32 bytes")
	}
	return checkMembership(h.Membership)
}

// CheckBody compares the body with the header's hash. Where salt and body were dropped there is nothing to compare.
func (e *Event) CheckBody() error {
	if len(e.Body) > maxBody {
		return fmt.Errorf("a body of %d bytes, more than %d", len(e.Body), maxBody)
	}
	if e.Dropped() {
		return nil
	}
	if len(e.Salt) != saltSize {
		return fmt.Errorf("a salt of %d bytes", len(e.Salt))
	}
	if hash := BodyHash(e.Salt, e.Body); !bytes.Equal(hash[:], e.BodyHash) {
		return errors.New("a body that its header does not name")
	}
	return nil
}

// Dropped reports whether salt and body were dropped before the event came.
func (e *Event) Dropped() bool { return len(e.Salt) == 0 && len(e.Body) == 0 }

// Follows reports whether e is the next event of the log after before.
func (e *Event) Follows(before *Event) bool {
	return e.Number == before.Number+1 && bytes.Equal(e.Previous, before.ID[:]) && e.VectorLog() == before.VectorLog() &&
		bytes.Equal(e.Conversation, before.Conversation)
}

// MayFollow reports whether a Lamport time is one that an event after before can have. Any other ends the log.
func MayFollow(before, lamport uint64) bool { return lamport > before && lamport-before <= Leap }

// nextLamport is the time of an author's next event: seen is the highest in the conversation, own that of the author's last event.
func nextLamport(seen, own uint64) uint64 {
	return max(min(seen+1, own+Leap), own+1)
}
