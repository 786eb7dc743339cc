package discovery

import (
	"fmt"
	"net"
	"net/netip"
	"slices"
)

// Interface is one network interface to announce and listen on.
//
// Fit is one that is up and connected (has a carrier), does multicast, is no loopback and no tunnel, and has an IPv4 address. Which of those are used, Chosen tells.
type Interface struct {
	Index     int
	Name      string
	Addresses []netip.Prefix // our addresses there, each with its network's length, IPv4 first
}

const announcedLimit = 4 // addresses of one interface that are announced

// usable returns this machine's interfaces that are used.
func usable() ([]Interface, error) {
	all, err := net.Interfaces()
	if err != nil {
		return nil, fmt.Errorf("list network interfaces: %w", err)
	}
	var there []Interface
	var candidates []Candidate
	for _, ifi := range all {
		addresses, err := ifi.Addrs()
		if err != nil || !leads(ifi) {
			continue // err: it vanished since, or will be back at the next look
		}
		i, fit := fitInterface(ifi, addresses)
		there, candidates = append(there, i), append(candidates, Candidate{Name: ifi.Name, Connected: ifi.Flags&connected == connected, Fit: fit})
	}
	var used []Interface
	for _, place := range Chosen(candidates) {
		used = append(used, there[place])
	}
	return used, nil
}

// connected are the flags of an interface that is up and has something at the other end.
const connected = net.FlagUp | net.FlagRunning

// leads reports whether an interface could lead to colleagues once it is connected.
func leads(ifi net.Interface) bool {
	return ifi.Flags&net.FlagMulticast != 0 && ifi.Flags&(net.FlagLoopback|net.FlagPointToPoint) == 0
}

func fitInterface(ifi net.Interface, addresses []net.Addr) (Interface, bool) {
	if !leads(ifi) || ifi.Flags&connected != connected {
		return Interface{}, false
	}
	i := Interface{Index: ifi.Index, Name: ifi.Name}
	for _, address := range addresses {
		if p, ok := prefixOf(address); ok {
			i.Addresses = append(i.Addresses, p)
		}
	}
	slices.SortFunc(i.Addresses, func(a, b netip.Prefix) int {
		if a.Addr().Is4() != b.Addr().Is4() {
			if a.Addr().Is4() {
				return -1
			}
			return 1
		}
		return a.Addr().Compare(b.Addr())
	})
	return i, len(i.Addresses) > 0 && i.Addresses[0].Addr().Is4()
}

// prefixOf leaves out link-local IPv6 addresses, which cannot be dialled without knowing the interface.
func prefixOf(address net.Addr) (netip.Prefix, bool) {
	network, ok := address.(*net.IPNet)
	if !ok {
		return netip.Prefix{}, false
	}
	a, ok := netip.AddrFromSlice(network.IP)
	ones, bits := network.Mask.Size()
	a = a.Unmap()
	if !ok || bits != a.BitLen() || a.IsLoopback() || !(a.IsGlobalUnicast() || a.Is4() && a.IsLinkLocalUnicast()) {
		return netip.Prefix{}, false
	}
	return netip.PrefixFrom(a, ones), true
}

// announces reports whether we announce ourselves on a network. One day a laptop may keep quiet in cafés; the first rule says yes.
func announces(Interface) bool { return true }

// announced returns the addresses to announce.
func (i Interface) announced() []string {
	var texts []string
	for _, p := range i.Addresses[:min(len(i.Addresses), announcedLimit)] {
		texts = append(texts, p.Addr().String())
	}
	return texts
}

func (i Interface) has(a netip.Addr) bool {
	return slices.ContainsFunc(i.Addresses, func(p netip.Prefix) bool { return p.Addr() == a })
}

func (i Interface) contains(a netip.Addr) bool {
	return slices.ContainsFunc(i.Addresses, func(p netip.Prefix) bool { return p.Contains(a) })
}

func (i Interface) equal(other Interface) bool {
	return i.Index == other.Index && i.Name == other.Name && slices.Equal(i.Addresses, other.Addresses)
}

// system is the form the library wants.
func (i Interface) system() net.Interface { return net.Interface{Index: i.Index, Name: i.Name} }
