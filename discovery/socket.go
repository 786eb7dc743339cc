package discovery

import (
	"fmt"
	"reflect"
	"unsafe"

	"github.com/grandcat/zeroconf"
	"golang.org/x/net/ipv4"
	"golang.org/x/net/ipv6"
)

// The library offers no options for its sockets, so they are reached through its unexported fields. TestLibraryFields holds the version
// whose fields these are.

// responderSockets returns the sockets of a responder; each is nil where the family does not work.
func responderSockets(s *zeroconf.Server) (*ipv4.PacketConn, *ipv6.PacketConn, error) {
	v := reflect.ValueOf(s).Elem()
	four, err := hidden[*ipv4.PacketConn](v, "ipv4conn")
	if err != nil {
		return nil, nil, err
	}
	six, err := hidden[*ipv6.PacketConn](v, "ipv6conn")
	return four, six, err
}

// browserSocket returns the IPv4 socket of a resolver.
func browserSocket(r *zeroconf.Resolver) (*ipv4.PacketConn, error) {
	client := reflect.ValueOf(r).Elem().FieldByName("c")
	if !client.IsValid() || client.Kind() != reflect.Pointer || client.IsNil() {
		return nil, fmt.Errorf("mDNS library: no client in %T", r)
	}
	return hidden[*ipv4.PacketConn](client.Elem(), "ipv4conn")
}

// hidden reads an unexported field of an addressable struct. The fields are written before the library starts its goroutines and never
// again, so reading them is no race.
func hidden[T any](v reflect.Value, name string) (T, error) {
	var none T
	f := v.FieldByName(name)
	if !f.IsValid() || f.Type() != reflect.TypeFor[T]() {
		return none, fmt.Errorf("mDNS library: no field %s of type %T in %s", name, none, v.Type())
	}
	return *(*T)(unsafe.Pointer(f.UnsafeAddr())), nil
}

// bind makes an IPv4 socket of the library send and receive by one interface only.
//
// Sending: Windows ignores the interface that the library names with each packet (golang.org/x/net drops control messages there) and would
// send everything by the one it prefers, often that of a virtual machine. Receiving: see keepToOwnGroups.
func bind(c *ipv4.PacketConn, i Interface) error {
	ifi := i.system()
	if err := c.SetMulticastInterface(&ifi); err != nil {
		return fmt.Errorf("send multicast by %s: %w", i.Name, err)
	}
	if err := keepToOwnGroups(c.PacketConn); err != nil {
		return fmt.Errorf("receive multicast by %s: %w", i.Name, err)
	}
	if err := dropForeign(c); err != nil {
		return fmt.Errorf("filter packets of %s: %w", i.Name, err)
	}
	return nil
}

// mute keeps what the responder would send by IPv6, the same again, from the wire: it cannot be told to leave that family out, and closing
// the socket would make its reader spin. A hop limit of 0 never leaves the machine.
func mute(s *zeroconf.Server) error {
	_, six, err := responderSockets(s)
	if err != nil || six == nil {
		return err
	}
	if err := six.SetMulticastHopLimit(0); err != nil {
		return fmt.Errorf("keep multicast by IPv6 off the wire: %w", err)
	}
	return nil
}
