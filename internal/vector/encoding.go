package vector

import (
	"cmp"
	"fmt"

	"lanyard/internal/identity"
	"lanyard/internal/wire"
)

// MaxEntries is how many marks an encoded vector may have.
const MaxEntries = 4096

// entry is one mark as it is sent: [peer ID, log ID, number, hash].
type entry struct {
	_      struct{} `cbor:",toarray"`
	Peer   identity.PeerID
	ID     LogID
	Number uint64
	Hash   Hash
}

func (e entry) log() Log   { return Log{Peer: e.Peer, ID: e.ID} }
func (e entry) mark() Mark { return Mark{Number: e.Number, Hash: e.Hash} }

func (e entry) compare(other entry) int {
	return cmp.Or(e.log().Compare(other.log()), e.mark().Compare(other.mark()))
}

// MarshalCBOR returns the array of entries [peer ID, log ID, number, hash], sorted in this order. It refuses what UnmarshalCBOR would.
func (v Vector) MarshalCBOR() ([]byte, error) {
	entries := make([]entry, 0, len(v))
	for _, l := range v.Logs() {
		for _, m := range v[l] {
			entries = append(entries, entry{Peer: l.Peer, ID: l.ID, Number: m.Number, Hash: m.Hash})
		}
	}
	if err := check(entries); err != nil {
		return nil, err
	}
	return wire.Marshal(entries)
}

// UnmarshalCBOR takes exactly what MarshalCBOR makes. On an error v is nil.
func (v *Vector) UnmarshalCBOR(data []byte) error {
	*v = nil
	var entries []entry
	if err := wire.Unmarshal(data, &entries); err != nil {
		return err
	}
	if err := check(entries); err != nil {
		return err
	}
	decoded := make(Vector, len(entries))
	for _, e := range entries {
		decoded[e.log()] = append(decoded[e.log()], e.mark())
	}
	*v = decoded
	return nil
}

func check(entries []entry) error {
	if len(entries) > MaxEntries {
		return fmt.Errorf("a vector of %d entries, more than %d", len(entries), MaxEntries)
	}
	for i, e := range entries {
		if e.Number == 0 {
			return fmt.Errorf("entry %d of a vector has the number 0", i)
		}
		if i > 0 && entries[i-1].compare(e) >= 0 {
			return fmt.Errorf("entry %d of a vector repeats the one before or stands in the wrong place", i)
		}
	}
	return nil
}
