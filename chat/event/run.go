package event

import (
	"bytes"
	"errors"
	"fmt"
	"slices"

	"lanyard/internal/identity"
	"lanyard/internal/wire"
)

// Run is a piece of a log: contiguous events, the last of which is signed.
type Run struct {
	Events []*Event
	Proofs []*Event                    // of the office: why words are missing, each signed
	Lists  []identity.SignedPersonList // of the office: of the author's person, for proofs by another machine of theirs
	Teller identity.PersonID           // of the office, once it is taken: whose link brought it
}

// Limits of frames.
const (
	FrameRoom     = wire.MaxLinkFrame - 256 // bytes for events or states; the rest is conversation, signature and lengths
	SignatureSize = 64                      // bytes, of Ed25519
	MaxProofs     = 16                      // deletions beside a run
)

// Frame is the body of a frame of events: see wire.KindEvents.
type Frame struct {
	Conversation []byte                      `cbor:"1,keyasint"`
	Events       []RawEvent                  `cbor:"2,keyasint"`
	Signature    []byte                      `cbor:"3,keyasint"`
	Proofs       []rawProof                  `cbor:"4,keyasint,omitempty"` // of the office: deletions by which events have no words
	Lists        []identity.SignedPersonList `cbor:"5,keyasint,omitempty"` // of the office: by which machines of other logs that made these are the author's
}

// RawEvent is one event in a frame.
type RawEvent struct {
	_      struct{} `cbor:",toarray"`
	Header []byte
	Salt   []byte
	Body   []byte
}

// rawProof is an event that is signed by itself.
type rawProof struct {
	_         struct{} `cbor:",toarray"`
	Header    []byte
	Salt      []byte
	Body      []byte
	Signature []byte
}

// First is the first event; there always is one in what [ReadRun] and [Runs] give.
func (r Run) First() *Event { return r.Events[0] }

// Last is the last event, the signed one.
func (r Run) Last() *Event { return r.Events[len(r.Events)-1] }

// Named are the changes that its events name, each once.
func (r Run) Named() (all []ID) {
	for i, e := range r.Events {
		if i > 0 && bytes.Equal(e.Membership, r.Events[i-1].Membership) {
			continue
		}
		for _, id := range e.Heads() {
			if !slices.Contains(all, id) {
				all = append(all, id)
			}
		}
	}
	return all
}

// ReadRun reads a frame and checks everything that needs neither keys nor other events: forms, sizes, hashes and the chain within.
func ReadRun(body []byte) (Run, error) {
	var f Frame
	if err := wire.Unmarshal(body, &f); err != nil {
		return Run{}, err
	}
	if len(f.Events) == 0 || len(f.Signature) != SignatureSize {
		return Run{}, errors.New("events without an event or a signature")
	}
	r := Run{Events: make([]*Event, len(f.Events))}
	for i, raw := range f.Events {
		e, err := Read(raw.Header, raw.Salt, raw.Body)
		if err != nil {
			return Run{}, fmt.Errorf("event %d of a frame: %w", i, err)
		}
		if i > 0 && !e.Follows(r.Events[i-1]) {
			return Run{}, fmt.Errorf("event %d of a frame does not follow the one before", i)
		}
		r.Events[i] = e
	}
	if string(f.Conversation) != string(r.First().Conversation) {
		return Run{}, errors.New("events of another conversation than their frame's")
	}
	r.Last().Signature = f.Signature
	if len(f.Proofs) > MaxProofs {
		return Run{}, fmt.Errorf("%d deletions beside events", len(f.Proofs))
	}
	if len(f.Lists) > identity.MaxListChain || SizeOfLists(f.Lists) > MaxLists {
		return Run{}, fmt.Errorf("%d lists beside events", len(f.Lists))
	}
	r.Lists = f.Lists
	for _, raw := range f.Proofs {
		e, err := Read(raw.Header, raw.Salt, raw.Body)
		if err != nil {
			return Run{}, fmt.Errorf("a deletion beside events: %w", err)
		}
		e.Signature = raw.Signature
		r.Proofs = append(r.Proofs, e)
	}
	return r, nil
}

// Encode makes the frame's body of a run.
func (r Run) Encode() ([]byte, error) {
	f := Frame{Conversation: r.First().Conversation, Signature: r.Last().Signature, Lists: r.Lists, Events: make([]RawEvent, len(r.Events))}
	for i, e := range r.Events {
		f.Events[i] = RawEvent{Header: e.Raw, Salt: e.Salt, Body: e.Body}
	}
	for _, p := range r.Proofs {
		f.Proofs = append(f.Proofs, rawProof{Header: p.Raw, Salt: p.Salt, Body: p.Body, Signature: p.Signature})
	}
	return wire.Marshal(f)
}

// Fitted cuts a run so that it fits into a frame with what is beside it, and ends with a signed event.
func (r Run) Fitted() Run {
	size := 0
	for _, p := range r.Proofs {
		size += p.Size() + SignatureSize
	}
	if len(r.Lists) > 0 {
		size += SizeOfLists(r.Lists) + ListSpare*len(r.Lists)
	}
	for i, e := range r.Events {
		if size += e.Size(); size > FrameRoom {
			r.Events = r.Events[:i]
			break
		}
	}
	for len(r.Events) > 0 && len(r.Last().Signature) == 0 {
		r.Events = r.Events[:len(r.Events)-1]
	}
	return r
}

// Runs cuts own, new events into runs that fit into frames each, and signs the last event of every one.
func Runs(events []*Event, id *identity.Identity) []Run {
	var runs []Run
	start, size := 0, 0
	for i, e := range events {
		// A change of members is signed by itself: it may have to go to somebody who gets nothing after it. A deletion is: it proves why words are missing.
		if size += e.Size(); i > start && (size > FrameRoom || events[i-1].Kind.ChangesMembers() || events[i-1].Kind == KindDelete) {
			runs = append(runs, Run{Events: events[start:i]})
			start, size = i, e.Size()
		}
	}
	runs = append(runs, Run{Events: events[start:]})
	for _, r := range runs {
		last := r.Last()
		last.Signature = id.Sign(SigningContext, last.ID[:])
	}
	return runs
}

// TakesLists reports whether a deletion by a machine, known by these lists, can go beside a run: there is room for those of one person once.
func (r Run) TakesLists(by identity.PeerID, lists []identity.SignedPersonList) bool {
	if len(lists) == 0 || len(r.Lists) == 0 {
		return true
	}
	keys, _, err := KeysOf(r.Lists)
	return err == nil && keys[by] != nil
}
