package peer

import (
	"net/netip"
	"slices"
	"testing"
)

func addresses(texts ...string) []netip.AddrPort {
	var list []netip.AddrPort
	for _, t := range texts {
		list = append(list, netip.MustParseAddrPort(t))
	}
	return list
}

func TestOrderAddresses(t *testing.T) {
	subnets := []netip.Prefix{netip.MustParsePrefix("192.168.7.0/24"), netip.MustParsePrefix("2001:db8:7::/64")}
	got := orderAddresses(addresses("[2001:db8::1]:1", "8.8.8.8:1", "10.1.1.1:1", "[fd00::1]:1", "127.0.0.1:1", "192.168.7.9:1", "[2001:db8:7::2]:1",
		"10.1.1.1:1", "0.0.0.0:1", "10.1.1.1:0", "224.0.0.251:1", "[fe80::1]:1", "[fe80::1%eth0]:1", "[::ffff:10.1.1.1]:1", "255.255.255.255:1"), subnets)
	want := addresses("192.168.7.9:1", "[2001:db8:7::2]:1", "127.0.0.1:1", "10.1.1.1:1", "8.8.8.8:1", "[fd00::1]:1", "[2001:db8::1]:1", "[fe80::1%eth0]:1")
	if !slices.Equal(got, want) {
		t.Errorf("got  %v\nwant %v", got, want)
	}
}

func TestTellable(t *testing.T) {
	office := []netip.Prefix{netip.MustParsePrefix("193.2.2.0/24")}
	cases := []struct {
		what     string
		at       string
		loopback bool
		want     bool
	}{
		{"private", "10.0.0.1:26426", false, true},
		{"unique local", "[fd00::1]:26426", false, true},
		{"public, in a subnet of ours", "193.2.2.9:26426", false, true},
		{"public elsewhere: we knock at nobody outside", "193.2.3.9:80", false, false},
		{"loopback over the network", "127.0.0.1:631", false, false},
		{"loopback between agents of one machine", "127.0.0.1:26426", true, true},
		{"multicast", "224.0.0.1:26426", false, false},
		{"unspecified", "0.0.0.0:26426", false, false},
		{"no port", "10.0.0.1:0", false, false},
		{"link-local IPv6 means nothing elsewhere", "[fe80::1%eth0]:26426", false, false},
	}
	for _, c := range cases {
		if got := tellable(netip.MustParseAddrPort(c.at), office, c.loopback); got != c.want {
			t.Errorf("%s: %v", c.what, got)
		}
	}
}

func TestRememberKeepsTheNewest(t *testing.T) {
	var kept []netip.AddrPort
	for i := range 20 {
		kept = remember(kept, netip.AddrPortFrom(netip.AddrFrom4([4]byte{10, 0, 0, byte(i)}), 1))
	}
	kept = remember(kept, netip.MustParseAddrPort("10.0.0.15:1"))
	if len(kept) != maxAddresses || kept[0].String() != "10.0.0.15:1" || kept[1].String() != "10.0.0.19:1" {
		t.Errorf("kept %v", kept)
	}
	if got := remember(kept, netip.MustParseAddrPort("0.0.0.0:1")); !slices.Equal(got, kept) {
		t.Errorf("an address that cannot be dialled was kept: %v", got)
	}
}

func FuzzUnpackAddress(f *testing.F) {
	for _, a := range addresses("10.0.0.1:26426", "[fd00::1]:1") {
		f.Add(packAddress(a))
	}
	f.Add([]byte{})
	f.Add(make([]byte, 6))
	f.Fuzz(func(t *testing.T, b []byte) {
		a, err := unpackAddress(b)
		if err != nil {
			if a.IsValid() {
				t.Fatalf("a value beside an error: %v", a)
			}
			return
		}
		if again, err := unpackAddress(packAddress(a)); err != nil || again != a {
			t.Fatalf("%v came back as %v, %v", a, again, err)
		}
	})
}
