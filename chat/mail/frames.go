package mail

import (
	"errors"
	"fmt"

	"lanyard/internal/identity"
	"lanyard/internal/wire"
)

// Keys tells mail keys and asks for others: at most [MaxKeys] of each.
type Keys struct {
	Keys  []SignedKey       `cbor:"1,keyasint,omitempty"` // the sender's own, or those that were wanted
	Wants []identity.PeerID `cbor:"2,keyasint,omitempty"` // machines whose keys the sender wants
}

// Piece is a piece of sealed mail: in deposit frames on its way to a carrier, in collect frames from one. The first names what it is a piece of, all others the same.
type Piece struct {
	Peer   identity.PeerID `cbor:"1,keyasint"` // recipient; in collect the depositor
	Number uint64          `cbor:"2,keyasint"`
	Key    []byte          `cbor:"3,keyasint,omitempty"` // its ID
	Expiry int64           `cbor:"4,keyasint"`           // ms since 1970
	Size   uint64          `cbor:"5,keyasint"`           // of all pieces together; 0 = the mail is taken back
	Offset uint64          `cbor:"6,keyasint"`           // where it begins in all of it
	Piece  []byte          `cbor:"7,keyasint,omitempty"`
}

// Told is an answer about mail.
type Told struct {
	Peer   identity.PeerID `cbor:"1,keyasint"` // recipient; from the recipient the depositor
	Number uint64          `cbor:"2,keyasint"`
	Answer Answer          `cbor:"3,keyasint"`
}

// Answer says what became of mail.
type Answer uint64

// Answers about mail.
const (
	Kept     Answer = 1 // from a carrier about a recipient, this and the next four
	TooMuch  Answer = 2 // the depositor has no room left
	Full     Answer = 3 // there is no room left at all
	Unknown  Answer = 4 // the recipient is not known there
	Dropped  Answer = 5 // kept no longer
	Taken    Answer = 6 // from a recipient about a depositor, this and the next
	Unopened Answer = 7 // the key is gone
)

// MaxKeys is how many keys a frame tells, and how many it asks for.
const MaxKeys = 64

// ReadKeys decodes the body of a mail-keys frame; each key in it is for [ReadKey].
func ReadKeys(body []byte) (Keys, error) {
	var f Keys
	if err := wire.Unmarshal(body, &f); err != nil {
		return Keys{}, err
	}
	if len(f.Keys) > MaxKeys || len(f.Wants) > MaxKeys {
		return Keys{}, fmt.Errorf("%d mail keys told and %d wanted in one frame", len(f.Keys), len(f.Wants))
	}
	return f, nil
}

// ReadPiece decodes the body of a deposit or collect frame.
func ReadPiece(body []byte) (Piece, error) {
	var f Piece
	if err := wire.Unmarshal(body, &f); err != nil {
		return Piece{}, err
	}
	switch {
	case f.Number == 0 || f.Number > maxNumber:
		return Piece{}, fmt.Errorf("no mail has the number %d", f.Number)
	case f.Size == 0 && len(f.Piece)+len(f.Key) == 0 && f.Offset == 0:
		return f, nil
	case f.Size > maxSealed:
		return Piece{}, fmt.Errorf("mail of %d bytes, more than %d", f.Size, maxSealed)
	case len(f.Key) != len(KeyID{}):
		return Piece{}, errors.New("mail without the ID of a key")
	case f.Expiry <= 0:
		return Piece{}, errors.New("mail without a time at which it expires")
	case len(f.Piece) == 0 || f.Offset > f.Size || uint64(len(f.Piece)) > f.Size-f.Offset:
		return Piece{}, errors.New("a piece that is not within its mail")
	}
	return f, nil
}

// ReadTold decodes the body of a mail-told frame. An answer that is not known is given as it is.
func ReadTold(body []byte) (Told, error) {
	var f Told
	if err := wire.Unmarshal(body, &f); err != nil {
		return Told{}, err
	}
	if f.Number == 0 || f.Number > maxNumber {
		return Told{}, fmt.Errorf("no mail has the number %d", f.Number)
	}
	return f, nil
}
