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

// Chosen returns which candidates are used, by their place. Those that virtual machines, containers and VPNs make lead to no colleague while this computer has others of its own:
// one whose cable is pulled is connected to nobody, whatever runs on it. They do where there is no other, in a virtual machine, and where those of its own are connected and have no
// address: then they carry a bridge, which has it.
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
	if len(places) == 0 && (connected || !others) {
		return virtual
	}
	return places
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
