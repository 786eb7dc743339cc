package discovery_test

import (
	"net/netip"
	"slices"
	"strings"
	"testing"

	"lanyard/discovery"
)

func office() discovery.Interface {
	return discovery.Interface{Index: 2, Name: "eth0", Addresses: []netip.Prefix{
		netip.MustParsePrefix("10.0.0.5/24"), netip.MustParsePrefix("192.0.2.5/24"), netip.MustParsePrefix("2001:db8::5/64"),
	}}
}

func bytesOf(addresses ...string) (four, six []byte) {
	for _, text := range addresses {
		if a := netip.MustParseAddr(text); a.Is4() {
			four = append(four, a.AsSlice()...)
		} else {
			six = append(six, a.AsSlice()...)
		}
	}
	return four, six
}

func TestAdmit(t *testing.T) {
	const label = "abcdefghij01"
	tests := []struct {
		name      string
		label     string
		port      int
		addresses string
		want      string // "" = refused
	}{
		{"a colleague", label, 26426, "10.0.0.7", "10.0.0.7:26426"},
		{"with IPv6", label, 26426, "10.0.0.7 2001:db8::7", "10.0.0.7:26426 [2001:db8::7]:26426"},
		{"private, of another network", label, 26426, "192.168.1.1 fd00::1", "192.168.1.1:26426 [fd00::1]:26426"},
		{"a public range that is ours", label, 26426, "192.0.2.77", "192.0.2.77:26426"},
		{"public and not ours", label, 26426, "8.8.8.8 2001:db9::1", ""},
		{"IPv4 within IPv6", label, 26426, "::ffff:10.0.0.7 ::ffff:8.8.8.8", "10.0.0.7:26426"},
		{"link-local IPv4 of an ad hoc network", label, 26426, "169.254.3.4", "169.254.3.4:26426"},
		{"link-local IPv6 without interface", label, 26426, "fe80::1", ""},
		{"loopback", label, 26426, "127.0.0.1 ::1", ""},
		{"unspecified, broadcast, multicast", label, 26426, "0.0.0.0 255.255.255.255 224.0.0.251 :: ff02::fb", ""},
		{"twice the same", label, 26426, "10.0.0.7 10.0.0.7", "10.0.0.7:26426"},
		{"a bad one beside a good one", label, 26426, "127.0.0.1 10.0.0.7", "10.0.0.7:26426"},
		{"ourselves", label, 30000, "10.0.0.5", ""},
		{"somebody else on this machine", label, 30001, "10.0.0.5", "10.0.0.5:30001"},
		{"nine addresses", label, 2000, "10.0.0.1 10.0.0.2 10.0.0.3 10.0.0.4 10.0.0.6 10.0.0.7 10.0.0.8 10.0.0.9 10.0.0.10",
			"10.0.0.1:2000 10.0.0.2:2000 10.0.0.3:2000 10.0.0.4:2000 10.0.0.6:2000 10.0.0.7:2000 10.0.0.8:2000 10.0.0.9:2000"},
		{"no address", label, 26426, "", ""},
		{"port 0", label, 0, "10.0.0.7", ""},
		{"somebody's SSH", label, 22, "10.0.0.7", ""},
		{"port below 1024", label, 1023, "10.0.0.7", ""},
		{"port too large", label, 65536, "10.0.0.7", ""},
		{"negative port", label, -1, "10.0.0.7", ""},
		{"label too short", label[1:], 26426, "10.0.0.7", ""},
		{"label too long", label + "x", 26426, "10.0.0.7", ""},
		{"capitals in the label", strings.ToUpper(label), 26426, "10.0.0.7", ""},
		{"escaped label", `anna\032lee0`, 26426, "10.0.0.7", ""},
		{"empty label", "", 26426, "10.0.0.7", ""},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			four, six := bytesOf(strings.Fields(tt.addresses)...)
			s, ok := discovery.Admit(tt.label, tt.port, four, six, office(), 30000)
			var got []string
			for _, a := range s.Addresses {
				got = append(got, a.String())
			}
			if strings.Join(got, " ") != tt.want || ok != (tt.want != "") {
				t.Errorf("got %q (%t), want %q", got, ok, tt.want)
			}
			if ok && (s.Label != tt.label || s.Source != discovery.SourceMDNS) {
				t.Errorf("got %+v", s)
			}
		})
	}
}

func FuzzAdmit(f *testing.F) {
	four, six := bytesOf("10.0.0.7", "8.8.8.8", "127.0.0.1", "fe80::1", "2001:db8::9")
	f.Add("abcdefghij01", 26426, four, six)
	f.Add("ABC", 0, []byte{}, []byte{1, 2, 3})
	f.Fuzz(func(t *testing.T, label string, port int, four, six []byte) {
		s, ok := discovery.Admit(label, port, four, six, office(), 30000)
		if !ok {
			return
		}
		if len(s.Label) != 12 || len(s.Addresses) == 0 || len(s.Addresses) > 8 {
			t.Errorf("admitted %+v", s)
		}
		ours := netip.MustParsePrefix("192.0.2.0/24")
		ours6 := netip.MustParsePrefix("2001:db8::/64")
		for i, a := range s.Addresses {
			ip := a.Addr()
			near := ip.IsPrivate() || ip.Is4() && ip.IsLinkLocalUnicast() || ours.Contains(ip) || ours6.Contains(ip)
			if !near || ip.Is4In6() || a.Port() < 1024 || slices.Contains(s.Addresses[:i], a) {
				t.Errorf("admitted %v", s.Addresses)
			}
		}
	})
}
