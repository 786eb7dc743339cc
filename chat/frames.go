package chat

import (
	"bytes"
	"errors"
	"fmt"
	"slices"

	"lanyard/internal/identity"
	"lanyard/internal/vector"
	"lanyard/internal/wire"
)

// Bodies of the frames that chat owns; docs/protocol.md section 6.
type vectorsFrame struct {
	Conversation []byte        `cbor:"1,keyasint"`
	Vector       vector.Vector `cbor:"2,keyasint"`
	States       []signedState `cbor:"3,keyasint,omitempty"`
	Creation     []byte        `cbor:"4,keyasint,omitempty"` // this and the rest in rooms only
	Signature    []byte        `cbor:"5,keyasint,omitempty"` // of the creation
	Wants        []stateKnown  `cbor:"6,keyasint,omitempty"` // machines whose newer states are to be passed on
	Tell         uint64        `cbor:"7,keyasint,omitempty"` // 1 = the sender lacks the receiver\'s vector
}

// stateKnown is the newest state that somebody knows of a machine.
type stateKnown struct {
	_       struct{} `cbor:",toarray"`
	Peer    identity.PeerID
	Counter uint64
}

type statesFrame struct {
	States []signedState `cbor:"1,keyasint"`
}

type eventsFrame struct {
	Conversation []byte                      `cbor:"1,keyasint"`
	Events       []rawEvent                  `cbor:"2,keyasint"`
	Signature    []byte                      `cbor:"3,keyasint"`
	Proofs       []rawProof                  `cbor:"4,keyasint,omitempty"` // of the office: deletions by which events have no words
	Lists        []identity.SignedPersonList `cbor:"5,keyasint,omitempty"` // of the office: by which machines of other logs that made these are the author's
}

// rawProof is an event that is signed by itself.
type rawProof struct {
	_         struct{} `cbor:",toarray"`
	Header    []byte
	Salt      []byte
	Body      []byte
	Signature []byte
}

type rawEvent struct {
	_      struct{} `cbor:",toarray"`
	Header []byte
	Salt   []byte
	Body   []byte
}

// signedState is a state as it is relayed: the bytes that were signed, and the signature.
type signedState struct {
	_         struct{} `cbor:",toarray"`
	Body      []byte
	Signature []byte
}

// Limits of frames.
const (
	frameRoom     = wire.MaxLinkFrame - 256 // for events or states; the rest is conversation, signature and lengths
	signatureSize = 64
	maxStates     = 64 // in one frame
	maxWants      = 2 * maxMembers
)

func decodeVectors(body []byte) (vectorsFrame, error) {
	var f vectorsFrame
	if err := wire.Unmarshal(body, &f); err != nil {
		return vectorsFrame{}, err
	}
	if len(f.Conversation) != len(ID{}) || len(f.States) > maxStates || len(f.Wants) > maxWants {
		return vectorsFrame{}, errors.New("vectors without a conversation, or with too many states")
	}
	return f, nil
}

func decodeStates(body []byte) (statesFrame, error) {
	var f statesFrame
	if err := wire.Unmarshal(body, &f); err != nil {
		return statesFrame{}, err
	}
	if len(f.States) > maxStates {
		return statesFrame{}, fmt.Errorf("%d states in one frame", len(f.States))
	}
	return f, nil
}

// run is a piece of a log: contiguous events, the last of which is signed.
type run struct {
	events []*event
	proofs []*event                    // of the office: why words are missing, each signed
	lists  []identity.SignedPersonList // of the office: of the author's person, for proofs by another machine of theirs
	teller identity.PersonID           // of the office, once it is taken: whose link brought it
}

func (r run) first() *event { return r.events[0] }
func (r run) last() *event  { return r.events[len(r.events)-1] }

// named are the changes that its events name, each once.
func (r run) named() (all []EventID) {
	for i, e := range r.events {
		if i > 0 && bytes.Equal(e.Membership, r.events[i-1].Membership) {
			continue
		}
		for _, id := range e.heads() {
			if !slices.Contains(all, id) {
				all = append(all, id)
			}
		}
	}
	return all
}

// decodeEvents reads a frame and checks everything that needs neither keys nor other events: forms, sizes, hashes and the chain within.
func decodeEvents(body []byte) (run, error) {
	var f eventsFrame
	if err := wire.Unmarshal(body, &f); err != nil {
		return run{}, err
	}
	if len(f.Events) == 0 || len(f.Signature) != signatureSize {
		return run{}, errors.New("events without an event or a signature")
	}
	r := run{events: make([]*event, len(f.Events))}
	for i, raw := range f.Events {
		e, err := readEvent(raw.Header, raw.Salt, raw.Body)
		if err != nil {
			return run{}, fmt.Errorf("event %d of a frame: %w", i, err)
		}
		if i > 0 && !e.follows(r.events[i-1]) {
			return run{}, fmt.Errorf("event %d of a frame does not follow the one before", i)
		}
		r.events[i] = e
	}
	if string(f.Conversation) != string(r.first().Conversation) {
		return run{}, errors.New("events of another conversation than their frame's")
	}
	r.last().signature = f.Signature
	if len(f.Proofs) > maxProofs {
		return run{}, fmt.Errorf("%d deletions beside events", len(f.Proofs))
	}
	if len(f.Lists) > identity.MaxListChain || sizeOf(f.Lists) > maxLists {
		return run{}, fmt.Errorf("%d lists beside events", len(f.Lists))
	}
	r.lists = f.Lists
	for _, raw := range f.Proofs {
		e, err := readEvent(raw.Header, raw.Salt, raw.Body)
		if err != nil {
			return run{}, fmt.Errorf("a deletion beside events: %w", err)
		}
		e.signature = raw.Signature
		r.proofs = append(r.proofs, e)
	}
	return r, nil
}

// encode makes the frame's body of a run.
func (r run) encode() ([]byte, error) {
	f := eventsFrame{Conversation: r.first().Conversation, Signature: r.last().signature, Lists: r.lists, Events: make([]rawEvent, len(r.events))}
	for i, e := range r.events {
		f.Events[i] = rawEvent{Header: e.raw, Salt: e.salt, Body: e.body}
	}
	for _, p := range r.proofs {
		f.Proofs = append(f.Proofs, rawProof{Header: p.raw, Salt: p.salt, Body: p.body, Signature: p.signature})
	}
	return wire.Marshal(f)
}

// split cuts own, new events into runs that fit into frames each, and signs the last event of every one.
func split(events []*event, id *identity.Identity) []run {
	var runs []run
	start, size := 0, 0
	for i, e := range events {
		// A change of members is signed by itself: it may have to go to somebody who gets nothing after it. A deletion is: it proves why words are missing.
		if size += e.size(); i > start && (size > frameRoom || events[i-1].Kind.changesMembers() || events[i-1].Kind == KindDelete) {
			runs = append(runs, run{events: events[start:i]})
			start, size = i, e.size()
		}
	}
	runs = append(runs, run{events: events[start:]})
	for _, r := range runs {
		last := r.last()
		last.signature = id.Sign(eventContext, last.id[:])
	}
	return runs
}
