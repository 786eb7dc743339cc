package lantest

import (
	"net"
	"net/netip"
	"syscall"
)

// backlogLimit is how many connections wait to be accepted before further dials wait too.
const backlogLimit = 128

// listener is a listening port of a host. The LAN's lock guards it.
type listener struct {
	host    *Host
	address netip.AddrPort
	backlog []*conn
	closed  bool
	arrived signal
}

func (ln *listener) accepts(a netip.Addr) bool {
	return ln.address.Addr().IsUnspecified() || ln.address.Addr() == a
}

func (ln *listener) Accept() (net.Conn, error) {
	l := ln.host.lan
	l.mu.Lock()
	defer l.mu.Unlock()
	for {
		switch {
		case ln.closed:
			return nil, ln.fail("accept", net.ErrClosed)
		case len(ln.backlog) > 0 && !ln.host.frozen:
			c := ln.backlog[0]
			ln.backlog = ln.backlog[1:]
			l.changed.fireLocked()
			return c, nil
		}
		l.waitLocked(&ln.arrived, nil)
	}
}

// Close stops listening; connections that nobody accepted are reset.
func (ln *listener) Close() error {
	ln.host.lan.mu.Lock()
	defer ln.host.lan.mu.Unlock()
	if ln.closed {
		return ln.fail("close", net.ErrClosed)
	}
	ln.closeLocked()
	return nil
}

func (ln *listener) closeLocked() {
	ln.closed = true
	delete(ln.host.listeners, ln.address.Port())
	for _, c := range ln.backlog {
		c.dropLocked(syscall.ECONNRESET)
	}
	ln.backlog = nil
	ln.arrived.fireLocked()
	ln.host.lan.changed.fireLocked()
}

func (ln *listener) Addr() net.Addr { return net.TCPAddrFromAddrPort(ln.address) }

func (ln *listener) fail(op string, err error) error {
	return &net.OpError{Op: op, Net: "tcp", Source: ln.Addr(), Err: err}
}
