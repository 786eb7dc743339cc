package discovery

import (
	"fmt"
	"net"
	"syscall"

	"golang.org/x/net/bpf"
	"golang.org/x/net/ipv4"
	"golang.org/x/sys/unix"
)

// packetLimit is the largest packet looked at. Ours have 300 bytes; the library spends time and memory with the square of the size.
const packetLimit = 1500

// keepToOwnGroups undoes what Linux does by default: give a socket the packets of every group that any program joined on any interface.
// Without that, the post of one network would answer questions of the other with the wrong addresses.
func keepToOwnGroups(c net.PacketConn) error {
	sc, ok := c.(syscall.Conn)
	if !ok {
		return fmt.Errorf("socket %T has no descriptor", c)
	}
	raw, err := sc.SyscallConn()
	if err != nil {
		return err
	}
	var failed error
	if err := raw.Control(func(fd uintptr) {
		failed = unix.SetsockoptInt(int(fd), unix.IPPROTO_IP, unix.IP_MULTICAST_ALL, 0)
	}); err != nil {
		return err
	}
	return failed
}

// dropForeign makes the kernel drop what was not sent to the mDNS group, so that nobody beyond this network can ask (and have answers sent
// to a victim: the library answers unicast questions) or answer, and what is too large.
func dropForeign(c *ipv4.PacketConn) error {
	const (
		networkHeader = 0xfff00000 // SKF_NET_OFF of socket filters: offsets from the start of the IP header
		destination   = 16         // RFC 791
		group         = 224<<24 | 251
	)
	filter, err := bpf.Assemble([]bpf.Instruction{
		bpf.LoadExtension{Num: bpf.ExtLen},
		bpf.JumpIf{Cond: bpf.JumpGreaterThan, Val: packetLimit, SkipTrue: 3},
		bpf.LoadAbsolute{Off: networkHeader + destination, Size: 4},
		bpf.JumpIf{Cond: bpf.JumpNotEqual, Val: group, SkipTrue: 1},
		bpf.RetConstant{Val: packetLimit},
		bpf.RetConstant{Val: 0},
	})
	if err != nil {
		return err
	}
	return c.SetBPF(filter)
}
