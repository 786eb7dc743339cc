package peer

import (
	"context"
	"crypto/tls"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"net"
	"slices"
	"sync"
	"time"

	"lanyard/internal/identity"
	"lanyard/internal/wire"
)

// Who asks on a bulk connection: the side that dialled the link, or the other. The numbers are those of bulk-hello.
const (
	diallerAsks  = 0
	acceptorAsks = 1
)

// bulkSlot is one of the two bulk connections that a link may have; conn is nil until it is there. Guarded by Link.mu.
type bulkSlot struct {
	conn    *tls.Conn
	arrived chan *tls.Conn // capacity 1, when the other side has to dial
}

// ErrBulkBusy says that the one bulk connection on which we ask is open already.
var ErrBulkBusy = errors.New("the bulk connection to this peer is open already")

// bulkConn is a bulk connection that gives its place back when closed.
type bulkConn struct {
	*tls.Conn
	release func() *tls.Conn
}

func (c *bulkConn) Close() error {
	c.release()
	return c.Conn.Close()
}

// OpenBulk opens the bulk connection on which we ask. It takes at most ten seconds; the connection ends with the link. Close it before opening
// another.
func (l *Link) OpenBulk(ctx context.Context) (net.Conn, error) {
	conn, err := l.openBulk(ctx)
	if err != nil {
		if l.ctx.Err() != nil {
			err = fmt.Errorf("%w: %w", ErrLinkEnded, err)
		}
		return nil, fmt.Errorf("open a bulk connection to %s: %w", l.peer.Short(), err)
	}
	return conn, nil
}

func (l *Link) openBulk(ctx context.Context) (net.Conn, error) {
	ctx, cancel := context.WithTimeout(ctx, greetLimit)
	defer cancel()
	stop := context.AfterFunc(l.ctx, cancel)
	defer stop()
	direction := acceptorAsks
	if l.dialled {
		direction = diallerAsks
	}
	slot := &bulkSlot{arrived: make(chan *tls.Conn, 1)}
	if err := l.reserve(direction, slot); err != nil {
		return nil, err
	}
	release := l.releaser(direction, slot)
	conn, err := l.fetchBulk(ctx, slot)
	if err == nil && !l.install(direction, slot, conn) {
		l.roster.drop(conn.NetConn())
		err = context.Cause(l.ctx)
	}
	if err != nil {
		if late := release(); late != nil {
			l.roster.drop(late.NetConn())
		}
		return nil, err
	}
	return &bulkConn{conn, release}, nil
}

// fetchBulk dials the connection, or asks the link's dialler to do it.
func (l *Link) fetchBulk(ctx context.Context, slot *bulkSlot) (*tls.Conn, error) {
	if l.dialled {
		return l.dialBulk(ctx, diallerAsks)
	}
	l.say(wire.KindBulkPlease, bulkPleaseBody{Nonce: l.nonce[:]})
	select {
	case conn := <-slot.arrived:
		return conn, nil
	case <-ctx.Done():
		return nil, fmt.Errorf("the peer did not dial: %w", context.Cause(ctx))
	}
}

func (l *Link) reserve(direction int, slot *bulkSlot) error {
	l.mu.Lock()
	defer l.mu.Unlock()
	switch {
	case l.ended != nil:
		return l.ended
	case l.bulks[direction] != nil:
		return ErrBulkBusy
	}
	l.bulks[direction] = slot
	return nil
}

// install notes a connection in its slot; false means that the link ended or the slot was given up meanwhile, or that it has another one.
func (l *Link) install(direction int, slot *bulkSlot, conn *tls.Conn) bool {
	l.mu.Lock()
	fits := l.ended == nil && l.bulks[direction] == slot
	fresh := fits && slot.conn == nil
	if fresh {
		slot.conn = conn
		l.busy.Add(1)
	}
	fits = fits && slot.conn == conn
	l.mu.Unlock()
	if fresh {
		l.wakePulse()
	}
	return fits
}

// releaser returns what gives a slot back, once; it returns the connection that was in it.
func (l *Link) releaser(direction int, slot *bulkSlot) func() *tls.Conn {
	return sync.OnceValue(func() *tls.Conn {
		l.mu.Lock()
		defer l.mu.Unlock()
		if slot.conn != nil {
			l.busy.Add(-1)
		}
		if l.bulks[direction] == slot {
			l.bulks[direction] = nil
		}
		return slot.conn
	})
}

// replace puts a connection that serves into its slot, closing one that was there: its asker has given it up.
func (l *Link) replace(direction int, slot *bulkSlot) bool {
	l.mu.Lock()
	var old *tls.Conn
	if before := l.bulks[direction]; before != nil {
		old = before.conn
	}
	ok := l.ended == nil
	if ok {
		l.bulks[direction] = slot
		l.busy.Add(1)
	}
	l.mu.Unlock()
	if ok && old != nil {
		l.roster.drop(old.NetConn())
	}
	return ok
}

// dialBulk dials a bulk connection to where the link was dialled and says which link it belongs to.
func (l *Link) dialBulk(ctx context.Context, requester uint64) (*tls.Conn, error) {
	r := l.roster
	raw, err := r.config.Network.Dial(ctx, l.remote.String())
	if err != nil {
		return nil, err
	}
	s, err := r.shake(ctx, tls.Client(raw, r.config.Identity.ClientTLS(identity.BulkProtocol)), true)
	if err == nil && s.peer != l.peer {
		err = fmt.Errorf("%s answers there now", s.peer.Short())
	}
	if err == nil {
		err = sayBulkHello(s.conn, bulkHelloBody{Instance: r.instance, Nonce: l.greeting.nonce[:], Requester: requester})
	}
	if err != nil {
		r.drop(raw)
		return nil, err
	}
	return s.conn, nil
}

func sayBulkHello(conn *tls.Conn, hello bulkHelloBody) error {
	body, err := wire.Marshal(hello)
	if err != nil {
		return err
	}
	frame, err := wire.Append(nil, wire.KindBulkHello, body)
	if err != nil {
		return err
	}
	if _, err := conn.Write(frame); err != nil {
		return err
	}
	return conn.SetDeadline(time.Time{})
}

// hearBulkHello reads exactly the first frame: what follows belongs to whoever serves the connection.
func hearBulkHello(conn *tls.Conn) (bulkHelloBody, error) {
	var h bulkHelloBody
	var header [6]byte
	if _, err := io.ReadFull(conn, header[:]); err != nil {
		return h, err
	}
	length, kind := int64(binary.BigEndian.Uint32(header[:])), wire.Kind(binary.BigEndian.Uint16(header[4:]))
	if kind != wire.KindBulkHello || length < 2 || length-2 > int64(kind.Cap()) {
		return h, fmt.Errorf("frame %s of %d bytes before the bulk hello", kind, length)
	}
	body := make([]byte, length-2)
	if _, err := io.ReadFull(conn, body); err != nil {
		return h, err
	}
	if err := wire.Unmarshal(body, &h); err != nil {
		return h, fmt.Errorf("decode bulk hello: %w", err)
	}
	if len(h.Nonce) != len(nonce{}) || h.Requester > acceptorAsks {
		return h, errors.New("bulk hello with a bad nonce or requester")
	}
	return h, nil
}

// answerBulk serves an incoming bulk connection, or hands it to the OpenBulk that waits for it.
func (r *Roster) answerBulk(ctx context.Context, s shaken, leave func()) {
	h, err := hearBulkHello(s.conn)
	var l *Link
	if err == nil {
		s.trust()
		l, err = r.bulkLink(ctx, s.peer, h)
	}
	if err == nil {
		err = s.conn.SetDeadline(time.Time{})
	}
	leave()
	switch {
	case err != nil:
		r.config.Log.Debug("bulk connection refused", "peer", s.peer.Short(), "err", err)
	case h.Requester == acceptorAsks:
		if l.handOver(s.conn) {
			return
		}
	default:
		l.serveBulk(diallerAsks, s.conn)
	}
	r.drop(s.conn.NetConn())
}

// bulkLink finds the link that a bulk hello names, which may be about to be attached.
func (r *Roster) bulkLink(ctx context.Context, peer identity.PeerID, h bulkHelloBody) (*Link, error) {
	limit := time.NewTimer(probeLimit)
	defer limit.Stop()
	for {
		r.mu.Lock()
		var l *Link
		if m := r.machines[peer]; m != nil {
			i := slices.IndexFunc(m.links, func(l *Link) bool {
				return !l.dialled && l.nonce == nonce(h.Nonce) && l.greeting.instance == h.Instance
			})
			if i >= 0 {
				l = m.links[i]
			}
		}
		attached := r.attached
		r.mu.Unlock()
		if l != nil {
			return l, nil
		}
		select {
		case <-attached:
		case <-limit.C:
			return nil, errors.New("no link with that nonce")
		case <-ctx.Done():
			return nil, context.Cause(ctx)
		}
	}
}

// handOver gives a connection to the OpenBulk that waits for it.
func (l *Link) handOver(conn *tls.Conn) bool {
	l.mu.Lock()
	slot := l.bulks[acceptorAsks]
	waited := slot != nil && slot.conn == nil
	l.mu.Unlock()
	if !waited || !l.install(acceptorAsks, slot, conn) {
		return false
	}
	slot.arrived <- conn // has room: install lets one through
	return true
}

// takeBulkPlease dials a bulk connection on which the other side will ask, and serves it.
func (l *Link) takeBulkPlease(body []byte) error {
	var b bulkPleaseBody
	if err := wire.Unmarshal(body, &b); err != nil {
		return fmt.Errorf("decode bulk-please: %w", err)
	}
	if !l.dialled || len(b.Nonce) != len(nonce{}) || nonce(b.Nonce) != l.greeting.nonce {
		return errors.New("bulk-please with a wrong nonce, or from the side that dials")
	}
	if !l.fetching.CompareAndSwap(false, true) {
		return nil
	}
	l.roster.tasks.Go(func() {
		ctx, cancel := context.WithTimeout(l.ctx, greetLimit)
		conn, err := l.dialBulk(ctx, acceptorAsks)
		cancel()
		l.fetching.Store(false)
		if err != nil {
			l.roster.config.Log.Debug("dial a bulk connection that the peer asked for", "peer", l.peer.Short(), "err", err)
			return
		}
		l.serveBulk(acceptorAsks, conn)
		l.roster.drop(conn.NetConn())
	})
	return nil
}

// serveBulk lets the owner of content serve a connection on which the peer asks.
func (l *Link) serveBulk(direction int, conn *tls.Conn) {
	slot := &bulkSlot{conn: conn}
	if l.roster.serveBulk == nil || !l.replace(direction, slot) {
		return
	}
	release := l.releaser(direction, slot)
	defer release()
	l.wakePulse()
	l.roster.serveBulk(l.ctx, l, conn)
}
