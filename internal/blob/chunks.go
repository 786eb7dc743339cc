package blob

import (
	"context"
	"errors"
	"fmt"
	"math"

	"lanyard/internal/chunk"
	"lanyard/internal/identity"
	"lanyard/internal/wire"
)

// CapabilityChunks says that chunks of contents are told. Who serves from a Lister offers it.
const CapabilityChunks = "chunks"

// maxEntries is how many chunks one frame may tell, ourEntries how many one of ours does: it fits into our buffers.
const (
	maxEntries = 16384
	ourEntries = 4096
)

// ErrNoChunks says that the peer cannot be asked for chunks.
var ErrNoChunks = errors.New("the peer tells no chunks")

// chunksPlease asks for the list of a content.
type chunksPlease struct {
	Kind  ScopeKind `cbor:"1,keyasint"`
	Scope []byte    `cbor:"2,keyasint"`
	Hash  Hash      `cbor:"3,keyasint"`
	Size  uint64    `cbor:"4,keyasint"`
}

func decodeChunksPlease(body []byte) (Scope, chunksPlease, error) {
	var c chunksPlease
	if err := wire.Unmarshal(body, &c); err != nil {
		return Scope{}, chunksPlease{}, err
	}
	scope, err := scopeOf(c.Kind, c.Scope)
	if err == nil && c.Size > math.MaxInt64 {
		err = fmt.Errorf("a content of %d bytes", c.Size)
	}
	if err != nil {
		return Scope{}, chunksPlease{}, err
	}
	return scope, c, nil
}

// chunksBody is the next part of a list.
type chunksBody struct {
	Entries []byte `cbor:"1,keyasint"`
}

// list answers a request for chunks.
func (p *producer) list(please chunksPlease) {
	list, err := p.chunks(please)
	if err != nil {
		p.gone(0, err)
		return
	}
	for len(list) > 0 && p.ctx.Err() == nil {
		n := min(len(list), ourEntries)
		body, err := wire.Marshal(chunksBody{Entries: list[:n].Encode()})
		if err != nil {
			panic("blob: a chunks frame has only fields that can be encoded: " + err.Error())
		}
		frame := p.exchange.take()
		*frame = append((*frame)[:frameHeader], body...)
		p.send(wire.KindChunks, frame)
		list = list[n:]
	}
}

func (p *producer) chunks(please chunksPlease) (chunk.List, error) {
	source, ok := p.exchange.sources[p.scope.Kind].(Lister)
	if !ok {
		return nil, ErrGone
	}
	list, err := source.Chunks(p.ctx, p.link.Person(), p.scope, please.Hash)
	switch {
	case err != nil:
		return nil, err
	case len(list) == 0:
		return nil, ErrGone
	case list.Size() != int64(please.Size):
		return nil, ErrChanged
	}
	return list, nil
}

// Chunks asks a peer of which chunks a content consists. The list is one that a content of that size can have; that it is this one's is the peer's claim.
// ErrNoChunks, ErrGone and the other errors about one item say that the peer may have the content all the same.
func (e *Exchange) Chunks(ctx context.Context, from identity.PeerID, scope Scope, content Item) (chunk.List, error) {
	ctx, cancel := context.WithCancelCause(ctx)
	defer cancel(nil)
	defer context.AfterFunc(e.life, func() { cancel(context.Cause(e.life)) })()
	body, err := wire.Marshal(chunksPlease{Kind: scope.Kind, Scope: scope.bytes(), Hash: content.Hash, Size: uint64(content.Size)})
	if err != nil {
		return nil, err
	}
	request, err := wire.Append(nil, wire.KindChunksPlease, body)
	if err != nil {
		return nil, err
	}
	c := &listing{size: content.Size}
	err = e.line(from).converse(ctx, func(b *bulk) (bool, error) {
		if !b.link.Offers(CapabilityChunks) {
			c.gone = ErrNoChunks
			return false, nil
		}
		err := c.ask(b, request)
		return c.answered, err
	})
	if err == nil {
		err = c.gone
	}
	if err != nil {
		return nil, fmt.Errorf("ask %s for the chunks of %s: %w", from.Short(), content.Hash, err)
	}
	return c.list, nil
}

// listing is a list as it comes. It believes nothing that the peer says about numbers and lengths.
type listing struct {
	size     int64
	list     chunk.List
	told     int64 // bytes of the chunks so far
	answered bool
	skipped  int   // frames of unknown kinds
	gone     error // there is none
}

func (c *listing) done() bool { return c.gone != nil || c.told == c.size && c.answered }

func (c *listing) ask(b *bulk, request []byte) error {
	if err := b.say(request); err != nil {
		return err
	}
	for !c.done() {
		frame, err := b.frames.Read()
		if err != nil {
			return err
		}
		c.answered = true
		if err := c.take(frame); err != nil {
			return fmt.Errorf("%w: %w", ErrBreach, err)
		}
		if err := b.listen(); err != nil {
			return err
		}
	}
	return nil
}

// take takes the next frame.
func (c *listing) take(frame wire.Frame) error {
	switch {
	case frame.Kind == wire.KindChunks:
		return c.add(frame.Body)
	case frame.Kind == wire.KindGone:
		var g gone
		if err := wire.Unmarshal(frame.Body, &g); err != nil {
			return err
		}
		if g.Item != 0 {
			return fmt.Errorf("item %d where there is one", g.Item)
		}
		c.gone = g.Reason.err()
		return nil
	case frame.Kind.Known():
		return fmt.Errorf("a %s where chunks are due", frame.Kind)
	}
	if c.skipped++; c.skipped > maxSkipped {
		return fmt.Errorf("%d frames of unknown kinds", c.skipped)
	}
	return nil
}

// add takes the next entries.
func (c *listing) add(body []byte) error {
	var part chunksBody
	if err := wire.Unmarshal(body, &part); err != nil {
		return err
	}
	list, err := chunk.Decode(part.Entries)
	if err != nil {
		return err
	}
	if n := len(list); n == 0 || n > maxEntries || len(c.list)+n > chunk.MaxCount {
		return fmt.Errorf("%d chunks after %d", n, len(c.list))
	}
	if c.told += list.Size(); c.told > c.size {
		return fmt.Errorf("chunks of %d bytes for a content of %d", c.told, c.size)
	}
	c.list = append(c.list, list...)
	if c.told == c.size {
		return c.list.Check(c.size)
	}
	return nil
}
