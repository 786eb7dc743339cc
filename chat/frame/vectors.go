package frame

import (
	"errors"

	"lanyard/chat/event"
	"lanyard/chat/membership"
	"lanyard/internal/identity"
	"lanyard/internal/vector"
	"lanyard/internal/wire"
)

// MaxWants is how many machines' states a side asks for at once: two of each member's.
const MaxWants = 2 * membership.MaxMembers

// Vectors says what the sender has in a conversation, and what it knows that others said of themselves.
type Vectors struct {
	Conversation []byte            `cbor:"1,keyasint"` // its ID
	Vector       vector.Vector     `cbor:"2,keyasint"`
	States       []SignedState     `cbor:"3,keyasint,omitempty"`  // at most MaxStates
	Creation     []byte            `cbor:"4,keyasint,omitempty"`  // this and the rest in rooms only
	Signature    []byte            `cbor:"5,keyasint,omitempty"`  // of the creation
	Wants        []Known           `cbor:"6,keyasint,omitempty"`  // machines whose newer states are to be passed on; at most MaxWants
	Tell         uint64            `cbor:"7,keyasint,omitempty"`  // 1 = the sender lacks the receiver's vector
	Bygones      uint64            `cbor:"9,keyasint,omitempty"`  // 1 = bygone changes are to be sent again
	Lacks        uint64            `cbor:"11,keyasint,omitempty"` // 1 = the sender lacks words of what the vector names: it does not tell what is delivered
	Lamport      uint64            `cbor:"10,keyasint,omitempty"` // highest time in an open room, told to who is no member; 0 = not told
	Holds        []identity.PeerID `cbor:"8,keyasint,omitempty"`  // machines of whose events the sender takes no more for now; at most MaxBranches
}

// Known is the newest state that somebody knows of a machine; counter 0 where they know none.
type Known struct {
	_       struct{} `cbor:",toarray"`
	Peer    identity.PeerID
	Counter uint64
}

// ReadVectors decodes the body of a vectors frame.
func ReadVectors(body []byte) (Vectors, error) {
	var f Vectors
	if err := wire.Unmarshal(body, &f); err != nil {
		return Vectors{}, err
	}
	if len(f.Conversation) != len(event.ConversationID{}) || len(f.States) > MaxStates || len(f.Wants) > MaxWants || len(f.Holds) > MaxBranches {
		return Vectors{}, errors.New("vectors without a conversation, or with too many states")
	}
	return f, nil
}
