package doctor

import (
	"context"
	"crypto/tls"
	"fmt"
	"net"
	"slices"
	"strconv"
	"time"

	"lanyard/discovery"
)

// Interface is a network interface, loopback left out.
type Interface struct {
	Name      string
	Up        bool
	Running   bool // something is at the other end: a cable, a Wi-Fi that was joined
	Multicast bool
	Tunnel    bool // leads to one other machine: a VPN, mostly
	IPv4      bool // has an IPv4 address, which multicast here needs
	IPv6      bool
}

// used returns those that lead to colleagues, as discovery sees it.
func used(all []Interface) (names []string) {
	var there []Interface
	var candidates []discovery.Candidate
	for _, i := range all {
		if i.Multicast && !i.Tunnel {
			there = append(there, i)
			candidates = append(candidates, discovery.Candidate{Name: i.Name, Connected: i.Up && i.Running, Fit: i.usable()})
		}
	}
	for _, place := range discovery.Chosen(candidates) {
		names = append(names, there[place].Name)
	}
	return names
}

// own returns the interfaces that the computer has of its own, all if there is none.
func own(all []Interface) []Interface {
	own := slices.DeleteFunc(slices.Clone(all), func(i Interface) bool { return discovery.Virtual(i.Name) && !i.Tunnel })
	if len(own) == 0 {
		return all
	}
	return own
}

func interfaces() ([]Interface, error) {
	all, err := net.Interfaces()
	if err != nil {
		return nil, fmt.Errorf("list network interfaces: %w", err)
	}
	var found []Interface
	for _, ifi := range all {
		if ifi.Flags&net.FlagLoopback != 0 {
			continue
		}
		i := Interface{
			Name: ifi.Name, Up: ifi.Flags&net.FlagUp != 0, Running: ifi.Flags&net.FlagRunning != 0, Multicast: ifi.Flags&net.FlagMulticast != 0, Tunnel: ifi.Flags&net.FlagPointToPoint != 0,
		}
		addresses, err := ifi.Addrs()
		if err != nil {
			continue // it vanished between two calls
		}
		for _, a := range addresses {
			if n, ok := a.(*net.IPNet); ok {
				four := n.IP.To4() != nil
				i.IPv4, i.IPv6 = i.IPv4 || four, i.IPv6 || !four
			}
		}
		found = append(found, i)
	}
	return found, nil
}

func (i Interface) usable() bool { return i.Up && i.Running && i.Multicast && !i.Tunnel && i.IPv4 }

// shareMDNS tries what discovery does: to use UDP port 5353 beside others.
func shareMDNS() error {
	c, err := net.ListenUDP("udp4", &net.UDPAddr{IP: net.IPv4(224, 0, 0, 0), Port: 5353}) // a group's address lets the port be shared
	if err != nil {
		return err
	}
	return c.Close()
}

// PortUse says who has a TCP port.
type PortUse int

const (
	PortUnknown PortUse = iota // not looked at: the agent has it
	PortFree
	PortLanyard // another agent, such as another user's
	PortOther   // another program, or the system refuses it
)

// probeTime bounds how long a stranger on the port may take to say who they are.
const probeTime = 3 * time.Second

// useOf tries to listen on the port and, where that fails, asks who is there: a Lanyard agent speaks TLS and knows the link's protocol.
func useOf(ctx context.Context, port int) PortUse {
	address := ":" + strconv.Itoa(port)
	if l, err := new(net.ListenConfig).Listen(ctx, "tcp", address); err == nil {
		if l.Close() == nil {
			return PortFree
		}
		return PortUnknown
	}
	const protocol = "lanyard-link/1"
	ctx, cancel := context.WithTimeout(ctx, probeTime)
	defer cancel()
	d := tls.Dialer{Config: &tls.Config{
		InsecureSkipVerify: true, // nothing is sent: the question is only which protocol is spoken
		MinVersion:         tls.VersionTLS13,
		NextProtos:         []string{protocol},
	}}
	c, err := d.DialContext(ctx, "tcp", "localhost"+address)
	if err != nil {
		return PortOther
	}
	defer c.Close()
	if t, ok := c.(*tls.Conn); ok && t.ConnectionState().NegotiatedProtocol == protocol {
		return PortLanyard
	}
	return PortOther
}
