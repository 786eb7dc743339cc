package lantest

import (
	"context"
	"fmt"
	"net"
	"net/netip"
	"slices"
	"strconv"
	"strings"
	"syscall"
	"time"
)

// resolveTime is how long a dial to an address that nobody has takes to be told so.
const resolveTime = 3 * time.Second

// Host is one machine of a LAN. Its methods Listen and Dial make it a network for package peer.
type Host struct {
	lan  *LAN
	name string

	// guarded by lan.mu
	addresses    []netip.Addr
	listeners    map[uint16]*listener
	conns        map[*conn]struct{}
	nextPort     uint16
	down, frozen bool
}

// Name returns the name given to LAN.Host. Dial takes it in place of an address.
func (h *Host) Name() string { return h.name }

// Addresses returns the host's addresses at the moment.
func (h *Host) Addresses() []netip.Addr {
	h.lan.mu.Lock()
	defer h.lan.mu.Unlock()
	return slices.Clone(h.addresses)
}

// Down ends the host as a power cut does, except that others learn it: its listeners close, its connections are reset on both sides,
// what had not arrived yet is lost. Nobody can dial it, or be dialled by it, before Up.
func (h *Host) Down() {
	h.lan.mu.Lock()
	defer h.lan.mu.Unlock()
	for _, ln := range h.listeners {
		ln.closeLocked()
	}
	for c := range h.conns {
		c.dropLocked(syscall.ECONNRESET)
	}
	h.down = true
	h.lan.wakeAllLocked()
}

// Up lets a host that was down be used again; it must listen anew.
func (h *Host) Up() { h.change(func() { h.down = false }) }

// Freeze stops every byte from and to the host, until Thaw. Dials to it still succeed.
func (h *Host) Freeze() { h.change(func() { h.frozen = true }) }

// Thaw undoes Freeze.
func (h *Host) Thaw() { h.change(func() { h.frozen = false }) }

// Move gives the host other addresses in place of its present ones, as DHCP does. Connections of the old addresses fall silent; listeners
// are reached at the new ones.
func (h *Host) Move(addresses ...string) {
	h.lan.mu.Lock()
	defer h.lan.mu.Unlock()
	h.addresses = nil
	h.addresses = h.lan.freshAddressesLocked(addresses)
	h.lan.wakeAllLocked()
}

func (h *Host) change(f func()) {
	h.lan.mu.Lock()
	defer h.lan.mu.Unlock()
	f()
	h.lan.wakeAllLocked()
}

func (h *Host) hasLocked(a netip.Addr) bool {
	return a.IsLoopback() || slices.Contains(h.addresses, a)
}

// Listen accepts connections on a TCP address such as ":26426" or "10.0.0.1:0"; port 0 chooses a free one. It listens until closed or
// until the host goes down, whatever becomes of ctx, as net.ListenConfig does.
func (h *Host) Listen(ctx context.Context, address string) (net.Listener, error) {
	ln, err := h.listen(ctx, address)
	if err != nil {
		return nil, &net.OpError{Op: "listen", Net: "tcp", Err: err}
	}
	return ln, nil
}

func (h *Host) listen(ctx context.Context, address string) (*listener, error) {
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	where, port, err := splitAddress(address)
	if err != nil {
		return nil, err
	}
	h.lan.mu.Lock()
	defer h.lan.mu.Unlock()
	own, err := h.resolveLocked(where)
	switch {
	case err != nil:
		return nil, err
	case h.down:
		return nil, syscall.ENETDOWN
	case !own.IsUnspecified() && !h.hasLocked(own):
		return nil, syscall.EADDRNOTAVAIL
	case port == 0:
		port = h.freePortLocked()
	case h.listeners[port] != nil:
		return nil, syscall.EADDRINUSE
	}
	ln := &listener{host: h, address: netip.AddrPortFrom(own, port)}
	h.listeners[port] = ln
	h.lan.changed.fireLocked()
	return ln, nil
}

// Dial connects to a TCP address: one of a host, a host's name, or loopback. Nobody there answers "connection refused" at once, an
// address that nobody has "no route to host" after three seconds; on a cut path the dial waits until it is mended or ctx ends.
func (h *Host) Dial(ctx context.Context, address string) (net.Conn, error) {
	c, err := h.dial(ctx, address)
	if err != nil {
		return nil, &net.OpError{Op: "dial", Net: "tcp", Err: err}
	}
	return c, nil
}

func (h *Host) dial(ctx context.Context, address string) (*conn, error) {
	where, port, err := splitAddress(address)
	if err != nil {
		return nil, err
	}
	h.lan.mu.Lock()
	defer h.lan.mu.Unlock()
	remote, err := h.resolveLocked(where)
	if err != nil {
		return nil, err
	}
	d := dialling{host: h, remote: netip.AddrPortFrom(remote, port), giveUp: time.Now().Add(resolveTime)}
	for {
		if err := ctx.Err(); err != nil {
			return nil, err
		}
		c, next, err := d.tryLocked(time.Now())
		if c != nil || err != nil {
			return c, err
		}
		h.lan.waitLocked(&h.lan.changed, ctx.Done(), next)
	}
}

// dialling is a dial that is not answered yet.
type dialling struct {
	host    *Host
	remote  netip.AddrPort
	giveUp  time.Time // when an address that nobody has is unreachable
	arrival time.Time // when the handshake has gone there and back; zero until it is under way
}

// tryLocked returns a connection, an error, or neither: then it is worth trying again at the time returned (if any) or after a change.
func (d *dialling) tryLocked(now time.Time) (*conn, time.Time, error) {
	h := d.host
	if h.down {
		return nil, time.Time{}, syscall.ENETUNREACH
	}
	target := h.targetLocked(d.remote.Addr())
	switch {
	case target == nil && now.Before(d.giveUp):
		return nil, d.giveUp, nil
	case target == nil:
		return nil, time.Time{}, syscall.EHOSTUNREACH
	case !h.handshakesLocked(target):
		return nil, time.Time{}, nil
	case d.arrival.IsZero():
		d.arrival = now.Add(h.lan.delayLocked(way{h, target}) + h.lan.delayLocked(way{target, h}))
	}
	if now.Before(d.arrival) {
		return nil, d.arrival, nil
	}
	ln := target.listeners[d.remote.Port()]
	switch {
	case ln == nil || !ln.accepts(d.remote.Addr()):
		return nil, time.Time{}, syscall.ECONNREFUSED
	case len(ln.backlog) >= backlogLimit:
		return nil, time.Time{}, nil
	}
	return h.connectLocked(target, ln, d.remote), time.Time{}, nil
}

func (h *Host) connectLocked(target *Host, ln *listener, remote netip.AddrPort) *conn {
	own := remote.Addr()
	if !own.IsLoopback() {
		own = h.addressTowardsLocked(remote.Addr())
	}
	near, far := h.lan.connectLocked(h, target, netip.AddrPortFrom(own, h.freePortLocked()), remote)
	ln.backlog = append(ln.backlog, far)
	ln.arrived.fireLocked()
	return near
}

// handshakesLocked reports whether a connection comes about now. A frozen host's kernel answers; a frozen host dials nobody.
func (h *Host) handshakesLocked(target *Host) bool {
	if h.frozen {
		return false
	}
	there, back := h.lan.paths[way{h, target}], h.lan.paths[way{target, h}]
	return (there == nil || !there.cut) && (back == nil || !back.cut)
}

func (h *Host) targetLocked(a netip.Addr) *Host {
	if a.IsLoopback() || h.hasLocked(a) {
		return h
	}
	return h.lan.hostAtLocked(a)
}

// addressTowardsLocked picks the own address of the other's family.
func (h *Host) addressTowardsLocked(a netip.Addr) netip.Addr {
	for _, own := range h.addresses {
		if own.Is4() == a.Is4() {
			return own
		}
	}
	return h.addresses[0]
}

func (h *Host) freePortLocked() uint16 {
	for {
		if h.nextPort++; h.nextPort < 32768 {
			h.nextPort = 32768
		}
		if h.listeners[h.nextPort] == nil {
			return h.nextPort
		}
	}
}

// resolveLocked turns the host part of an address into an IP address; "" is the unspecified one.
func (h *Host) resolveLocked(text string) (netip.Addr, error) {
	switch {
	case text == "":
		return netip.IPv6Unspecified(), nil
	case strings.EqualFold(text, "localhost"):
		return netip.AddrFrom4([4]byte{127, 0, 0, 1}), nil
	}
	if a, err := netip.ParseAddr(text); err == nil {
		return a.Unmap(), nil
	}
	for _, other := range h.lan.hosts {
		if strings.EqualFold(other.name, text) {
			return other.addresses[0], nil
		}
	}
	return netip.Addr{}, &net.DNSError{Err: "no such host", Name: text, IsNotFound: true}
}

func splitAddress(address string) (host string, port uint16, err error) {
	host, text, err := net.SplitHostPort(address)
	if err != nil {
		return "", 0, err
	}
	n, err := strconv.ParseUint(text, 10, 16)
	if err != nil {
		return "", 0, fmt.Errorf("port of address %q: %w", address, err)
	}
	return host, uint16(n), nil
}
