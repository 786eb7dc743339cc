package blob

import (
	"errors"
	"fmt"
	"io"

	"github.com/zeebo/blake3"
)

// verifier hashes what came, on a goroutine of its own, and puts the verdict on the last part of each item.
type verifier struct {
	items  []Item
	sink   Sink
	hasher *blake3.Hasher
	failed error
}

func (v *verifier) run(in <-chan delivery, out chan<- delivery) {
	for d := range in {
		for i := range d.parts {
			if v.failed == nil {
				v.failed = v.look(&d.parts[i])
			}
			if v.failed != nil { // this part and what follows has no verdict: it does not reach the sink
				d.parts, d.failed = d.parts[:i], v.failed
				break
			}
		}
		out <- d
	}
}

// look hashes one part. An error is the sink's: it could not give the beginning that it said it had.
func (v *verifier) look(p *part) error {
	if p.err != nil {
		return nil
	}
	item := v.items[p.item]
	if p.first && p.last && item.Offset == 0 { // whole: wrong bytes need not reach the sink
		if blake3.Sum256(p.content) != item.Hash {
			p.content, p.err = nil, ErrMismatch
		}
		return nil
	}
	if p.first {
		if err := v.begin(p.item); err != nil {
			return err
		}
	}
	if _, err := v.hasher.Write(p.content); err != nil {
		return fmt.Errorf("hash item %d: %w", p.item, err)
	}
	if p.last && Hash(v.hasher.Sum(nil)) != item.Hash {
		p.err = ErrMismatch
	}
	return nil
}

// begin makes the hasher ready for an item, with what of it is there already.
func (v *verifier) begin(i int) (err error) {
	if v.hasher == nil {
		v.hasher = blake3.New()
	}
	v.hasher.Reset()
	offset := v.items[i].Offset
	if offset == 0 {
		return nil
	}
	prefix, err := v.sink.(Resumer).Prefix(i)
	if err != nil {
		return fmt.Errorf("read the beginning of item %d: %w", i, err)
	}
	defer func() { err = errors.Join(err, prefix.Close()) }()
	if _, err := io.CopyN(v.hasher, prefix, offset); err != nil {
		return fmt.Errorf("read the %d bytes of item %d that are there: %w", offset, i, err)
	}
	return nil
}
