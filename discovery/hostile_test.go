//go:build linux

package discovery_test

import (
	"bufio"
	"bytes"
	"context"
	"fmt"
	"io"
	"math/rand/v2"
	"net"
	"net/netip"
	"os"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/miekg/dns"

	"lanyard/discovery"
	"lanyard/internal/lantest"
)

func testBinary() string { return os.Args[0] }

func group() *net.UDPAddr { return &net.UDPAddr{IP: net.IPv4(224, 0, 0, 251), Port: 5353} }

// holdPort keeps UDP port 5353 without letting others share it, until killed.
func holdPort([]string) error {
	c, err := net.ListenPacket("udp4", ":5353")
	if err != nil {
		return err
	}
	fmt.Print(".")
	_, _, err = c.ReadFrom(make([]byte, 1))
	return err
}

// announcement is what a hostile agent claims.
type announcement struct {
	instance string
	port     uint16
	txt      []string
	ttl      uint32
	addrs    []string
}

func (a announcement) pack() []byte {
	const kind = "_lanyard._tcp.local."
	name, host := a.instance+"."+kind, "victim.local."
	m := new(dns.Msg)
	m.Response, m.Compress = true, true
	h := func(name string, t uint16) dns.RR_Header {
		return dns.RR_Header{Name: name, Rrtype: t, Class: dns.ClassINET, Ttl: a.ttl}
	}
	m.Answer = []dns.RR{
		&dns.PTR{Hdr: h(kind, dns.TypePTR), Ptr: name},
		&dns.SRV{Hdr: h(name, dns.TypeSRV), Port: a.port, Target: host},
		&dns.TXT{Hdr: h(name, dns.TypeTXT), Txt: a.txt},
	}
	for _, text := range a.addrs {
		ip := net.ParseIP(text)
		if ip.To4() != nil {
			m.Answer = append(m.Answer, &dns.A{Hdr: h(host, dns.TypeA), A: ip})
		} else {
			m.Answer = append(m.Answer, &dns.AAAA{Hdr: h(host, dns.TypeAAAA), AAAA: ip})
		}
	}
	b, err := m.Pack()
	if err != nil {
		return nil // the library refuses to build it; bend sends what it would not
	}
	return b
}

// sendHostile sends what nobody should: args are our address, the label and address of a true agent, and the number of invented agents.
func sendHostile(args []string) error {
	var invented int
	if _, err := fmt.Sscan(args[2], &invented); err != nil {
		return err
	}
	c, err := sender()
	if err != nil {
		return err
	}
	defer c.Close()
	for _, p := range hostilePackets(args[0], args[1]) {
		if _, err := c.WriteTo(p, group()); err != nil && !strings.Contains(err.Error(), "message too long") {
			return err
		}
	}
	for i := range invented {
		fake := announcement{instance: fmt.Sprintf("fake%08d", i), port: 4000, ttl: 120, addrs: []string{"10.77.1.1"}}
		if _, err := c.WriteTo(fake.pack(), group()); err != nil {
			return err
		}
	}
	fmt.Println("done")
	return nil
}

// sender returns a socket that sends by eth0 from port 5353, as a responder does.
func sender() (net.PacketConn, error) {
	ifi, err := net.InterfaceByName("eth0")
	if err != nil {
		return nil, err
	}
	return net.ListenMulticastUDP("udp4", ifi, group())
}

func hostilePackets(label, address string) [][]byte {
	good := announcement{instance: "plausible000", port: 4001, txt: []string{"v=1"}, ttl: 120, addrs: []string{"10.77.1.2"}}
	with := func(change func(*announcement)) []byte {
		a := good
		change(&a)
		return a.pack()
	}
	packets := [][]byte{{}, {0}, make([]byte, 11), make([]byte, 12), append([]byte{0, 0, 0x84, 0}, 255, 255, 255, 255, 255, 255, 255, 255)}
	for _, instance := range []string{"short", strings.Repeat("a", 63), `back\\slash`, `esc\027[31m`, "UPPERCASE000", "with-hyphen0", "\u202eevil", `nul\000nul`} {
		packets = append(packets, with(func(a *announcement) { a.instance = instance }))
	}
	for _, port := range []uint16{0, 22, 445, 1023} {
		packets = append(packets, with(func(a *announcement) { a.port = port }))
	}
	for i, bad := range []string{"0.0.0.0", "127.0.0.1", "255.255.255.255", "224.0.0.251", "8.8.8.8", "::1", "::ffff:8.8.8.8", "fe80::1", "ff02::fb", "2001:db8::1", address} {
		packets = append(packets, with(func(a *announcement) {
			a.instance, a.addrs, a.port = fmt.Sprintf("address%05d", i), []string{bad}, agentPort
		}))
	}
	for _, txt := range [][]string{nil, {""}, {"v"}, {"v=2", "V=1"}, {strings.Repeat("x", 255)}, {"v=18446744073709551616"}} {
		packets = append(packets, with(func(a *announcement) { a.txt = txt }))
	}
	var many []string
	for i := range 500 {
		many = append(many, fmt.Sprintf("10.77.%d.%d", 2+i/250, 1+i%250))
	}
	packets = append(packets,
		with(func(a *announcement) { a.instance, a.addrs = "manyaddress0", many }),
		with(func(a *announcement) { a.instance, a.ttl = label, 0 }),    // goodbye for a true agent
		with(func(a *announcement) { a.instance, a.port = label, 999 }), // its label, another port
		with(func(a *announcement) { a.instance, a.ttl = "longlived000", 1<<31 }),
	)
	loop := append([]byte{0, 0, 0x84, 0, 0, 0, 0, 1, 0, 0, 0, 0}, 0xc0, 12, 0, 12, 0, 1, 0, 0, 0, 120, 0, 2, 0xc0, 12)
	packets = append(packets, loop)
	return append(packets, mutations(good.pack())...)
}

func mutations(base []byte) [][]byte {
	rng := rand.New(rand.NewPCG(4, 1))
	var all [][]byte
	for range 2000 {
		b := append([]byte(nil), base...)
		for range 1 + rng.IntN(4) {
			b[rng.IntN(len(b))] ^= 1 << rng.IntN(8)
		}
		all = append(all, b[:len(b)-rng.IntN(1+len(b)/8)])
	}
	return all
}

// TestHostileNetwork sends a true agent every bad thing; it must tell plausible hints only, stay small, and see a newcomer. How many hints it tells is
// a matter of time, which TestFloodIsPaced has for itself.
func TestHostileNetwork(t *testing.T) {
	t.Parallel()
	const invented = 20_000
	n := lantest.Namespaces(t, 3)
	victim, other := start(t, n, 1), start(t, n, 2)
	label := other.label(0)
	victim.sees(0, label, at(n, 2))
	attack := n.Command(t.Context(), 3, testBinary(), "hostile", label, n.Address(1).String(), fmt.Sprint(invented))
	if out, err := attack.CombinedOutput(); err != nil || !strings.Contains(string(out), "done") {
		t.Fatalf("attack: %s: %v", out, err)
	}
	newcomer := start(t, n, 3)
	victim.sees(0, newcomer.label(0), at(n, 3))
	mark := victim.mark()
	victim.command("usage")
	used := victim.await("usage", mark, func(l line) bool { return l.CPU > 0 })
	labels := map[string]bool{}
	for _, l := range victim.since(0) {
		if l.Sighting != nil {
			labels[l.Sighting.Label] = true
			checkPlausible(t, *l.Sighting, at(n, 1))
		}
	}
	if used.HeapMiB > 32 {
		t.Errorf("heap of %d MiB", used.HeapMiB)
	}
	t.Logf("told %d labels; %d MiB of heap, %v of CPU", len(labels), used.HeapMiB, used.CPU)
}

func checkPlausible(t *testing.T, s discovery.Sighting, own netip.AddrPort) {
	t.Helper()
	if len(s.Label) != 12 || strings.Trim(s.Label, "abcdefghijklmnopqrstuvwxyz0123456789") != "" || len(s.Addresses) == 0 || len(s.Addresses) > 8 {
		t.Errorf("told %+v", s)
	}
	for _, a := range s.Addresses {
		if !a.Addr().IsPrivate() || a == own || a.Port() < 1024 {
			t.Errorf("told %v of %s", a, s.Label)
		}
	}
}

// askUnicast asks the agent at args[0] by unicast, then everybody by multicast, each time wanting a unicast answer.
func askUnicast(args []string) error {
	c, err := sender() // sends from an address with port 5353, but hears the group only
	if err != nil {
		return err
	}
	c.Close()
	plain, err := net.ListenUDP("udp4", nil)
	if err != nil {
		return err
	}
	m := new(dns.Msg)
	m.SetQuestion("_lanyard._tcp.local.", dns.TypePTR)
	m.Question[0].Qclass |= 1 << 15
	q, err := m.Pack()
	if err != nil {
		return err
	}
	answered := func(to *net.UDPAddr, limit time.Duration) (bool, error) {
		if _, err := plain.WriteTo(q, to); err != nil {
			return false, err
		}
		if err := plain.SetReadDeadline(time.Now().Add(limit)); err != nil {
			return false, err
		}
		_, _, err := plain.ReadFrom(make([]byte, 9000))
		return err == nil, nil
	}
	unicast, err := answered(&net.UDPAddr{IP: net.ParseIP(args[0]), Port: 5353}, time.Second)
	if err != nil {
		return err
	}
	multicast, err := answered(group(), patience)
	fmt.Printf("unicast %t, multicast %t\n", unicast, multicast)
	return err
}

// TestUnicastQuestionsGetSilence: otherwise anybody who can route to us could have us answer to a victim.
func TestUnicastQuestionsGetSilence(t *testing.T) {
	t.Parallel()
	n := lantest.Namespaces(t, 2)
	one := start(t, n, 1)
	one.label(0)
	do(t, n.IP(2, "route add 224.0.0.0/4 dev eth0"))
	out, err := n.Command(t.Context(), 2, testBinary(), "ask", n.Address(1).String()).CombinedOutput()
	if got := strings.TrimSpace(string(out)); err != nil || got != "unicast false, multicast true" {
		t.Errorf("answered: %s (%v)", got, err)
	}
}

// countPackets prints how many mDNS packets came since the last line on stdin, by family, and how many of them hold the name of a machine.
func countPackets([]string) error {
	ifi, err := net.InterfaceByName("eth0")
	if err != nil {
		return err
	}
	var four, six, named atomic.Int64
	for _, f := range []struct {
		network, group string
		n              *atomic.Int64
	}{{"udp4", "224.0.0.251", &four}, {"udp6", "ff02::fb", &six}} {
		c, err := net.ListenMulticastUDP(f.network, ifi, &net.UDPAddr{IP: net.ParseIP(f.group), Port: 5353})
		if err != nil {
			return err
		}
		if err := c.SetReadBuffer(8 << 20); err != nil {
			return err
		}
		go func() {
			for b := make([]byte, 9000); ; f.n.Add(1) {
				n, _, err := c.ReadFrom(b)
				if err != nil {
					return
				}
				if bytes.Contains(b[:n], []byte("host")) {
					named.Add(1)
				}
			}
		}()
	}
	fmt.Println("ready")
	in := bufio.NewScanner(os.Stdin)
	for in.Scan() {
		fmt.Println(four.Swap(0), six.Swap(0), named.Swap(0))
	}
	return in.Err()
}

type counter struct {
	t   *testing.T
	in  io.Writer
	out *bufio.Reader
}

func startCounter(t *testing.T, n *lantest.Net, host int) *counter {
	t.Helper()
	cmd := n.Command(context.Background(), host, testBinary(), "count")
	in, err := cmd.StdinPipe()
	do(t, err)
	out, err := cmd.StdoutPipe()
	do(t, err)
	do(t, cmd.Start())
	c := &counter{t, in, bufio.NewReader(out)}
	if line, err := c.out.ReadString('\n'); err != nil || line != "ready\n" {
		t.Fatalf("counter: %q, %v", line, err)
	}
	return c
}

// packets returns how many came since the last call, by IPv4 and IPv6. None may hold the name of a machine.
func (c *counter) packets() [2]int {
	c.t.Helper()
	var n [2]int
	var named int
	_, err := fmt.Fprintln(c.in)
	do(c.t, err)
	_, err = fmt.Fscanln(c.out, &n[0], &n[1], &named)
	do(c.t, err)
	if named > 0 {
		c.t.Errorf("%d packets tell the name of a machine", named)
	}
	return n
}

// TestPacketBudget holds the law on which the pauses between sweeps rest: one sweep costs 2+2N packets, and none by IPv6.
func TestPacketBudget(t *testing.T) {
	t.Parallel()
	const agents = 4
	n := lantest.Namespaces(t, agents+1)
	c := startCounter(t, n, agents+1)
	var all []*agent
	for host := 1; host <= agents; host++ {
		all = append(all, start(t, n, host))
	}
	for _, a := range all {
		a.sees(0, all[agents-1].label(0), at(n, agents))
		if a == all[agents-2] {
			break
		}
	}
	first := c.packets()
	for quiet := false; !quiet; { // announcements and second sweeps, never more than 3 s apart; regular sweeps come 20 s later
		observe(3 * time.Second)
		more := c.packets()
		first[0], first[1], quiet = first[0]+more[0], first[1]+more[1], more == [2]int{}
	}
	t.Logf("%d agents in their first seconds: %d packets", agents, first)
	var got [2]int
	for range 5 { // what others sweep meanwhile only adds to it: the regular sweeps of agents that were slow to start come at any time
		all[0].command("refresh")
		observe(4 * time.Second)
		if got = c.packets(); got[1] != 0 || got[0] > 0 && got[0] <= 2+2*agents {
			break
		}
	}
	if got[0] == 0 || got[0] > 2+2*agents || got[1] != 0 {
		t.Errorf("a sweep among %d agents cost %d packets", agents, got)
	}
}

// observe lets the network go on for a while to count what comes; there is no event for what does not.
func observe(d time.Duration) { <-time.After(d) }
