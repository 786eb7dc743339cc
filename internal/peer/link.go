package peer

import (
	"context"
	"crypto/ed25519"
	"crypto/tls"
	"errors"
	"fmt"
	"net"
	"net/netip"
	"slices"
	"sync"
	"sync/atomic"
	"time"

	"lanyard/internal/identity"
	"lanyard/internal/wire"
)

// Limits of a link's life.
const (
	greetLimit  = 10 * time.Second // from connect or accept to both hellos
	writeLimit  = 60 * time.Second // one write
	closeLimit  = time.Second      // from the decision to end to the closed connection
	probeLimit  = 2 * time.Second  // for an answer to a ping that decides something
	firstSilent = 90 * time.Second // until the dialler's first ping
)

// Link is one live, encrypted, mutually authenticated connection to a peer. Its life:
//
//	dial or accept
//	      │ TLS 1.3, keys known            ─── other program, 10 s, blocked ──▶ closed
//	      ▼
//	  greeting   both hellos               ─── no or false hello, 10 s ───────▶ closed
//	      │
//	      ▼
//	  settling   a second link? settle()   ─── superseded, copied profile ────▶ closed
//	      │
//	      ▼
//	     up      frames, pings             ◀─┐ the newer one ended first
//	      │ ▲                                │
//	      │ └── newest link of its peer      │
//	      ▼                                  │
//	   spare     a newer link is up; frames ─┘ are still read
//	      │
//	      ▼
//	  closing    close frame said, at most 1 s until the other side hung up
//	      │
//	      ▼
//	    ended    Context is done since closing
//
// A link is attached to its peer's machine in the states up and spare; only the roster, under its mutex, moves a link between these two.
type Link struct {
	id       uint64
	roster   *Roster
	conn     *tls.Conn
	peer     identity.PeerID
	key      ed25519.PublicKey
	person   identity.PersonID
	dialled  bool
	remote   netip.AddrPort // the other end of the connection
	greeting greeting       // what their hello said
	nonce    nonce          // what our hello said
	counted  bool           // as a stranger, while being attached
	born     time.Time      // when both hellos were there
	ctx      context.Context
	cancel   context.CancelCauseFunc
	out      *outbox
	in       *wire.Reader
	lanes    []*lane // by owner; set when attached, before anything is read

	heard    atomic.Int64  // time since born of the newest frame
	promise  atomic.Int64  // silence until the next ping that the other side promised
	silent   atomic.Int32  // our pings since the newest frame
	dropped  atomic.Uint64 // frames that an owner did not keep up with
	skipped  atomic.Uint64 // frames of kinds that nobody owns
	busy     atomic.Int32  // live bulk connections
	fetching atomic.Bool   // a bulk connection that the peer asked for is being dialled
	rumours  bucket        // pace of gossip; the reader's
	early    []wire.Frame  // came during the greeting; the reader's
	lists    listTalk      // the reader's
	hurry    chan struct{} // capacity 1: the ping interval may have changed

	mu     sync.Mutex
	ended  *ending
	probes map[uint64]chan struct{} // by nonce, closed by the pong
	clock  comparison
	bulks  [2]*bulkSlot // by direction: the dialler asks, the accepting side asks
}

// ending is why a link ended; it is the cause of its context.
type ending struct {
	say  CloseReason // what we tell the other side, CloseNone = just hang up
	said CloseReason // what the other side told us
	err  error
}

func (e *ending) Error() string {
	switch {
	case e.said != CloseNone:
		return fmt.Sprintf("link ended by the peer: %s", e.said)
	case e.say != CloseNone:
		return fmt.Sprintf("link ended: %s: %v", e.say, e.err)
	}
	return fmt.Sprintf("link ended: %v", e.err)
}

func (e *ending) Unwrap() error { return e.err }

// ErrLinkEnded is what Send and OpenBulk return on a link that is over; errors.Is finds it.
var ErrLinkEnded = errors.New("the link ended")

// ID returns a number that no other link of this roster has.
func (l *Link) ID() uint64 { return l.id }

// Peer returns the machine at the other end.
func (l *Link) Peer() identity.PeerID { return l.peer }

// Person returns whose machine it is.
func (l *Link) Person() identity.PersonID { return l.person }

// Offers reports whether the other side told that it has a capability (docs/protocol.md, section 5).
func (l *Link) Offers(capability string) bool { return slices.Contains(l.greeting.offered, capability) }

// Bound returns 32 bytes that the two ends of this connection have in common and nobody else has, not even who has a connection with each of them
// (RFC 8446, 7.5).
func (l *Link) Bound(purpose string) ([]byte, error) {
	state := l.conn.ConnectionState()
	bound, err := state.ExportKeyingMaterial("EXPORTER-"+purpose, nil, 32)
	if err != nil {
		return nil, fmt.Errorf("bind to the connection: %w", err)
	}
	return bound, nil
}

// LocalAddr and RemoteAddr are the ends of the connection.
func (l *Link) LocalAddr() net.Addr  { return l.conn.LocalAddr() }
func (l *Link) RemoteAddr() net.Addr { return l.conn.RemoteAddr() }

// Context ends with the link.
func (l *Link) Context() context.Context { return l.ctx }

// Send queues a frame: after the frames of the same class sent before it, after all waiting frames of lower classes. The class is that of the
// kind's owner. It waits while the class's queue is full (256 KiB); body may be used again when it returns. nil means queued: a frame arrives
// at most once and may be lost with the link.
func (l *Link) Send(ctx context.Context, k wire.Kind, body []byte) error {
	if l.ctx.Err() != nil {
		return fmt.Errorf("send %s to %s: %w: %w", k, l.peer.Short(), ErrLinkEnded, context.Cause(l.ctx))
	}
	class := ClassShare
	if o := l.roster.kinds[k]; o != nil {
		class = o.class
	}
	if err := l.out.add(ctx, l.ctx, class, k, body); err != nil {
		if l.ctx.Err() != nil {
			err = fmt.Errorf("%w: %w", ErrLinkEnded, err)
		}
		return fmt.Errorf("send %s to %s: %w", k, l.peer.Short(), err)
	}
	return nil
}

// say queues one of the link's own frames. A peer that lets them pile up does not read: the link ends.
func (l *Link) say(k wire.Kind, body any) {
	b, err := wire.Marshal(body)
	if err == nil {
		err = l.out.addNow(k, b)
	}
	if err != nil {
		l.end(CloseNone, fmt.Errorf("queue %s: %w", k, err))
	}
}

// sayNow writes a frame at once, past the queue: for the greeting, when nothing else is written yet.
func (l *Link) sayNow(k wire.Kind, body any) error {
	b, err := wire.Marshal(body)
	if err != nil {
		return err
	}
	frame, err := wire.Append(nil, k, b)
	if err != nil {
		return err
	}
	_, err = l.conn.Write(frame)
	return err
}

// end begins to end the link: say is told to the other side, err is why, for us. Only the first call counts.
func (l *Link) end(say CloseReason, err error) { l.endAs(&ending{say: say, err: err}) }

func (l *Link) endAs(e *ending) {
	l.mu.Lock()
	first := l.ended == nil
	var bulks []*tls.Conn
	if first {
		l.ended = e
		for _, slot := range l.bulks {
			if slot != nil && slot.conn != nil {
				bulks = append(bulks, slot.conn)
			}
		}
		l.setDeadlineLocked(time.Now().Add(closeLimit))
	}
	l.mu.Unlock()
	if !first {
		return
	}
	l.cancel(e)
	for _, conn := range bulks {
		l.roster.drop(conn.NetConn())
	}
}

// setDeadlineLocked bounds what the ending of the link may take. A connection that refuses deadlines is closed instead.
func (l *Link) setDeadlineLocked(t time.Time) {
	if l.conn.SetDeadline(t) != nil {
		l.hangUp()
	}
}

// hangUp closes the connection without TLS's goodbye, which could wait for a peer that does not read. An error means it is closed already.
func (l *Link) hangUp() { _ = l.conn.NetConn().Close() }

// run serves an attached link until it has ended.
func (l *Link) run(ctx context.Context) {
	stop := context.AfterFunc(ctx, func() { l.end(CloseStopping, context.Cause(ctx)) })
	defer stop()
	var both sync.WaitGroup
	both.Go(l.write)
	both.Go(l.pulse)
	l.read()
	both.Wait()
	l.hangUp()
}

// write sends what is queued, and at the end the reason.
func (l *Link) write() {
	var buf []byte
	for {
		select {
		case <-l.out.ready:
		case <-l.ctx.Done():
			l.roster.detach(l) // gone for everybody at once, even if the other side is slow to hang up
			l.farewell()
			return
		}
		for buf = l.out.take(buf); len(buf) > 0 && l.ctx.Err() == nil; buf = l.out.take(buf) {
			l.allowWrite()
			if _, err := l.conn.Write(buf); err != nil {
				l.end(CloseNone, err)
			}
		}
	}
}

func (l *Link) allowWrite() {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.ended == nil && l.conn.SetWriteDeadline(time.Now().Add(writeLimit)) != nil {
		l.hangUp()
	}
}

// farewell tells why and ends our direction; the reader then waits for the other side to hang up, because closing with unread bytes would
// reset the connection and could take the reason with it.
func (l *Link) farewell() {
	l.mu.Lock()
	e := l.ended
	l.mu.Unlock()
	if e.say == CloseNone || sayClose(l.conn, e.say) != nil {
		l.hangUp()
	}
}

// sayClose writes a close frame and ends our direction of the connection.
func sayClose(conn *tls.Conn, reason CloseReason) error {
	body, err := wire.Marshal(closeBody{Reason: reason})
	if err != nil {
		return err
	}
	frame, err := wire.Append(nil, wire.KindClose, body)
	if err != nil {
		return err
	}
	if _, err := conn.Write(frame); err != nil {
		return err
	}
	return conn.CloseWrite()
}

// read takes frames until the connection ends; after the link's end it only waits for that.
func (l *Link) read() {
	guard := newBucket(ownBurst, ownRate)
	for _, f := range l.early {
		l.take(f, &guard)
	}
	l.early = nil
	for {
		f, err := l.in.Read()
		if err != nil {
			l.end(blame(err), err)
			return
		}
		l.take(f, &guard)
	}
}

// take hands a frame to its owner.
func (l *Link) take(f wire.Frame, guard *bucket) {
	if l.ctx.Err() != nil {
		return
	}
	l.heard.Store(int64(time.Since(l.born)))
	l.silent.Store(0)
	if o := l.roster.kinds[f.Kind]; o != nil {
		l.lanes[o.index].frame(l, f.Kind, append([]byte(nil), f.Body...))
		return
	}
	if err := l.takeOwn(f, guard); err != nil {
		l.end(CloseBreach, err)
	}
}

// blame tells a peer that broke the rules from a connection that broke.
func blame(err error) CloseReason {
	if errors.Is(err, wire.ErrTooLong) || errors.Is(err, wire.ErrTooShort) {
		return CloseBreach
	}
	return CloseNone
}

// Frames of the link itself beyond this pace are a breach.
const (
	ownBurst = 300
	ownRate  = 30
)

// takeOwn handles the link's own frames; an error is a breach of the protocol.
func (l *Link) takeOwn(f wire.Frame, guard *bucket) error {
	if f.Kind >= wire.KindForward {
		l.skipped.Add(1)
		return nil
	}
	if !guard.take(time.Now()) {
		return fmt.Errorf("more than %d frames of the link itself a second", ownRate)
	}
	switch f.Kind {
	case wire.KindHello:
		return errors.New("hello twice")
	case wire.KindPing:
		return l.takePing(f.Body)
	case wire.KindPong:
		return l.takePong(f.Body)
	case wire.KindProfile:
		return l.roster.takeProfile(l, f.Body)
	case wire.KindGossip:
		return l.roster.takeGossip(l, f.Body)
	case wire.KindBulkPlease:
		return l.takeBulkPlease(f.Body)
	case wire.KindListsPlease:
		return l.takeListsPlease(f.Body, l.sayListed)
	case wire.KindLists:
		return l.takeLists(f.Body)
	case wire.KindClose:
		return l.takeClose(f.Body)
	}
	l.skipped.Add(1)
	return nil
}

func (l *Link) takeClose(body []byte) error {
	var b closeBody
	if err := wire.Unmarshal(body, &b); err != nil {
		return fmt.Errorf("decode close: %w", err)
	}
	said := b.Reason
	if said == CloseNone {
		said = CloseBreach
	}
	if said == CloseCopied {
		l.roster.copied()
	}
	l.endAs(&ending{said: said, err: errors.New(said.String())})
	return nil
}
