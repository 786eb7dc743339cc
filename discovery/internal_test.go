package discovery

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"log"
	"net"
	"net/netip"
	"reflect"
	"testing"
	"testing/synctest"
	"time"

	"github.com/grandcat/zeroconf"
	"golang.org/x/net/ipv4"
	"golang.org/x/net/ipv6"
	"pgregory.net/rapid"
)

// TestLibraryFields pins the unexported fields that socket.go reaches.
func TestLibraryFields(t *testing.T) {
	if _, _, err := responderSockets(new(zeroconf.Server)); err != nil {
		t.Error(err)
	}
	client, ok := reflect.TypeFor[zeroconf.Resolver]().FieldByName("c")
	if !ok || client.Type.Kind() != reflect.Pointer {
		t.Fatalf("a resolver has no client: %v", client)
	}
	if f, ok := client.Type.Elem().FieldByName("ipv4conn"); !ok || f.Type != reflect.TypeFor[*ipv4.PacketConn]() {
		t.Errorf("a client has no IPv4 socket: %v", f)
	}
	type stranger struct{ ipv6conn *ipv6.PacketConn }
	v := reflect.ValueOf(&stranger{ipv6conn: nil}).Elem()
	if _, err := hidden[*ipv4.PacketConn](v, "ipv6conn"); err == nil {
		t.Error("a field of another type was taken")
	}
	if _, err := hidden[*ipv4.PacketConn](v, "ipv4conn"); err == nil {
		t.Error("a missing field was taken")
	}
	if _, err := browserSocket(new(zeroconf.Resolver)); err == nil {
		t.Error("a resolver without client has a socket")
	}
}

func TestLabels(t *testing.T) {
	seen := map[string]bool{}
	letters := map[rune]int{}
	const drawn = 3000
	for range drawn {
		label := newLabel()
		if !validLabel(label) || seen[label] {
			t.Fatalf("label %q", label)
		}
		seen[label] = true
		for _, c := range label {
			letters[c]++
		}
	}
	for c, n := range letters {
		if mean := drawn * labelLength / 36; n < mean*7/10 || n > mean*13/10 {
			t.Errorf("%c comes %d times, where %d are to be expected", c, n, mean)
		}
	}
}

func TestFitInterface(t *testing.T) {
	const up = net.FlagUp | net.FlagRunning | net.FlagMulticast | net.FlagBroadcast
	tests := []struct {
		name      string
		flags     net.Flags
		addresses []string
		want      []string // nil = not fit
	}{
		{"an office PC", up, []string{"fe80::1/64", "2001:db8::1/64", "10.0.0.5/24"}, []string{"10.0.0.5/24", "2001:db8::1/64"}},
		{"a public range", up, []string{"192.0.2.1/24"}, []string{"192.0.2.1/24"}},
		{"no DHCP server", up, []string{"169.254.1.1/16"}, []string{"169.254.1.1/16"}},
		{"IPv6 only", up, []string{"2001:db8::1/64"}, nil},
		{"no address yet", up, nil, nil},
		{"down", net.FlagMulticast, []string{"10.0.0.5/24"}, nil},
		{"no carrier", up &^ net.FlagRunning, []string{"10.0.0.5/24"}, nil},
		{"no multicast", net.FlagUp | net.FlagRunning, []string{"10.0.0.5/24"}, nil},
		{"loopback", up | net.FlagLoopback, []string{"127.0.0.1/8"}, nil},
		{"a tunnel", up | net.FlagPointToPoint, []string{"10.8.0.2/32"}, nil},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			var addresses []net.Addr
			for _, text := range tt.addresses {
				ip, network, err := net.ParseCIDR(text)
				if err != nil {
					t.Fatal(err)
				}
				addresses = append(addresses, &net.IPNet{IP: ip, Mask: network.Mask})
			}
			got, fit := fitInterface(net.Interface{Index: 3, Name: "x", Flags: tt.flags}, addresses)
			if fit != (tt.want != nil) {
				t.Fatalf("fit is %t", fit)
			}
			if fit && fmt.Sprint(got.Addresses) != fmt.Sprint(tt.want) {
				t.Errorf("got %v, want %v", got.Addresses, tt.want)
			}
		})
	}
}

// TestTrafficStaysBounded holds the promise of the package comment for any size of network.
func TestTrafficStaysBounded(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		linked := rapid.IntRange(0, 1000).Draw(t, "linked")
		strangers := rapid.IntRange(0, min(1000-linked, linked+strangersMost)).Draw(t, "strangers")
		var r rhythm
		n := float64(1 + linked + strangers)
		rate := func(pause time.Duration) float64 { return n * (2 + 2*n) / pause.Seconds() }
		const leastJitter = 0.7
		if first := rate(r.next(linked+strangers, linked, true)); first*leastJitter > 50 {
			t.Errorf("%.1f packets a second at first", first)
		}
		var last time.Duration
		for range 40 {
			last = r.next(linked+strangers, linked, false)
		}
		if steady := rate(last); steady*leastJitter > 2.01 {
			t.Errorf("%.1f packets a second when steady", steady)
		}
	})
}

func TestInventedLabelsCannotStopTheSweeping(t *testing.T) {
	var r rhythm
	for range 40 {
		if pause := r.next(tableLimit, 0, true); pause > 10*time.Minute {
			t.Fatalf("the next sweep is in %v", pause)
		}
	}
}

func TestNewsQuickenTheSweeping(t *testing.T) {
	var r rhythm
	for range 20 {
		r.next(60, 60, false)
	}
	slow, quick := r.next(60, 60, false), r.next(60, 60, true)
	if slow < 4*quick {
		t.Errorf("pauses of %v without and %v with news", slow, quick)
	}
}

// TestFloodIsPaced: of invented labels a browse passes on a burst, then one in a while, and none once it has passed on as many as it may.
func TestFloodIsPaced(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		ctx, over := context.WithCancel(t.Context())
		entries, found := make(chan *zeroconf.ServiceEntry), make(chan find)
		go func() {
			defer close(found)
			deliver(ctx, over, Interface{}, entries, found)
		}()
		go func() {
			defer close(entries)
			for range 3 * browseQuota {
				entries <- zeroconf.NewServiceEntry("invented", service, domain)
			}
		}()
		began, passed := time.Now(), 0
		for range found {
			passed++
			if most := browseBurst + int(time.Since(began)/browsePace); passed > most {
				t.Fatalf("%d passed on after %v", passed, time.Since(began))
			}
		}
		if passed != browseQuota {
			t.Errorf("%d passed on of %d", passed, 3*browseQuota)
		}
	})
}

func TestTableIsCappedAndSparesTheLinked(t *testing.T) {
	tab := newTable()
	now := time.Now()
	address := []netip.AddrPort{netip.MustParseAddrPort("10.0.0.1:2000")}
	tab.note(Sighting{Label: "friend", Addresses: address}, true, now)
	for i := range 3 * tableLimit {
		now = now.Add(time.Millisecond)
		if !tab.note(Sighting{Label: fmt.Sprint(i), Addresses: address}, false, now) {
			t.Fatalf("label %d is no news", i)
		}
	}
	if len(tab.heard) != tableLimit || tab.heard["friend"] == nil || tab.heard[fmt.Sprint(3*tableLimit-1)] == nil {
		t.Errorf("%d labels, friend %v", len(tab.heard), tab.heard["friend"])
	}
}

func TestTableTellsNewsFromRepetition(t *testing.T) {
	one, two := netip.MustParseAddrPort("10.0.0.1:2000"), netip.MustParseAddrPort("10.0.0.2:2000")
	tests := []struct {
		name   string
		addr   netip.AddrPort
		after  time.Duration
		linked bool
		want   bool
	}{
		{"first", one, 0, false, true},
		{"again at once", one, time.Millisecond, false, false},
		{"moved", two, time.Millisecond, false, true},
		{"again later, perhaps to be dialled now", two, repeatAfter, false, true},
		{"linked by now", one, repeatAfter, true, false},
		{"no longer linked", one, repeatAfter, false, true},
	}
	tab, now := newTable(), time.Now()
	for _, tt := range tests {
		now = now.Add(tt.after)
		if got := tab.note(Sighting{Label: "x", Addresses: []netip.AddrPort{tt.addr}}, tt.linked, now); got != tt.want {
			t.Errorf("%s: told is %t", tt.name, got)
		}
	}
}

func TestTableForgets(t *testing.T) {
	tab := newTable()
	address := []netip.AddrPort{netip.MustParseAddrPort("10.0.0.1:2000")}
	for _, label := range []string{"gone", "linked", "answers"} {
		tab.note(Sighting{Label: label, Addresses: address}, label == "linked", time.Now())
	}
	isLinked := func(label string) bool { return label == "linked" }
	if all, linked, news := tab.endSweep(isLinked); all != 3 || linked != 1 || !news {
		t.Errorf("after the first sweep: %d, %d, %t", all, linked, news)
	}
	var all, linked int
	var news bool
	for range sweepsMissed {
		tab.note(Sighting{Label: "answers", Addresses: address}, false, time.Now())
		all, linked, news = tab.endSweep(isLinked)
	}
	if all != 2 || linked != 1 || news {
		t.Errorf("in the end: %d, %d, %t; %v", all, linked, news, tab.heard)
	}
}

func TestDamperWaitsLongerWhileNetworksKeepChanging(t *testing.T) {
	var d damper
	now := time.Now()
	if got := d.patience(now); got != dampShort {
		t.Errorf("at first %v", got)
	}
	for range 20 {
		d.rebuild(now)
		now = now.Add(time.Second)
	}
	if got := d.patience(now); got != dampLong {
		t.Errorf("while it flaps %v", got)
	}
	if got := d.patience(now.Add(2 * dampForget)); got != dampShort {
		t.Errorf("long after %v", got)
	}
}

func TestSlept(t *testing.T) {
	now := time.Now()
	tests := []struct {
		name string
		wall time.Duration
		want bool
	}{
		{"as planned", lookEvery, false},
		{"a busy machine", 2 * lookEvery, false},
		{"an hour's sleep", time.Hour, true},
		{"the clock was set back", -time.Hour, true},
		{"a small correction back", -time.Second, false},
	}
	for _, tt := range tests {
		if got := slept(now.Round(0), now.Round(0).Add(tt.wall), lookEvery); got != tt.want {
			t.Errorf("%s: %t", tt.name, got)
		}
	}
}

func TestQuiet(t *testing.T) {
	var out bytes.Buffer
	l := log.New(Quiet(&out), "", log.LstdFlags)
	l.Printf("[zeroconf] no suitable IPv6 interface: %s", "udp6: failed")
	l.Println("[ERR] zeroconf: failed to send probe:", "x")
	l.Print("something else")
	if got := out.String(); bytes.Count(out.Bytes(), []byte("\n")) != 1 || !bytes.HasSuffix(out.Bytes(), []byte("something else\n")) {
		t.Errorf("passed on %q", got)
	}
}

// TestWithoutInterfaces runs the whole loop where nothing can be heard: state and hints work, and Run ends.
func TestWithoutInterfaces(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var sightings []Sighting
		var states []State
		looks := 0
		d := New(Config{
			Port:       func() int { return 2000 },
			OnSighting: func(s Sighting) { sightings = append(sightings, s) },
			OnLabel:    func(label string) { t.Errorf("label %q", label) },
			OnState:    func(s State) { states = append(states, s) },
			Linked:     func(label string) bool { return label == "friend" },
			Interfaces: func() ([]Interface, error) {
				if looks++; looks == 2 {
					return nil, errors.New("for once")
				}
				return nil, nil
			},
		})
		for i := range hintLimit + 10 {
			d.Hint(Sighting{Label: fmt.Sprint(i), Source: "typed"})
		}
		d.Hint(Sighting{Label: "friend"})
		d.Refresh()
		ctx, cancel := context.WithCancel(t.Context())
		ended := make(chan error)
		go func() { ended <- d.Run(ctx) }()
		time.Sleep(10 * time.Second)
		synctest.Wait()
		if got := d.State(); len(got.Problems) != 1 || got.Problems[0].ID != ProblemNoInterface {
			t.Errorf("state %+v", got)
		}
		cancel()
		if err := <-ended; err != nil {
			t.Error(err)
		}
		if len(states) != 1 {
			t.Errorf("told %d states: %+v", len(states), states)
		}
		if len(sightings) != hintLimit-1 || sightings[0].Label != "11" {
			t.Errorf("%d hints, the first %+v", len(sightings), sightings[0])
		}
		if looks < 4 {
			t.Errorf("looked %d times in 10 s", looks)
		}
	})
}
