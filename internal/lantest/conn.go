package lantest

import (
	"net"
	"net/netip"
	"syscall"
	"time"
)

// conn is one end of a connection. The LAN's lock guards what is not an address.
type conn struct {
	lan           *LAN
	in, out       *stream
	local, remote netip.AddrPort
	closed        error // what reads and writes return after the end of this end
	readBy        time.Time
	writeBy       time.Time
	other         *conn
}

// connectLocked makes both ends of a connection.
func (l *LAN) connectLocked(from, to *Host, local, remote netip.AddrPort) (near, far *conn) {
	out := &stream{route: route{l, way{from, to}, local.Addr(), remote.Addr()}}
	in := &stream{route: route{l, way{to, from}, remote.Addr(), local.Addr()}}
	near = &conn{lan: l, in: in, out: out, local: local, remote: remote}
	far = &conn{lan: l, in: out, out: in, local: remote, remote: local, other: near}
	near.other = far
	for _, end := range []*conn{near, far} {
		l.streams[end.out] = struct{}{}
		end.host().conns[end] = struct{}{}
	}
	return near, far
}

func (c *conn) host() *Host { return c.out.way.from }

func (c *conn) Read(p []byte) (int, error) {
	c.lan.mu.Lock()
	defer c.lan.mu.Unlock()
	for {
		now := time.Now()
		if c.closed != nil {
			return 0, c.fail("read", c.closed)
		}
		if err := expired(c.readBy, now); err != nil {
			return 0, c.fail("read", err)
		}
		n, done, next, err := c.in.readLocked(p, now)
		if done {
			if err == syscall.ECONNRESET {
				c.dropLocked(err)
				err = c.fail("read", err)
			}
			return n, err
		}
		c.lan.waitLocked(&c.in.moved, nil, next, c.readBy)
	}
}

func (c *conn) Write(p []byte) (int, error) {
	c.lan.mu.Lock()
	defer c.lan.mu.Unlock()
	for written := 0; ; {
		now := time.Now()
		if c.closed != nil {
			return written, c.fail("write", c.closed)
		}
		if err := expired(c.writeBy, now); err != nil {
			return written, c.fail("write", err)
		}
		n, err := c.out.writeLocked(p[written:], now)
		if err != nil {
			return written, c.fail("write", err)
		}
		if c.out.end == reset {
			c.dropLocked(syscall.ECONNRESET)
		}
		if written += n; written == len(p) {
			return written, nil
		}
		if n == 0 {
			c.lan.waitLocked(&c.out.moved, nil, c.writeBy)
		}
	}
}

// Close ends the connection as TCP does: what was written still arrives, then the other side reads EOF; what it sends is refused.
func (c *conn) Close() error {
	c.lan.mu.Lock()
	defer c.lan.mu.Unlock()
	if c.closed != nil {
		return c.fail("close", c.closed)
	}
	if c.out.end == open {
		c.out.end = finished
	}
	c.leaveLocked(net.ErrClosed)
	return nil
}

// CloseWrite ends our direction only.
func (c *conn) CloseWrite() error {
	c.lan.mu.Lock()
	defer c.lan.mu.Unlock()
	if c.closed != nil {
		return c.fail("close", c.closed)
	}
	if c.out.end == open {
		c.out.end = finished
	}
	c.out.wakeLocked()
	return nil
}

// dropLocked ends this end by a reset in both directions.
func (c *conn) dropLocked(err error) {
	if c.out.end != reset {
		c.out.resetLocked()
	}
	c.leaveLocked(err)
}

func (c *conn) leaveLocked(err error) {
	if c.closed != nil {
		return
	}
	c.closed = err
	c.in.deaf = true
	delete(c.host().conns, c)
	if c.other.closed != nil {
		delete(c.lan.streams, c.in)
		delete(c.lan.streams, c.out)
	}
	c.in.wakeLocked()
	c.out.wakeLocked()
}

func (c *conn) fail(op string, err error) error {
	return &net.OpError{Op: op, Net: "tcp", Source: c.LocalAddr(), Addr: c.RemoteAddr(), Err: err}
}

func (c *conn) LocalAddr() net.Addr  { return net.TCPAddrFromAddrPort(c.local) }
func (c *conn) RemoteAddr() net.Addr { return net.TCPAddrFromAddrPort(c.remote) }

func (c *conn) SetDeadline(t time.Time) error {
	return c.setDeadlines(func() { c.readBy, c.writeBy = t, t })
}

func (c *conn) SetReadDeadline(t time.Time) error {
	return c.setDeadlines(func() { c.readBy = t })
}

func (c *conn) SetWriteDeadline(t time.Time) error {
	return c.setDeadlines(func() { c.writeBy = t })
}

func (c *conn) setDeadlines(set func()) error {
	c.lan.mu.Lock()
	defer c.lan.mu.Unlock()
	if c.closed != nil {
		return c.fail("set", c.closed)
	}
	set()
	c.in.wakeLocked()
	c.out.wakeLocked()
	return nil
}
