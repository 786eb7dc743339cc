package chat

import (
	"errors"
	"fmt"

	"lanyard/internal/identity"
	"lanyard/internal/wire"
)

// Bodies of the frames of carriers; docs/protocol.md section 6, carriers.
type mailKeysFrame struct {
	Keys  []signedKey       `cbor:"1,keyasint,omitempty"`
	Wants []identity.PeerID `cbor:"2,keyasint,omitempty"` // machines whose keys the sender wants
}

// mailPiece is a piece of sealed mail: in deposit frames on its way to a carrier, in collect frames from one.
type mailPiece struct {
	Peer   identity.PeerID `cbor:"1,keyasint"` // recipient; in collect the depositor
	Number uint64          `cbor:"2,keyasint"`
	Key    []byte          `cbor:"3,keyasint,omitempty"`
	Expiry int64           `cbor:"4,keyasint"` // ms since 1970
	Size   uint64          `cbor:"5,keyasint"` // of all pieces together; 0 = the mail is taken back
	Offset uint64          `cbor:"6,keyasint"`
	Piece  []byte          `cbor:"7,keyasint,omitempty"`
}

// mailTold is an answer about mail.
type mailTold struct {
	Peer   identity.PeerID `cbor:"1,keyasint"`
	Number uint64          `cbor:"2,keyasint"`
	Answer uint64          `cbor:"3,keyasint"`
}

// Answers about mail.
const (
	mailKept     = 1 // from a carrier about a recipient, this and the next four
	mailTooMuch  = 2 // the depositor has no room left
	mailFull     = 3 // there is no room left at all
	mailUnknown  = 4 // the recipient is not known there
	mailDropped  = 5 // kept no longer
	mailTaken    = 6 // from a recipient about a depositor, this and the next
	mailUnopened = 7 // the key is gone
)

const (
	maxKeysTold = 64
	maxSealed   = 1 << 20                 // bytes of mail
	pieceSize   = wire.MaxLinkFrame - 256 // of one frame; the rest is what stands beside
)

func decodeMailKeys(body []byte) (mailKeysFrame, error) {
	var f mailKeysFrame
	if err := wire.Unmarshal(body, &f); err != nil {
		return mailKeysFrame{}, err
	}
	if len(f.Keys) > maxKeysTold || len(f.Wants) > maxKeysTold {
		return mailKeysFrame{}, fmt.Errorf("%d mail keys told and %d wanted in one frame", len(f.Keys), len(f.Wants))
	}
	return f, nil
}

func decodeMailPiece(body []byte) (mailPiece, error) {
	var f mailPiece
	if err := wire.Unmarshal(body, &f); err != nil {
		return mailPiece{}, err
	}
	switch {
	case f.Number == 0 || f.Number > maxMailNumber:
		return mailPiece{}, fmt.Errorf("no mail has the number %d", f.Number)
	case f.Size == 0 && len(f.Piece)+len(f.Key) == 0 && f.Offset == 0:
		return f, nil
	case f.Size > maxSealed:
		return mailPiece{}, fmt.Errorf("mail of %d bytes, more than %d", f.Size, maxSealed)
	case len(f.Key) != len(mailKeyID{}):
		return mailPiece{}, errors.New("mail without the ID of a key")
	case f.Expiry <= 0:
		return mailPiece{}, errors.New("mail without a time at which it expires")
	case len(f.Piece) == 0 || f.Offset > f.Size || uint64(len(f.Piece)) > f.Size-f.Offset:
		return mailPiece{}, errors.New("a piece that is not within its mail")
	}
	return f, nil
}

func decodeMailTold(body []byte) (mailTold, error) {
	var f mailTold
	if err := wire.Unmarshal(body, &f); err != nil {
		return mailTold{}, err
	}
	if f.Number == 0 || f.Number > maxMailNumber {
		return mailTold{}, fmt.Errorf("no mail has the number %d", f.Number)
	}
	return f, nil
}

// parcel is sealed mail as it is kept and moved.
type parcel struct {
	depositor, recipient identity.PeerID
	number               uint64
	key                  mailKeyID
	expiry               int64 // ms since 1970
	sealed               []byte
}

// pieces cuts a parcel into frames. to is the other side's part in it: the recipient for a carrier, the depositor for the recipient.
func (p *parcel) pieces(about identity.PeerID) []mailPiece {
	head := mailPiece{Peer: about, Number: p.number, Key: p.key[:], Expiry: p.expiry, Size: uint64(len(p.sealed))}
	if len(p.sealed) == 0 {
		return []mailPiece{{Peer: about, Number: p.number, Expiry: p.expiry}}
	}
	var all []mailPiece
	for at := 0; at < len(p.sealed); at += pieceSize {
		piece := head
		piece.Offset, piece.Piece = uint64(at), p.sealed[at:min(at+pieceSize, len(p.sealed))]
		all = append(all, piece)
	}
	return all
}

// assembly is mail that comes in pieces.
type assembly struct {
	first mailPiece
	bytes []byte
}

// add takes the next piece. It returns nil when the piece does not continue what came; whole tells that nothing is missing.
func (a *assembly) add(f mailPiece) (next *assembly, whole bool) {
	if f.Offset == 0 {
		a = &assembly{first: f}
	}
	if a == nil || a.first.Peer != f.Peer || a.first.Number != f.Number || a.first.Size != f.Size || a.first.Expiry != f.Expiry ||
		string(a.first.Key) != string(f.Key) || uint64(len(a.bytes)) != f.Offset {
		return nil, false
	}
	a.bytes = append(a.bytes, f.Piece...)
	return a, uint64(len(a.bytes)) == f.Size
}

// assemble adds a piece to what a door holds, and returns and forgets it once nothing is missing; nil until then.
func (m *mail) assemble(at **assembly, f mailPiece) *assembly {
	m.mu.Lock()
	defer m.mu.Unlock()
	next, whole := (*at).add(f)
	if *at = next; !whole {
		return nil
	}
	*at = nil
	return next
}

// parcel is the whole mail; carried over a link between these two.
func (a *assembly) parcel(depositor, recipient identity.PeerID) *parcel {
	p := &parcel{depositor: depositor, recipient: recipient, number: a.first.Number, expiry: a.first.Expiry, sealed: a.bytes}
	copy(p.key[:], a.first.Key)
	return p
}
