package peer

import (
	"context"
	"net"
	"net/netip"
)

// Network is where links come from: TCP, or a LAN in memory for tests.
type Network interface {
	// Listen accepts connections on an address such as ":26426", of both IP versions; port 0 chooses a free one.
	Listen(ctx context.Context, address string) (net.Listener, error)
	// Dial connects to HOST:PORT; HOST may be a name.
	Dial(ctx context.Context, address string) (net.Conn, error)
}

// subnetted is a Network that knows its own subnets; addresses in them are tried first.
type subnetted interface{ Subnets() []netip.Prefix }

// tcp is the real network.
type tcp struct{}

func (tcp) Listen(ctx context.Context, address string) (net.Listener, error) {
	quiet := net.ListenConfig{KeepAlive: -1}
	return quiet.Listen(ctx, "tcp", address)
}

// Dial leaves the system's keep-alive off: links have pings of their own, which cost less and say more.
func (tcp) Dial(ctx context.Context, address string) (net.Conn, error) {
	quiet := net.Dialer{KeepAlive: -1}
	return quiet.DialContext(ctx, "tcp", address)
}

// Subnets returns what the interfaces of this machine are in; without an answer no address is preferred.
func (tcp) Subnets() []netip.Prefix {
	addresses, err := net.InterfaceAddrs()
	if err != nil {
		return nil
	}
	var subnets []netip.Prefix
	for _, a := range addresses {
		if p, err := netip.ParsePrefix(a.String()); err == nil && !p.Addr().IsLoopback() {
			subnets = append(subnets, p.Masked())
		}
	}
	return subnets
}

func (r *Roster) subnets() []netip.Prefix {
	if n, ok := r.config.Network.(subnetted); ok {
		return n.Subnets()
	}
	return nil
}
