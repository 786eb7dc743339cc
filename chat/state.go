package chat

import (
	"errors"
	"fmt"

	"lanyard/chat/event"
	"lanyard/internal/identity"
	"lanyard/internal/vector"
	"lanyard/internal/wire"
)

// stateContext is what signatures of states are made for.
const stateContext = "state"

// maxState is the largest state in bytes: two vectors, with room for the frame around them.
const maxState = wire.MaxLinkFrame - 512

// state is what one machine says about one conversation: what is durable on it, and what its person has read. The highest counter wins.
type state struct {
	Conversation []byte          `cbor:"1,keyasint"`
	Peer         identity.PeerID `cbor:"2,keyasint"`
	Counter      uint64          `cbor:"3,keyasint"`
	Delivered    vector.Vector   `cbor:"4,keyasint"`
	Read         vector.Vector   `cbor:"5,keyasint"`
}

func decodeState(body []byte) (state, error) {
	var s state
	if len(body) > maxState {
		return state{}, fmt.Errorf("a state of %d bytes", len(body))
	}
	if err := wire.Unmarshal(body, &s); err != nil {
		return state{}, err
	}
	if len(s.Conversation) != len(event.ConversationID{}) || s.Counter == 0 || s.Counter > event.MaxLamport {
		return state{}, errors.New("a state without conversation or counter")
	}
	return s, nil
}

// sign makes the bytes that are sent.
func (s state) sign(id *identity.Identity) (signedState, error) {
	body, err := wire.Marshal(s)
	if err != nil {
		return signedState{}, err
	}
	return signedState{Body: body, Signature: id.Sign(stateContext, body)}, nil
}
