package peer

import (
	"encoding/binary"
	"errors"
	"net"
	"net/netip"
	"slices"
)

// maxAddresses is how many addresses are kept and told per machine.
const maxAddresses = 8

// errNoAddress says that bytes are no address that could be dialled.
var errNoAddress = errors.New("not an address of 6 or 18 bytes with a port")

// packAddress is the wire form: 4 or 16 bytes and the port. Zones mean nothing elsewhere and are not told.
func packAddress(a netip.AddrPort) []byte {
	return binary.BigEndian.AppendUint16(a.Addr().Unmap().WithZone("").AsSlice(), a.Port())
}

func unpackAddress(b []byte) (netip.AddrPort, error) {
	if len(b) != 6 && len(b) != 18 {
		return netip.AddrPort{}, errNoAddress
	}
	ip, ok := netip.AddrFromSlice(b[:len(b)-2])
	port := binary.BigEndian.Uint16(b[len(b)-2:])
	if !ok || port == 0 {
		return netip.AddrPort{}, errNoAddress
	}
	return netip.AddrPortFrom(ip.Unmap(), port), nil
}

// dialable tells whether an address may be one of a single machine near us.
func dialable(a netip.AddrPort) bool {
	ip := a.Addr()
	switch {
	case !a.IsValid() || a.Port() == 0 || ip.IsUnspecified() || ip.IsMulticast():
		return false
	case ip.Is6() && ip.IsLinkLocalUnicast() && ip.Zone() == "":
		return false
	case ip == netip.AddrFrom4([4]byte{255, 255, 255, 255}):
		return false
	}
	return true
}

// tellable tells whether an address may be passed on or taken from a third peer. A peer must not make us knock at machines outside the
// office, so it is private, or in a subnet of ours; loopback counts only between agents on one machine.
func tellable(a netip.AddrPort, subnets []netip.Prefix, overLoopback bool) bool {
	ip := a.Addr().Unmap()
	switch {
	case !dialable(a) || ip.IsLinkLocalUnicast() && ip.Is6():
		return false
	case ip.IsLoopback():
		return overLoopback
	case ip.IsPrivate() || ip.IsLinkLocalUnicast():
		return true
	}
	return inSubnets(ip, subnets)
}

func inSubnets(ip netip.Addr, subnets []netip.Prefix) bool {
	return slices.ContainsFunc(subnets, func(p netip.Prefix) bool { return p.Contains(ip) })
}

// orderAddresses returns the addresses in the order in which to try them: same subnet as one of ours, loopback, other private IPv4, other
// IPv4, unique local and then global IPv6; within a group as they came. What cannot be dialled and what comes twice is left out.
func orderAddresses(addresses []netip.AddrPort, subnets []netip.Prefix) []netip.AddrPort {
	rank := func(a netip.AddrPort) int {
		ip := a.Addr()
		switch {
		case inSubnets(ip, subnets):
			return 0
		case ip.IsLoopback():
			return 1
		case ip.Is4() && ip.IsPrivate():
			return 2
		case ip.Is4():
			return 3
		case ip.IsPrivate():
			return 4
		}
		return 5
	}
	var ordered []netip.AddrPort
	for _, a := range addresses {
		a = netip.AddrPortFrom(a.Addr().Unmap(), a.Port())
		if dialable(a) && !slices.Contains(ordered, a) {
			ordered = append(ordered, a)
		}
	}
	slices.SortStableFunc(ordered, func(a, b netip.AddrPort) int { return rank(a) - rank(b) })
	return ordered
}

// remember puts the newest address first and keeps at most maxAddresses.
func remember(addresses []netip.AddrPort, newest netip.AddrPort) []netip.AddrPort {
	newest = netip.AddrPortFrom(newest.Addr().Unmap(), newest.Port())
	if !dialable(newest) {
		return addresses
	}
	kept := []netip.AddrPort{newest}
	for _, a := range addresses {
		if a != newest && len(kept) < maxAddresses {
			kept = append(kept, a)
		}
	}
	return kept
}

// addressOf reads the address of one end of a connection; it is invalid when the connection has no IP address.
func addressOf(a net.Addr) netip.AddrPort {
	if t, ok := a.(interface{ AddrPort() netip.AddrPort }); ok {
		p := t.AddrPort()
		return netip.AddrPortFrom(p.Addr().Unmap(), p.Port())
	}
	p, err := netip.ParseAddrPort(a.String())
	if err != nil {
		return netip.AddrPort{}
	}
	return netip.AddrPortFrom(p.Addr().Unmap(), p.Port())
}
