package frame

import (
	"errors"

	"lanyard/chat/event"
	"lanyard/internal/vector"
	"lanyard/internal/wire"
)

// Tips says of some logs of a room how far the sender has them: who lacks something there may ask for it.
type Tips struct {
	Conversation []byte        `cbor:"1,keyasint"` // its ID
	Vector       vector.Vector `cbor:"2,keyasint"`
}

// ReadTips decodes the body of a tips frame.
func ReadTips(body []byte) (Tips, error) {
	var f Tips
	if err := wire.Unmarshal(body, &f); err != nil {
		return Tips{}, err
	}
	if len(f.Conversation) != len(event.ConversationID{}) {
		return Tips{}, errors.New("tips without a conversation")
	}
	return f, nil
}
