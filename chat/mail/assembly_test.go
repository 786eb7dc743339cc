package mail

import (
	"bytes"
	"testing"

	"lanyard/internal/identity"
	"lanyard/internal/wire"
)

func TestAssembly(t *testing.T) {
	big := &Parcel{Number: 3, Expiry: 9, Sealed: bytes.Repeat([]byte("0123456789"), 20000)}
	pieces := big.Pieces(identity.PeerID{5})
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
			var a *Assembly
			whole := false
			for _, i := range test.order {
				b, err := wire.Marshal(pieces[i])
				if err != nil {
					t.Fatal(err)
				}
				if len(b)+2 > wire.MaxLinkFrame {
					t.Fatalf("a piece of %d bytes", len(b))
				}
				f, err := ReadPiece(b)
				if err != nil {
					t.Fatal(err)
				}
				a, whole = a.Add(f)
			}
			if whole != test.whole || whole && !bytes.Equal(a.bytes, big.Sealed) {
				t.Errorf("whole is %v", whole)
			}
		})
	}
}
