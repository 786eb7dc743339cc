package peer

import (
	"context"
	"encoding/binary"
	"errors"
	"sync"

	"lanyard/internal/wire"
)

// Class orders what waits to be sent on one link: everything of a lower class goes out before anything of a higher one.
type Class int

// Classes of owners. The link's own frames go before both.
const (
	classLink Class = iota
	ClassChat
	ClassShare
	classes // how many there are
)

// outboxLimit is how many bytes of one class may wait; a Send beyond it waits. outboxTurn is how many are written at once, so that a frame of
// a lower class never waits behind much.
const (
	outboxLimit = 256 << 10
	outboxTurn  = 32 << 10
	outboxKept  = 64 << 10 // memory that an empty queue keeps for the next frames
)

// errLinkFull says that the link's own frames pile up: the peer does not read.
var errLinkFull = errors.New("the peer does not take what is sent")

// outbox is the send queue of one link: frames, encoded, by class.
type outbox struct {
	mu    sync.Mutex
	queue [classes][]byte // whole frames one after another
	room  chan struct{}   // closed when something was taken; nil when nobody waits
	ready chan struct{}   // capacity 1: something was added
}

func newOutbox() *outbox { return &outbox{ready: make(chan struct{}, 1)} }

// add appends a frame, waiting while the class is full, until ctx or the link ends.
func (o *outbox) add(ctx, link context.Context, class Class, k wire.Kind, body []byte) error {
	for {
		room, err := o.tryAdd(class, k, body)
		if room == nil || err != nil {
			return err
		}
		select {
		case <-room:
		case <-ctx.Done():
			return context.Cause(ctx)
		case <-link.Done():
			return context.Cause(link)
		}
	}
}

// tryAdd appends a frame, or returns a channel that is closed when there may be room.
func (o *outbox) tryAdd(class Class, k wire.Kind, body []byte) (<-chan struct{}, error) {
	o.mu.Lock()
	if len(o.queue[class]) >= outboxLimit {
		defer o.mu.Unlock()
		if o.room == nil {
			o.room = make(chan struct{})
		}
		return o.room, nil
	}
	grown, err := wire.Append(o.queue[class], k, body)
	if err == nil {
		o.queue[class] = grown
	}
	o.mu.Unlock()
	if err != nil {
		return nil, err
	}
	select {
	case o.ready <- struct{}{}:
	default:
	}
	return nil, nil
}

// addNow appends one of the link's own frames; it never waits.
func (o *outbox) addNow(k wire.Kind, body []byte) error {
	room, err := o.tryAdd(classLink, k, body)
	if err == nil && room != nil {
		return errLinkFull
	}
	return err
}

// take moves up to outboxTurn bytes of whole frames (at least one frame) into buf[:0], lowest class first. Empty means that nothing waits.
func (o *outbox) take(buf []byte) []byte {
	buf = buf[:0]
	o.mu.Lock()
	for class := range o.queue {
		q := o.queue[class]
		n := 0
		for n < len(q) && len(buf)+n < outboxTurn {
			n += 4 + int(binary.BigEndian.Uint32(q[n:]))
		}
		buf = append(buf, q[:n]...)
		o.queue[class] = q[:copy(q, q[n:])]
		if n == len(q) && cap(q) > outboxKept {
			o.queue[class] = nil
		}
	}
	room := o.room
	if len(buf) > 0 {
		o.room = nil
	}
	o.mu.Unlock()
	if len(buf) > 0 && room != nil {
		close(room)
	}
	return buf
}
