package mail

import "lanyard/internal/identity"

// Assembly is mail that comes in pieces. nil is one of which nothing came.
type Assembly struct {
	first Piece
	bytes []byte
}

// Add takes the next piece and returns what is there now: nil when the piece does not continue what came, which is dropped then. whole tells that nothing is missing.
func (a *Assembly) Add(f Piece) (next *Assembly, whole bool) {
	if f.Offset == 0 {
		a = &Assembly{first: f}
	}
	if a == nil || a.first.Peer != f.Peer || a.first.Number != f.Number || a.first.Size != f.Size || a.first.Expiry != f.Expiry ||
		string(a.first.Key) != string(f.Key) || uint64(len(a.bytes)) != f.Offset {
		return nil, false
	}
	a.bytes = append(a.bytes, f.Piece...)
	return a, uint64(len(a.bytes)) == f.Size
}

// Parcel is the whole mail, of two machines of which the pieces named one and the link the other.
func (a *Assembly) Parcel(depositor, recipient identity.PeerID) *Parcel {
	p := &Parcel{Depositor: depositor, Recipient: recipient, Number: a.first.Number, Expiry: a.first.Expiry, Sealed: a.bytes}
	copy(p.Key[:], a.first.Key)
	return p
}
