//go:build !linux

package discovery

import (
	"net"

	"golang.org/x/net/ipv4"
)

// keepToOwnGroups has nothing to do: only Linux gives a socket the packets of groups that others joined.
func keepToOwnGroups(net.PacketConn) error { return nil }

// dropForeign has no counterpart here: unicast packets to port 5353 and large ones reach the library. The firewalls of these systems
// usually keep the former out.
func dropForeign(*ipv4.PacketConn) error { return nil }
