package chat

import (
	"errors"
	"fmt"

	"lanyard/chat/event"
	"lanyard/chat/membership"
	"lanyard/internal/identity"
	"lanyard/internal/vector"
	"lanyard/internal/wire"
)

// Bodies of the frames that chat owns; docs/protocol.md section 6.
type vectorsFrame struct {
	Conversation []byte            `cbor:"1,keyasint"`
	Vector       vector.Vector     `cbor:"2,keyasint"`
	States       []signedState     `cbor:"3,keyasint,omitempty"`
	Creation     []byte            `cbor:"4,keyasint,omitempty"` // this and the rest in rooms only
	Signature    []byte            `cbor:"5,keyasint,omitempty"` // of the creation
	Wants        []stateKnown      `cbor:"6,keyasint,omitempty"` // machines whose newer states are to be passed on
	Tell         uint64            `cbor:"7,keyasint,omitempty"` // 1 = the sender lacks the receiver's vector
	Bygones      uint64            `cbor:"9,keyasint,omitempty"` // 1 = bygone changes are to be sent again
	Holds        []identity.PeerID `cbor:"8,keyasint,omitempty"` // machines of whose events the sender takes no more for now
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

// signedState is a state as it is relayed: the bytes that were signed, and the signature.
type signedState struct {
	_         struct{} `cbor:",toarray"`
	Body      []byte
	Signature []byte
}

// Limits of frames.
const (
	maxStates = 64 // in one frame
	maxWants  = 2 * membership.MaxMembers
)

func decodeVectors(body []byte) (vectorsFrame, error) {
	var f vectorsFrame
	if err := wire.Unmarshal(body, &f); err != nil {
		return vectorsFrame{}, err
	}
	if len(f.Conversation) != len(event.ConversationID{}) || len(f.States) > maxStates || len(f.Wants) > maxWants || len(f.Holds) > allBranches {
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
