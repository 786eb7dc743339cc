package share

import (
	"context"
	"fmt"
	"io"

	"github.com/zeebo/blake3"

	"lanyard/internal/blob"
	"lanyard/internal/chunk"
	"lanyard/internal/tree"
)

// feed reads the chunks of a content in their order, each from where it lies, and verifies those that lie here; what was fetched is verified already.
type feed struct {
	list    chunk.List
	bases   *bases
	repeats map[chunk.Hash]place // where each chunk lies in the content for the first time
	in      *tree.Incoming       // the content as far as it is written
	from    *swarm
	haul    *haul // that is being used up
	to      chan<- stretch
	rooms   chan []byte // for chunks that lie here
}

func newFeed(g *gathering, from *swarm, repeats map[chunk.Hash]place, to chan<- stretch) *feed {
	f := &feed{list: g.list, bases: g.bases, repeats: repeats, in: g.in, from: from, to: to, rooms: make(chan []byte, ahead+1)}
	for range ahead + 1 {
		f.rooms <- make([]byte, chunk.Max)
	}
	return f
}

// run hands on the chunks from number next on, which begins at a byte of the content.
func (f *feed) run(ctx context.Context, next int, at int64) error {
	for _, c := range f.list[next:] {
		var err error
		if p, here := f.bases.has(c); here {
			err = f.copy(ctx, c, p)
		} else if first := f.repeats[c.Hash]; first.at < at {
			err = f.repeat(ctx, c, first)
		} else {
			err = f.fetched(ctx, c)
		}
		if err != nil {
			return err
		}
		at += int64(c.Length)
	}
	return nil
}

// copy hands on a chunk that lies in another file.
func (f *feed) copy(ctx context.Context, c chunk.Chunk, p place) error {
	room, err := f.room(ctx)
	if err != nil {
		return err
	}
	if !p.read(room[:c.Length], c.Hash) {
		f.bases.drop(p.in)
		return errBase
	}
	return f.hand(ctx, room[:c.Length], func() { f.rooms <- room })
}

// errUnlike says that a list tells two chunks to be alike that cannot be.
var errUnlike = fmt.Errorf("two chunks are told to be alike and are not: %w", blob.ErrMismatch)

// repeat hands on a chunk that the content has further to the front, once that is written.
func (f *feed) repeat(ctx context.Context, c chunk.Chunk, first place) error {
	if first.length != c.Length {
		return errUnlike
	}
	if err := f.catchUp(ctx); err != nil {
		return err
	}
	room, err := f.room(ctx)
	if err != nil {
		return err
	}
	b := room[:c.Length]
	if _, err := io.ReadFull(io.NewSectionReader(f.in, first.at, int64(c.Length)), b); err != nil {
		return err
	}
	if chunk.Hash(blake3.Sum256(b)) != c.Hash {
		return errUnlike
	}
	return f.hand(ctx, b, func() { f.rooms <- room })
}

// catchUp waits until all that was handed on is written.
func (f *feed) catchUp(ctx context.Context) error {
	written := make(chan struct{})
	if err := f.hand(ctx, nil, func() { close(written) }); err != nil {
		return err
	}
	select {
	case <-written:
	case <-ctx.Done():
	}
	return context.Cause(ctx) // where writing failed it is set
}

// fetched hands on the next chunk that came.
func (f *feed) fetched(ctx context.Context, c chunk.Chunk) error {
	for {
		if f.haul != nil {
			if b, ok := f.haul.next(); ok {
				if len(b) != c.Length {
					return fmt.Errorf("a chunk of %d bytes came for one of %d", len(b), c.Length)
				}
				free := func() {}
				if used := f.haul; used.over() {
					f.haul, free = nil, func() { f.from.give(used) }
				}
				return f.hand(ctx, b, free)
			}
			f.haul = nil
		}
		h, err := f.from.next(ctx)
		if err != nil {
			return err
		}
		f.haul = h
	}
}

// room waits for room for a chunk.
func (f *feed) room(ctx context.Context) ([]byte, error) {
	select {
	case room := <-f.rooms:
		return room, nil
	case <-ctx.Done():
		return nil, context.Cause(ctx)
	}
}

// hand passes bytes on to be written; free is called when they are.
func (f *feed) hand(ctx context.Context, b []byte, free func()) error {
	select {
	case f.to <- stretch{b, free}:
		return nil
	case <-ctx.Done():
		return context.Cause(ctx)
	}
}
