package frame

import (
	"errors"
	"fmt"

	"lanyard/chat/event"
	"lanyard/internal/identity"
	"lanyard/internal/vector"
	"lanyard/internal/wire"
)

// StateContext is what signatures of states are made for: see identity.Verify.
const StateContext = "state"

// Limits of states.
const (
	MaxStates   = 64  // in one frame
	MaxBranches = 340 // of logs in a room: its two vectors fit into a state then

	maxState = wire.MaxLinkFrame - 512 // bytes; the rest is for the frame around it
)

// State is what one machine says about one conversation: what is durable on it, and what its person has read. Of two of a machine the one with the
// higher counter holds.
type State struct {
	Conversation []byte          `cbor:"1,keyasint"` // its ID
	Peer         identity.PeerID `cbor:"2,keyasint"`
	Counter      uint64          `cbor:"3,keyasint"` // from 1 on; event.MaxLamport at most
	Delivered    vector.Vector   `cbor:"4,keyasint"`
	Read         vector.Vector   `cbor:"5,keyasint"`
	Lacks        []Lacking       `cbor:"6,keyasint,omitempty"` // in rooms: what the vectors do not name for it; at most MaxLacking
}

// SignedState is a state as it is kept and passed on: the bytes that were signed, and the signature. [ReadState] reads them.
type SignedState struct {
	_         struct{} `cbor:",toarray"`
	Body      []byte
	Signature []byte
}

// States passes states on, or tells ours.
type States struct {
	States []SignedState `cbor:"1,keyasint"`
}

// ReadState decodes the signed bytes of a state. Whether its machine signed them is for who knows its key to verify.
func ReadState(body []byte) (State, error) {
	var s State
	if len(body) > maxState {
		return State{}, fmt.Errorf("a state of %d bytes", len(body))
	}
	if err := wire.Unmarshal(body, &s); err != nil {
		return State{}, err
	}
	if len(s.Conversation) != len(event.ConversationID{}) || s.Counter == 0 || s.Counter > event.MaxLamport {
		return State{}, errors.New("a state without conversation or counter")
	}
	if err := checkLacking(s.Lacks); err != nil {
		return State{}, err
	}
	return s, nil
}

// ReadStates decodes the body of a states frame. What is signed in it is not read yet.
func ReadStates(body []byte) (States, error) {
	var f States
	if err := wire.Unmarshal(body, &f); err != nil {
		return States{}, err
	}
	if len(f.States) > MaxStates {
		return States{}, fmt.Errorf("%d states in one frame", len(f.States))
	}
	return f, nil
}

// Sign encodes a state of the machine that this is the identity of. What it lacks is left out if there is no room for it: then less counts as delivered.
func (s State) Sign(id *identity.Identity) (SignedState, error) {
	body, err := wire.Marshal(s)
	if err == nil && len(body) > maxState {
		s.Lacks = nil
		body, err = wire.Marshal(s)
	}
	if err != nil {
		return SignedState{}, err
	}
	return SignedState{Body: body, Signature: id.Sign(StateContext, body)}, nil
}
