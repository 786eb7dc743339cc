package frame

import (
	"errors"

	"lanyard/chat/event"
	"lanyard/internal/identity"
	"lanyard/internal/vector"
	"lanyard/internal/wire"
)

// MaxGaps is how many stretches of logs one gaps frame names.
const MaxGaps = 256

// Gaps asks for words that the sender lacks: salt and body of events of a room that they have without. Without stretches it says only what Again says.
type Gaps struct {
	Conversation []byte `cbor:"1,keyasint"` // its ID
	Missing      []Gap  `cbor:"2,keyasint,omitempty"`
	Again        uint64 `cbor:"3,keyasint,omitempty"` // 1 = the sender may have words now for which the receiver asked in vain
}

// Gap is a stretch of a log.
type Gap struct {
	_     struct{} `cbor:",toarray"`
	Peer  identity.PeerID
	Log   vector.LogID
	First uint64 // number of an event, from 1 on
	Last  uint64 // not below First
}

// ReadGaps decodes the body of a gaps frame.
func ReadGaps(body []byte) (Gaps, error) {
	var f Gaps
	if err := wire.Unmarshal(body, &f); err != nil {
		return Gaps{}, err
	}
	if len(f.Conversation) != len(event.ConversationID{}) || len(f.Missing) > MaxGaps {
		return Gaps{}, errors.New("gaps of no conversation, or too many")
	}
	for _, g := range f.Missing {
		if g.First == 0 || g.Last < g.First || g.Last > event.MaxNumber {
			return Gaps{}, errors.New("a gap that is no stretch of a log")
		}
	}
	return f, nil
}

// VectorLog is the log that the stretch is of.
func (g *Gap) VectorLog() vector.Log { return vector.Log{Peer: g.Peer, ID: g.Log} }

// Words brings words that the receiver asked for.
type Words struct {
	Conversation []byte `cbor:"1,keyasint"` // its ID
	Words        []Word `cbor:"2,keyasint,omitempty"`
	Done         uint64 `cbor:"3,keyasint,omitempty"` // 1 = this is all that the sender has of what was asked last
}

// Word is salt and body of an event, which the header that the receiver has names by their hash.
type Word struct {
	_    struct{} `cbor:",toarray"`
	ID   []byte   // of the event
	Salt []byte
	Body []byte
}

// Size is about how many bytes of a frame it takes, and never less.
func (w *Word) Size() int { return len(w.ID) + len(w.Salt) + len(w.Body) + 16 }

// ReadWords decodes the body of a words frame. Whether they are the event's is for who has its header to tell, by event.Read.
func ReadWords(body []byte) (Words, error) {
	var f Words
	if err := wire.Unmarshal(body, &f); err != nil {
		return Words{}, err
	}
	if len(f.Conversation) != len(event.ConversationID{}) {
		return Words{}, errors.New("words of no conversation")
	}
	for _, w := range f.Words {
		if len(w.ID) != len(event.ID{}) || len(w.Salt) == 0 {
			return Words{}, errors.New("words of no event, or none")
		}
	}
	return f, nil
}
