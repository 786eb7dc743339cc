package discovery

import (
	"slices"
	"strings"
)

// Candidate is what is to be known of an interface to tell whether colleagues are behind it. Loopback and tunnels are none.
type Candidate struct {
	Name      string
	Connected bool // up, and something is at the other end: a cable, a Wi-Fi that was joined
	Fit       bool // see Interface
}

// Chosen returns which candidates are used, by their place. Those that virtual machines, containers and VPNs make are used where no other can be: in a virtual machine, where one is the
// bridge that has the address of this computer's own card, or where a VPN is the only way. Those that lead into this computer alone are not, while it has interfaces of its own and none of
// them is connected: one whose cable is pulled is connected to nobody, whatever runs on it.
func Chosen(all []Candidate) (places []int) {
	var virtual []int
	others, connected := false, false
	for i, c := range all {
		switch {
		case !Virtual(c.Name):
			others, connected = true, connected || c.Connected
			if c.Fit {
				places = append(places, i)
			}
		case c.Fit:
			virtual = append(virtual, i)
		}
	}
	if len(places) > 0 {
		return places
	}
	if others && !connected {
		virtual = slices.DeleteFunc(virtual, func(i int) bool { return leadsInside(all[i].Name) })
	}
	return virtual
}

// leadsInside tells by its name whether behind an interface are only this computer's own containers and virtual machines, as its makers set it up. Another one with a name like theirs
// may stand for the card: so does a switch of Hyper-V that is not one of these two, whose card Windows does not list any more.
func leadsInside(name string) bool {
	name = strings.ToLower(name)
	starts := []string{"docker", "veth", "virbr", "vmnet", "vnet", "vboxnet", "podman", "cni", "lxc"}
	if strings.HasPrefix(name, "vethernet") {
		starts = []string{"vethernet (default switch)", "vethernet (wsl"}
	}
	if rest, is := strings.CutPrefix(name, "br-"); is { // Docker's, named by the network's ID
		return len(rest) == 12 && strings.Trim(rest, "0123456789abcdef") == ""
	}
	return slices.ContainsFunc(starts, func(start string) bool { return strings.HasPrefix(name, start) })
}

// Virtual tells by its name whether an interface is made by virtual machines, containers and VPNs, or by the system for its own ends.
func Virtual(name string) bool {
	name = strings.ToLower(name)
	return slices.ContainsFunc(virtualNames(), func(start string) bool { return strings.HasPrefix(name, start) })
}

// virtualNames start the names of interfaces that lead to no colleague.
func virtualNames() []string {
	return []string{"docker", "br-", "veth", "virbr", "vmnet", "vnet", "vboxnet", "vethernet", "podman", "cni", "lxc", "utun", "tun", "tap", "wg",
		"tailscale", "zt", "ham", "awdl", "llw", "anpi", "bridge1", "ifb", "dummy", "sit0", "gre", "erspan", "ip6"}
}
