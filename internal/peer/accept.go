package peer

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"net"
	"net/netip"
	"sync"
	"time"

	"lanyard/internal/identity"
	"lanyard/internal/name"
)

// Pauses before listening or accepting is tried again.
const (
	acceptPause = 200 * time.Millisecond
	listenPause = 5 * time.Second
)

// listen accepts connections until ctx ends. A listener that dies is replaced.
func (r *Roster) listen(ctx context.Context) {
	for ctx.Err() == nil {
		ln := r.openPort(ctx)
		if ln == nil {
			r.open()
			pause(ctx, listenPause)
			continue
		}
		r.setPort(ln)
		r.open()
		stop := context.AfterFunc(ctx, func() { r.hush(ln) })
		r.accept(ctx, ln)
		stop()
		r.hush(ln)
		if ctx.Err() == nil {
			r.tell(func(p *profile) { p.Port = 0 })
		}
	}
}

// openPort listens on the port wanted, else on any; nil when neither is possible, which is told.
func (r *Roster) openPort(ctx context.Context) net.Listener {
	wanted := r.config.Port
	ln, err := r.config.Network.Listen(ctx, fmt.Sprintf(":%d", wanted))
	if err == nil {
		r.relieved(ProblemPortTaken)
		r.relieved(ProblemNoListening)
		return ln
	}
	if wanted != 0 && ctx.Err() == nil {
		why := err
		if ln, err = r.config.Network.Listen(ctx, ":0"); err == nil {
			r.relieved(ProblemNoListening)
			r.trouble(portTaken(wanted, addressOf(ln.Addr()).Port(), why))
			return ln
		}
	}
	if ctx.Err() == nil {
		r.trouble(Problem{
			ID:       ProblemNoListening,
			Sentence: fmt.Sprintf("Colleagues cannot reach this computer, because no port could be opened (%v).", err),
			Remedy:   "Lanyard tries again every few seconds and reaches out by itself meanwhile; look whether a security program forbids it to listen.",
		})
		r.config.Log.Warn("listen for links", "err", err)
	}
	return nil
}

func portTaken(wanted int, got uint16, why error) Problem {
	return Problem{
		ID:       ProblemPortTaken,
		Sentence: fmt.Sprintf("Port %d is in use by another program, so Lanyard listens on port %d (%v).", wanted, got, why),
		Remedy:   fmt.Sprintf("Nothing needs to be done where no firewall stands between colleagues; else close the other program, or start Lanyard with --port and allow that port (TCP %d now).", got),
	}
}

func (r *Roster) setPort(ln net.Listener) {
	port := addressOf(ln.Addr()).Port()
	r.tell(func(p *profile) { p.Port = port })
	r.news.peers(r.self)
}

// hush closes a listener; an error means that it is closed already.
func (r *Roster) hush(ln net.Listener) { _ = ln.Close() }

func (r *Roster) accept(ctx context.Context, ln net.Listener) {
	for {
		c, err := ln.Accept()
		switch {
		case err == nil:
			r.admitKnock(ctx, c)
		case ctx.Err() != nil:
			return
		case isTemporary(err):
			r.config.Log.Warn("accept a link", "err", err)
			pause(ctx, acceptPause)
		default:
			r.config.Log.Warn("listener ended", "err", err)
			return
		}
	}
}

// isTemporary tells a shortage (of file descriptors, say) from a listener that is gone.
func isTemporary(err error) bool { return !errors.Is(err, net.ErrClosed) }

func (r *Roster) admitKnock(ctx context.Context, c net.Conn) {
	from := addressOf(c.RemoteAddr()).Addr()
	if !r.doors.enter(from) {
		r.drop(c)
		return
	}
	leave := sync.OnceFunc(func() { r.doors.leave(from) })
	r.tasks.Go(func() {
		defer leave()
		r.answer(ctx, c, from, leave)
	})
}

// drop closes a connection that came to nothing; there is nobody who could use an error.
func (r *Roster) drop(c net.Conn) { _ = c.Close() }

// answer serves an incoming connection for its whole life. leave is called once it is a handshake no longer.
func (r *Roster) answer(ctx context.Context, raw net.Conn, from netip.Addr, leave func()) {
	counted := meter(raw)
	conn := tls.Server(counted, r.config.Identity.ServerTLS(identity.LinkProtocol, identity.BulkProtocol))
	s, err := r.shake(ctx, conn, false)
	if err != nil {
		r.drop(raw)
		r.config.Log.Debug("handshake with somebody who knocked", "from", from, "err", name.Quote(err.Error()))
		return
	}
	if s.alpn == identity.BulkProtocol {
		s.trust = func() { counted.trusted.Store(true) }
		r.answerBulk(ctx, s, leave)
		return
	}
	l, err := r.greet(ctx, s)
	if err != nil {
		r.drop(raw)
		r.config.Log.Debug("greet somebody who knocked", "from", from, "err", name.Quote(err.Error()))
		return
	}
	counted.trusted.Store(true)
	leave()
	if err := r.attach(ctx, l); err != nil {
		r.config.Log.Info("link refused", "peer", l.peer.Short(), "err", err)
		return
	}
	r.serve(ctx, l)
}

// pause waits, or returns early when ctx ends.
func pause(ctx context.Context, d time.Duration) {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-timer.C:
	case <-ctx.Done():
	}
}
