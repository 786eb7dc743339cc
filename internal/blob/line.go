package blob

import (
	"context"
	"errors"
	"fmt"
	"net"
	"time"

	"lanyard/internal/identity"
	"lanyard/internal/peer"
	"lanyard/internal/wire"
)

// keepOpen is how long a connection stays without use. A new one costs a dial and a handshake; an open one keeps both sides' pings short.
const keepOpen = 10 * time.Second

// line is the one connection on which we ask a peer, taken in turns.
type line struct {
	exchange *Exchange
	peer     identity.PeerID
	turn     chan struct{} // capacity 1: full = free. Whoever has the turn owns what follows; waiters get it in their order.
	open     *bulk         // nil if there is none
	idle     *time.Timer
}

// bulk is an open connection.
type bulk struct {
	conn   net.Conn
	frames *wire.Reader
	link   *peer.Link
}

// say sends a request, and waits for its first answer from then on.
func (b *bulk) say(frame []byte) error {
	if err := b.conn.SetDeadline(time.Now().Add(patience)); err != nil {
		return err
	}
	_, err := b.conn.Write(frame)
	return err
}

// listen waits for the next answer from now on.
func (b *bulk) listen() error { return b.conn.SetReadDeadline(time.Now().Add(patience)) }

// ErrNoLink says that the peer is not here.
var ErrNoLink = errors.New("there is no link to that peer")

func newLine(e *Exchange, peer identity.PeerID) *line {
	l := &line{exchange: e, peer: peer, turn: make(chan struct{}, 1)}
	l.turn <- struct{}{}
	return l
}

// converse takes a turn: a request and its answers. A connection that was kept open may have died unnoticed: then another one is tried, as long as nothing
// was answered. After an error the connection is closed.
func (l *line) converse(ctx context.Context, talk func(b *bulk) (answered bool, err error)) error {
	if err := l.acquire(ctx); err != nil {
		return err
	}
	defer l.release()
	for {
		b, fresh, err := l.connect(ctx)
		if err != nil {
			return l.broken(ctx, err)
		}
		stop := context.AfterFunc(ctx, func() { _ = b.conn.SetDeadline(time.Unix(1, 0)) }) // fails only if the connection is closed
		answered, err := talk(b)
		stop()
		if err == nil && ctx.Err() == nil {
			return nil
		}
		if fresh || answered || ctx.Err() != nil {
			return l.broken(ctx, err)
		}
		l.drop()
	}
}

// broken closes the connection: its deadline may be in the past, and answers may be on their way.
func (l *line) broken(ctx context.Context, err error) error {
	l.drop()
	if ctx.Err() != nil {
		return context.Cause(ctx)
	}
	return err
}

// acquire waits for the turn.
func (l *line) acquire(ctx context.Context) error {
	select {
	case <-l.turn:
	case <-ctx.Done():
		return context.Cause(ctx)
	}
	if l.idle != nil {
		l.idle.Stop()
		l.idle = nil
	}
	return nil
}

// release passes the turn on. A connection that is not used again is closed after a while.
func (l *line) release() {
	if l.open != nil {
		l.idle = time.AfterFunc(keepOpen, l.expire)
	}
	l.turn <- struct{}{}
}

func (l *line) expire() {
	select {
	case <-l.turn:
	default:
		return // somebody uses it
	}
	l.drop()
	l.turn <- struct{}{}
}

// stop closes the connection for good. The exchange has ended: whoever has the turn, or gets it before us, gives it back at once.
func (l *line) stop() {
	<-l.turn
	if l.idle != nil {
		l.idle.Stop()
	}
	l.drop()
	l.turn <- struct{}{}
}

// connect returns the open connection, or opens one on the present link.
func (l *line) connect(ctx context.Context) (b *bulk, fresh bool, err error) {
	link, ok := l.exchange.roster.Link(l.peer)
	if !ok {
		l.drop()
		return nil, false, fmt.Errorf("%w (%s)", ErrNoLink, l.peer.Short())
	}
	if l.open != nil && l.open.link == link {
		return l.open, false, nil
	}
	l.drop()
	conn, err := link.OpenBulk(ctx)
	if err != nil {
		return nil, false, err
	}
	l.open = &bulk{conn: conn, frames: wire.NewReader(conn, wire.MaxBulkFrame), link: link}
	return l.open, true, nil
}

// drop closes the connection, if there is one. Its error is of no interest: whatever it carried is over.
func (l *line) drop() {
	if l.open != nil {
		_ = l.open.conn.Close()
		l.open = nil
	}
}
