package mail

import (
	"errors"
	"slices"

	"lanyard/chat/event"
	"lanyard/chat/frame"
	"lanyard/internal/identity"
	"lanyard/internal/wire"
)

// letterContext is what signatures of letters are made for.
const letterContext = "mail"

// Limits of a letter.
const (
	MaxFrames = 1024               // of events in it
	Room      = maxSealed - 16<<10 // bytes for events, lists before the last, and states; the rest is what stands beside them, and what sealing adds
)

// Letter is what mail holds before it is sealed.
type Letter struct {
	List   identity.SignedPersonList `cbor:"1,keyasint"`           // of the depositor's machines, the newest
	Name   string                    `cbor:"2,keyasint"`           // what the depositor is called; it proves nothing
	Key    SignedKey                 `cbor:"3,keyasint"`           // the depositor's own, for the way back
	Events [][]byte                  `cbor:"4,keyasint,omitempty"` // bodies of events frames; at most MaxFrames
	States []frame.SignedState       `cbor:"5,keyasint,omitempty"` // at most frame.MaxStates

	Earlier []identity.SignedPersonList `cbor:"6,keyasint,omitempty"` // before List, from number 1 on
}

// SignedLetter is the bytes of a letter with its depositor's signature: see [Parcel.Verify].
type SignedLetter struct {
	Content   []byte `cbor:"1,keyasint"`
	Signature []byte `cbor:"2,keyasint"`
}

// readLetter decodes what was sealed.
func readLetter(plain []byte) (SignedLetter, Letter, error) {
	var s SignedLetter
	if err := wire.Unmarshal(plain, &s); err != nil {
		return SignedLetter{}, Letter{}, err
	}
	var l Letter
	if err := wire.Unmarshal(s.Content, &l); err != nil {
		return SignedLetter{}, Letter{}, err
	}
	if len(s.Signature) != event.SignatureSize || len(l.Events) > MaxFrames || len(l.States) > frame.MaxStates {
		return SignedLetter{}, Letter{}, errors.New("a letter without a signature, or with too much in it")
	}
	return s, l, nil
}

// Lists returns all lists of the depositor's machines, the newest last.
func (l *Letter) Lists() []identity.SignedPersonList { return append(slices.Clone(l.Earlier), l.List) }

// State is a state that a letter held, and its signed bytes. The signature is not verified.
type State struct {
	frame.State
	Signed frame.SignedState
}

// Contents decodes what a letter holds of a conversation by the machine that deposited it. If anything in it is of another one or by another, or breaks the rules,
// nothing counts. The signatures of events and states are not verified.
func (l *Letter) Contents(in event.ConversationID, by identity.PeerID) (runs []event.Run, states []State, err error) {
	for _, encoded := range l.Events {
		r, err := event.ReadRun(encoded)
		if err != nil {
			return nil, nil, err
		}
		if r.First().ConversationID() != in || r.First().Peer != by {
			return nil, nil, errors.New("a letter about other conversations")
		}
		runs = append(runs, r)
	}
	for _, signed := range l.States {
		s, err := frame.ReadState(signed.Body)
		if err != nil {
			return nil, nil, err
		}
		if event.ConversationID(s.Conversation) != in || s.Peer != by {
			return nil, nil, errors.New("a letter about other conversations")
		}
		states = append(states, State{s, signed})
	}
	return runs, states, nil
}
