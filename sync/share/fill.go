package share

import (
	"lanyard/internal/store"
	"lanyard/internal/vector"
	"lanyard/internal/wire"
	"lanyard/sync/index"
)

// fill is what a share held when this machine came to it: the knowledge of the first whole snapshot. It is nil on the machine that made the share.
type fill vector.Vector

// holds reports whether a record was there when this machine came.
func (f fill) holds(d index.Dot) bool {
	for _, m := range f[d.Log] {
		if m.Number >= d.Number {
			return true
		}
	}
	return false
}

// noteFill keeps the knowledge of the first snapshot that is whole.
func noteFill(tx *store.Tx, k vector.Vector) error {
	joined, err := fact[int64](tx, "joined")
	if err != nil || joined == 1 {
		return err
	}
	b, err := wire.Marshal(k)
	if err != nil {
		return err
	}
	return setFact(tx, "fill", b)
}

func loadFill(tx *store.Tx) (fill, error) {
	b, err := fact[[]byte](tx, "fill")
	if err != nil || len(b) == 0 {
		return nil, err
	}
	var k vector.Vector
	err = wire.Unmarshal(b, &k)
	return fill(k), err
}
