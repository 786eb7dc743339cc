package blob

import (
	"context"
	"errors"
	"fmt"

	"lanyard/internal/identity"
	"lanyard/internal/wire"
)

// ErrBreach says that the peer answered against the protocol. The connection is closed then.
var ErrBreach = errors.New("the peer broke the rules for content")

// Fetch brings items from a peer to the sink; see the package comment. It returns nil when every item has ended, well or not.
func (e *Exchange) Fetch(ctx context.Context, from identity.PeerID, scope Scope, items []Item, sink Sink) error {
	if err := checkItems(items, sink); err != nil {
		return err
	}
	ctx, cancel := context.WithCancelCause(ctx)
	defer cancel(nil)
	defer context.AfterFunc(e.life, func() { cancel(context.Cause(e.life)) })()
	f := &fetch{exchange: e, line: e.line(from), scope: scope, items: items, ctx: ctx}
	received, verified := make(chan delivery, 2), make(chan delivery, 2)
	asked := make(chan error, 1)
	go func() {
		defer close(received)
		asked <- f.receive(received)
	}()
	go func() {
		defer close(verified)
		v := verifier{items: items, sink: sink}
		v.run(received, verified)
	}()
	d := deliverer{sink: sink, items: items, begun: -1}
	for next := range verified {
		if err := d.take(next); err != nil {
			cancel(err) // the other two end, and what they have ready is taken back here
		}
		e.give(next.buffer)
	}
	err := d.finish(<-asked)
	if d.mismatches > 0 {
		e.log.Warn("content: a peer sent something else than was asked for", "peer", from.Short(), "items", d.mismatches)
	}
	if d.misfits > 0 {
		e.log.Warn("content: what was there already and what came are together not what was asked for", "peer", from.Short(), "items", d.misfits)
	}
	if err != nil {
		return fmt.Errorf("fetch %d items from %s: %w", len(items), from.Short(), err)
	}
	return nil
}

// fetch is one call of Fetch, as its receiving goroutine sees it.
type fetch struct {
	exchange *Exchange
	line     *line
	scope    Scope
	items    []Item
	ctx      context.Context
	next     int   // first item that is not asked for in full
	asked    int64 // bytes of it, after its offset, that are
}

// receive asks for everything, in turns with other fetches from the same peer.
func (f *fetch) receive(out chan<- delivery) error {
	for f.next < len(f.items) {
		t := f.nextTurn()
		if err := f.take(t, out); err != nil {
			return err
		}
	}
	return nil
}

// take performs one turn on the line: a request and its answers.
func (f *fetch) take(t *turn, out chan<- delivery) error {
	return f.line.converse(f.ctx, func(b *bulk) (answered bool, err error) {
		err = f.ask(b, t, out)
		return t.answered, err
	})
}

func (f *fetch) ask(b *bulk, t *turn, out chan<- delivery) error {
	frame, err := t.request(f.scope)
	if err != nil {
		return err
	}
	if err := b.say(frame); err != nil {
		return err
	}
	for !t.done() && f.ctx.Err() == nil {
		d, err := f.read(b, t)
		if err != nil {
			return err
		}
		taken := d.size()
		out <- d
		if err := f.exchange.afterTaking(f.ctx, f.scope, taken); err != nil {
			return err
		}
		if err := b.listen(); err != nil {
			return err
		}
	}
	return nil
}

// read takes one frame into a buffer that goes on with the delivery.
func (f *fetch) read(b *bulk, t *turn) (delivery, error) {
	buffer := f.exchange.take()
	b.frames.Reuse(*buffer)
	frame, err := b.frames.Read()
	b.frames.Reuse(nil)
	var d delivery
	if err == nil {
		t.answered = true
		if d, err = t.answer(frame); err != nil {
			err = fmt.Errorf("%w: %w", ErrBreach, err)
		}
	}
	if err == nil && cap(frame.Body) == cap(*buffer) { // else the reader took one of another size, which goes on by itself
		d.buffer = buffer
	} else {
		f.exchange.give(buffer)
	}
	return d, err
}

// nextTurn chooses what to ask for next: items until there are 512 of them or 16 MiB, or less where a limit holds.
func (f *fetch) nextTurn() *turn {
	t := &turn{}
	room := int64(f.exchange.askSize(f.scope))
	for f.next < len(f.items) && len(t.wants) < maxItems && room > 0 {
		item := f.items[f.next]
		left := item.Size - item.Offset - f.asked
		length := min(left, room)
		if length < left && len(t.wants) > 0 && left <= maxAsk {
			break // it fits whole into the next turn
		}
		t.wants = append(t.wants, want{
			item: f.next, ask: item.ask(item.Offset+f.asked, length),
			first: f.asked == 0, last: length == left,
		})
		room -= length
		f.asked += length
		if length < left {
			break
		}
		f.next, f.asked = f.next+1, 0
	}
	t.giveUp = func(item int) {
		if f.next == item {
			f.next, f.asked = item+1, 0
		}
	}
	return t
}

func (t *turn) request(scope Scope) ([]byte, error) {
	g := get{Kind: scope.Kind, Scope: scope.bytes()}
	for _, w := range t.wants {
		g.Items = append(g.Items, w.ask)
	}
	body, err := wire.Marshal(g)
	if err != nil {
		return nil, err
	}
	return wire.Append(nil, wire.KindGet, body)
}
