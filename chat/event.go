package chat

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

// Limits of events, in bytes.
const (
	maxHeader = 512
	maxBody   = 34 << 10
	saltSize  = 16

	maxNumber  = 1<<40 - 1 // of an event in its log, which the place in the database holds
	maxLamport = 1 << 62   // beyond it a Lamport time could not be counted on
	leap       = 1 << 32   // how far a log's Lamport time may jump
)

// eventContext is what signatures of events are made for.
const eventContext = "events"

// header is the signed part of an event.
type header struct {
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
	Edits        []byte          `cbor:"12,keyasint,omitempty"` // ID of what an edit in the office is of
}

// event is one entry of a log, as its author wrote it.
type event struct {
	header
	id        EventID
	raw       []byte // the header's bytes
	salt      []byte // empty with the body, where it was dropped
	body      []byte
	signature []byte // the author's over id, if it came or was made with one
}

func (e *event) conversation() ID { return ID(e.Conversation) }

func (e *event) log() vector.Log { return vector.Log{Peer: e.Peer, ID: e.Log} }

// size is what the event takes in a frame, a little more than less.
func (e *event) size() int { return len(e.raw) + len(e.salt) + len(e.body) + 12 }

// write completes a header by the hash of a body under a fresh salt and makes the event. The signature is left out.
func write(h header, body []byte) (*event, error) {
	salt := make([]byte, saltSize)
	rand.Read(salt)
	hash := bodyHash(salt, body)
	h.BodyHash = hash[:]
	raw, err := wire.Marshal(h)
	if err != nil {
		return nil, err
	}
	return &event{header: h, id: sha256.Sum256(raw), raw: raw, salt: salt, body: body}, nil
}

func bodyHash(salt, body []byte) [sha256.Size]byte {
	var buf [512]byte
	return sha256.Sum256(append(append(buf[:0], salt...), body...))
}

// readEvent decodes and checks one event by itself: form, sizes and the hash of its body.
func readEvent(raw, salt, body []byte) (*event, error) {
	if len(raw) > maxHeader {
		return nil, fmt.Errorf("a header of %d bytes, more than %d", len(raw), maxHeader)
	}
	e := &event{id: sha256.Sum256(raw), raw: raw, salt: salt, body: body}
	if err := wire.Unmarshal(raw, &e.header); err != nil {
		return nil, err
	}
	if err := e.header.check(); err != nil {
		return nil, err
	}
	return e, e.checkBody()
}

func (h *header) check() error {
	switch {
	case len(h.Conversation) != len(ID{}):
		return errors.New("a conversation's ID has 32 bytes")
	case h.Number == 0 || h.Number > maxNumber:
		return fmt.Errorf("no event has the number %d", h.Number)
	case h.Number == 1 && len(h.Previous) != 0:
		return errors.New("the first event names one before it")
	case h.Number > 1 && len(h.Previous) != len(EventID{}):
		return errors.New("the hash of the event before has 32 bytes")
	case h.Lamport == 0 || h.Lamport > maxLamport:
		return fmt.Errorf("no event has the Lamport time %d", h.Lamport)
	case h.Kind == 0 || h.Kind > 1<<31:
		return fmt.Errorf("no event has the kind %d", h.Kind)
	case len(h.BodyHash) != sha256.Size:
		return errors.New("the hash of the body has 32 bytes")
	case len(h.Again) != 0 && len(h.Again) != len(EventID{}), len(h.Edits) != 0 && len(h.Edits) != len(EventID{}):
		return errors.New("an event's ID has 32 bytes")
	}
	return checkMembership(h.Membership)
}

// checkBody compares the body with the header's hash. Where salt and body were dropped there is nothing to compare.
func (e *event) checkBody() error {
	if len(e.body) > maxBody {
		return fmt.Errorf("a body of %d bytes, more than %d", len(e.body), maxBody)
	}
	if e.dropped() {
		return nil
	}
	if len(e.salt) != saltSize {
		return fmt.Errorf("a salt of %d bytes", len(e.salt))
	}
	if hash := bodyHash(e.salt, e.body); !bytes.Equal(hash[:], e.BodyHash) {
		return errors.New("a body that its header does not name")
	}
	return nil
}

// dropped reports whether salt and body were dropped before the event came.
func (e *event) dropped() bool { return len(e.salt) == 0 && len(e.body) == 0 }

// follows reports whether e is the next event of the log after before.
func (e *event) follows(before *event) bool {
	return e.Number == before.Number+1 && bytes.Equal(e.Previous, before.id[:]) && e.log() == before.log() &&
		bytes.Equal(e.Conversation, before.Conversation)
}

// mayFollow reports whether a Lamport time is one that an event after before can have. Any other ends the log.
func mayFollow(before, lamport uint64) bool { return lamport > before && lamport-before <= leap }

// nextLamport is the time of an author's next event: seen is the highest in the conversation, own that of the author's last event.
func nextLamport(seen, own uint64) uint64 {
	return max(min(seen+1, own+leap), own+1)
}
