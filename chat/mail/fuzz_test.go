package mail

import (
	"testing"
	"time"

	"lanyard/chat/event"
	"lanyard/chat/frame"
	"lanyard/internal/identity"
	"lanyard/internal/wire"
	"lanyard/internal/wiretest"
)

func FuzzKeys(f *testing.F) {
	key, err := MakeKey(newIdentity(f), 0, time.UnixMilli(1e12))
	if err != nil {
		f.Fatal(err)
	}
	seed, err := wire.Marshal(Keys{Keys: []SignedKey{key.Signed}, Wants: []identity.PeerID{key.Peer}})
	if err != nil {
		f.Fatal(err)
	}
	f.Add(seed)
	f.Add([]byte{0xa0})
	f.Fuzz(func(t *testing.T, body []byte) {
		told, err := ReadKeys(body)
		if err != nil {
			return
		}
		if len(told.Keys) > MaxKeys || len(told.Wants) > MaxKeys {
			t.Error("more than a frame may tell")
		}
		for _, signed := range told.Keys {
			if k, err := ReadKey(signed); err == nil && (k.Suite != suiteX25519 || k.Number == 0 || len(k.Public) != 32) {
				t.Errorf("taken: %+v", k.keyBody)
			}
		}
		wiretest.SameAgain(t, told, ReadKeys)
	})
}

func FuzzPiece(f *testing.F) {
	p := &Parcel{Number: 3, Expiry: 9, Sealed: []byte("sealed")}
	for _, piece := range append(p.Pieces(identity.PeerID{5}), (&Parcel{Number: 1}).Pieces(identity.PeerID{5})...) {
		b, err := wire.Marshal(piece)
		if err != nil {
			f.Fatal(err)
		}
		f.Add(b)
	}
	f.Fuzz(func(t *testing.T, body []byte) {
		piece, err := ReadPiece(body)
		if err != nil {
			return
		}
		if piece.Size > maxSealed || piece.Offset+uint64(len(piece.Piece)) > piece.Size || piece.Number == 0 {
			t.Errorf("taken: %d bytes at %d of %d", len(piece.Piece), piece.Offset, piece.Size)
		}
		var a *Assembly
		if next, whole := a.Add(piece); whole && uint64(len(next.bytes)) != piece.Size {
			t.Error("a whole that is none")
		}
		wiretest.SameAgain(t, piece, ReadPiece)
	})
}

func FuzzTold(f *testing.F) {
	seed, err := wire.Marshal(Told{Peer: identity.PeerID{1}, Number: 3, Answer: Kept})
	if err != nil {
		f.Fatal(err)
	}
	f.Add(seed)
	f.Fuzz(func(t *testing.T, body []byte) {
		told, err := ReadTold(body)
		if err != nil {
			return
		}
		if told.Number == 0 || told.Number > maxNumber {
			t.Errorf("taken: number %d", told.Number)
		}
		wiretest.SameAgain(t, told, ReadTold)
	})
}

func FuzzLetter(f *testing.F) {
	p, key := sealed(f, newIdentity(f), newIdentity(f))
	signed, _, err := p.Open(&key)
	if err != nil {
		f.Fatal(err)
	}
	seed, err := wire.Marshal(signed)
	if err != nil {
		f.Fatal(err)
	}
	f.Add(seed)
	f.Add([]byte{0xa2, 0x01, 0x40, 0x02, 0x40})
	f.Fuzz(func(t *testing.T, plain []byte) {
		signed, l, err := readLetter(plain)
		if err != nil {
			return
		}
		if len(signed.Signature) != event.SignatureSize || len(l.Events) > MaxFrames || len(l.States) > frame.MaxStates {
			t.Error("taken: a letter that breaks its limits")
		}
		if runs, states, err := l.Contents(event.ConversationID{1}, identity.PeerID{2}); err == nil && len(runs)+len(states) != len(l.Events)+len(l.States) {
			t.Error("a part of a letter counts for the whole")
		}
	})
}
