package discovery

import (
	"net"
	"net/netip"
	"slices"

	"github.com/grandcat/zeroconf"
)

// Sources of a sighting.
const (
	SourceMDNS = "mdns" // heard on the local network
)

const (
	addressLimit  = 8    // addresses of one sighting
	lookedAtLimit = 64   // addresses looked at for them
	lowestPort    = 1024 // below are other people's services, which nobody shall make us dial
)

// Sighting says that somebody who announced themselves as Label may be reached at Addresses. It is a hint to dial, never proof of who is
// there.
//
// One by multicast has a label in the form of ours and one to eight addresses, each plausible for a colleague on the network where it was
// heard: private, or inside that network's own range; never loopback, multicast, link-local IPv6 (it names no interface) or our own
// address and port; and no port below 1024. So a hostile announcement cannot make an office dial somebody on the Internet. Of other
// sources, Label may be empty.
type Sighting struct {
	Label     string
	Addresses []netip.AddrPort
	Source    string
}

// admit turns an announcement heard on an interface into a sighting; ok is false if nothing plausible is left of it. ourPort with an
// address of the interface is ourselves.
func admit(e *zeroconf.ServiceEntry, on Interface, ourPort int) (s Sighting, ok bool) {
	if !validLabel(e.Instance) || e.Port < lowestPort || e.Port > 65535 {
		return Sighting{}, false
	}
	s = Sighting{Label: e.Instance, Source: SourceMDNS}
	for _, ip := range firstOf(e.AddrIPv4, e.AddrIPv6) {
		a, valid := netip.AddrFromSlice(ip)
		if a = a.Unmap(); !valid || !plausible(a, on) || (e.Port == ourPort && on.has(a)) {
			continue
		}
		address := netip.AddrPortFrom(a, uint16(e.Port))
		if !slices.Contains(s.Addresses, address) && len(s.Addresses) < addressLimit {
			s.Addresses = append(s.Addresses, address)
		}
	}
	return s, len(s.Addresses) > 0
}

func firstOf(v4, v6 []net.IP) []net.IP {
	v4, v6 = v4[:min(len(v4), lookedAtLimit)], v6[:min(len(v6), lookedAtLimit)]
	return append(slices.Clip(v4), v6...)
}

// plausible reports whether a colleague heard on the interface may have this address.
func plausible(a netip.Addr, on Interface) bool {
	switch {
	case a.IsUnspecified(), a.IsLoopback(), a.IsMulticast(), a.Zone() != "":
		return false
	case a.Is4() && a.IsLinkLocalUnicast():
		return true
	case !a.IsGlobalUnicast():
		return false
	}
	return a.IsPrivate() || on.contains(a)
}
