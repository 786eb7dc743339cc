package chat

import (
	"bytes"
	"testing"
	"time"

	"lanyard/chat/event"
	"lanyard/chat/frame"
	"lanyard/internal/identity"
	"lanyard/internal/wire"
	"lanyard/internal/wiretest"
)

// sealed returns mail from one identity to another's key, and that key.
func sealed(t testing.TB, from, to *identity.Identity) (*parcel, ownMailKey) {
	t.Helper()
	key, err := makeMailKey(to, 0, time.UnixMilli(1e12))
	if err != nil {
		t.Fatal(err)
	}
	p := &parcel{depositor: from.PeerID(), recipient: to.PeerID(), number: 7, key: key.id, expiry: 1e12}
	l := letter{List: from.FirstPersonList(), Name: "Anna", Key: key.signed, Events: [][]byte{[]byte("one")}}
	if err := p.seal(from, &key.mailKey, l); err != nil {
		t.Fatal(err)
	}
	return p, key
}

func newIdentity(t testing.TB) *identity.Identity {
	t.Helper()
	id, err := identity.Generate()
	if err != nil {
		t.Fatal(err)
	}
	return id
}

func TestLetter(t *testing.T) {
	anna, ben := newIdentity(t), newIdentity(t)
	p, key := sealed(t, anna, ben)
	signed, l, err := p.open(&key)
	if err != nil {
		t.Fatal(err)
	}
	if l.Name != "Anna" || len(l.Events) != 1 || string(l.Events[0]) != "one" {
		t.Errorf("the letter says %+v", l)
	}
	if err := identity.Verify(anna.Public(), mailContext, p.signs(signed.Content), signed.Signature); err != nil {
		t.Error(err)
	}
	if bytes.Contains(p.sealed, []byte("Anna")) {
		t.Error("the depositor's name can be read from outside")
	}
}

// TestAlteredMail: each byte of the sealed mail counts, and so does each thing that names it.
func TestAlteredMail(t *testing.T) {
	anna, ben := newIdentity(t), newIdentity(t)
	p, key := sealed(t, anna, ben)
	refused := func(what string, change func(*parcel)) {
		other := *p
		other.sealed = bytes.Clone(p.sealed)
		change(&other)
		if _, _, err := other.open(&key); err == nil {
			t.Errorf("taken: mail with %s", what)
		}
	}
	for i := range p.sealed {
		refused("a bit flipped", func(o *parcel) { o.sealed[i] ^= 1 << (i % 8) })
	}
	for n := range p.sealed {
		if n%7 == 0 {
			refused("its end cut off", func(o *parcel) { o.sealed = o.sealed[:n] })
		}
	}
	refused("another depositor", func(o *parcel) { o.depositor[0]++ })
	refused("another recipient", func(o *parcel) { o.recipient[0]++ })
	refused("another number", func(o *parcel) { o.number++ })
	refused("another expiry", func(o *parcel) { o.expiry++ })
	refused("another key's ID", func(o *parcel) { o.key[0]++ })
}

func TestAssembly(t *testing.T) {
	big := &parcel{number: 3, expiry: 9, sealed: bytes.Repeat([]byte("0123456789"), 20000)}
	pieces := big.pieces(identity.PeerID{5})
	if len(pieces) != 4 {
		t.Fatalf("%d pieces", len(pieces))
	}
	for _, test := range []struct {
		name  string
		order []int
		whole bool
	}{
		{"all in order", []int{0, 1, 2, 3}, true},
		{"one is missing", []int{0, 1, 3}, false},
		{"the first is missing", []int{1, 2, 3}, false},
		{"one comes twice", []int{0, 1, 1, 2, 3}, false},
		{"it begins anew", []int{0, 1, 0, 1, 2, 3}, true},
	} {
		t.Run(test.name, func(t *testing.T) {
			var a *assembly
			whole := false
			for _, i := range test.order {
				b, err := wire.Marshal(pieces[i])
				if err != nil {
					t.Fatal(err)
				}
				if len(b)+2 > wire.MaxLinkFrame {
					t.Fatalf("a piece of %d bytes", len(b))
				}
				f, err := decodeMailPiece(b)
				if err != nil {
					t.Fatal(err)
				}
				a, whole = a.add(f)
			}
			if whole != test.whole || whole && !bytes.Equal(a.bytes, big.sealed) {
				t.Errorf("whole is %v", whole)
			}
		})
	}
}

func FuzzMailKeys(f *testing.F) {
	key, err := makeMailKey(newIdentity(f), 0, time.UnixMilli(1e12))
	if err != nil {
		f.Fatal(err)
	}
	seed, err := wire.Marshal(mailKeysFrame{Keys: []signedKey{key.signed}, Wants: []identity.PeerID{key.Peer}})
	if err != nil {
		f.Fatal(err)
	}
	f.Add(seed)
	f.Add([]byte{0xa0})
	f.Fuzz(func(t *testing.T, body []byte) {
		told, err := decodeMailKeys(body)
		if err != nil {
			return
		}
		if len(told.Keys) > maxKeysTold || len(told.Wants) > maxKeysTold {
			t.Error("more than a frame may tell")
		}
		for _, signed := range told.Keys {
			if k, err := readMailKey(signed); err == nil && (k.Suite != suiteX25519 || k.Number == 0 || len(k.Public) != 32) {
				t.Errorf("taken: %+v", k.mailKeyBody)
			}
		}
		wiretest.SameAgain(t, told, decodeMailKeys)
	})
}

func FuzzMailPiece(f *testing.F) {
	p := &parcel{number: 3, expiry: 9, sealed: []byte("sealed")}
	for _, piece := range append(p.pieces(identity.PeerID{5}), (&parcel{number: 1}).pieces(identity.PeerID{5})...) {
		b, err := wire.Marshal(piece)
		if err != nil {
			f.Fatal(err)
		}
		f.Add(b)
	}
	f.Fuzz(func(t *testing.T, body []byte) {
		piece, err := decodeMailPiece(body)
		if err != nil {
			return
		}
		if piece.Size > maxSealed || piece.Offset+uint64(len(piece.Piece)) > piece.Size || piece.Number == 0 {
			t.Errorf("taken: %d bytes at %d of %d", len(piece.Piece), piece.Offset, piece.Size)
		}
		var a *assembly
		if next, whole := a.add(piece); whole && uint64(len(next.bytes)) != piece.Size {
			t.Error("a whole that is none")
		}
		wiretest.SameAgain(t, piece, decodeMailPiece)
	})
}

func FuzzMailTold(f *testing.F) {
	seed, err := wire.Marshal(mailTold{Peer: identity.PeerID{1}, Number: 3, Answer: mailKept})
	if err != nil {
		f.Fatal(err)
	}
	f.Add(seed)
	f.Fuzz(func(t *testing.T, body []byte) {
		told, err := decodeMailTold(body)
		if err != nil {
			return
		}
		if told.Number == 0 || told.Number > maxMailNumber {
			t.Errorf("taken: number %d", told.Number)
		}
		wiretest.SameAgain(t, told, decodeMailTold)
	})
}

func FuzzLetter(f *testing.F) {
	p, key := sealed(f, newIdentity(f), newIdentity(f))
	signed, _, err := p.open(&key)
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
		if len(signed.Signature) != event.SignatureSize || len(l.Events) > maxLetterFrames || len(l.States) > frame.MaxStates {
			t.Error("taken: a letter that breaks its limits")
		}
		if runs, states, err := l.contents(event.ConversationID{1}, identity.PeerID{2}); err == nil && len(runs)+len(states) != len(l.Events)+len(l.States) {
			t.Error("a part of a letter counts for the whole")
		}
	})
}
