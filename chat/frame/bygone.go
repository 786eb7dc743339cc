package frame

import (
	"errors"

	"lanyard/chat/event"
	"lanyard/internal/wire"
)

// MaxChain is how many headers stand between a change and the next signature, both included: what is written at once is signed at once.
const MaxChain = 64

// Bygones brings changes that lie behind the cut of a removal and are named by what is not: docs/protocol.md, rooms. Each stands after those that it has seen.
type Bygones struct {
	Conversation []byte   `cbor:"1,keyasint"`
	Changes      []Bygone `cbor:"2,keyasint"`
}

// Bygone is one change that comes without the rest of its log. By the chain its log's signature covers it, so that nobody can make one up.
type Bygone struct {
	_         struct{} `cbor:",toarray"`
	Chain     [][]byte // its header, and those that follow in its log up to one that is signed
	Salt      []byte   // this and the body are the change's
	Body      []byte
	Signature []byte // of the last
}

// Size is about how many bytes of a frame it takes, and never less.
func (r *Bygone) Size() (n int) {
	for _, raw := range r.Chain {
		n += len(raw) + 4
	}
	return n + len(r.Salt) + len(r.Body) + len(r.Signature) + 16
}

// ReadBygones decodes the body of a bygones frame; each change in it is for [Bygone.Read].
func ReadBygones(body []byte) (Bygones, error) {
	var f Bygones
	if err := wire.Unmarshal(body, &f); err != nil {
		return Bygones{}, err
	}
	if len(f.Conversation) != len(event.ConversationID{}) || len(f.Changes) == 0 {
		return Bygones{}, errors.New("bygone changes of no conversation, or none")
	}
	return f, nil
}

// Read gives the change, whole, and the last event of the chain, whose ID is what was signed. It checks that this is a change of the room, the hashes and the chain;
// the signature is for who knows the author's key to verify.
func (r *Bygone) Read(in event.ConversationID) (change, signed *event.Event, err error) {
	if len(r.Chain) == 0 || len(r.Chain) > MaxChain || len(r.Signature) != event.SignatureSize {
		return nil, nil, errors.New("a bygone change without its log's signature")
	}
	if change, err = event.Read(r.Chain[0], r.Salt, r.Body); err != nil {
		return nil, nil, err
	}
	if change.ConversationID() != in || change.Dropped() || !change.Kind.ChangesMembers() {
		return nil, nil, errors.New("a bygone change that is none of the room")
	}
	signed = change
	for _, raw := range r.Chain[1:] {
		next, err := event.Read(raw, nil, nil)
		if err != nil {
			return nil, nil, err
		}
		if !next.Follows(signed) {
			return nil, nil, errors.New("a bygone change with a broken chain")
		}
		signed = next
	}
	return change, signed, nil
}
