package share_test

import (
	"net/netip"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"lanyard/internal/peer"
	"lanyard/sync/share"
)

// together is called by several, of whom nobody goes on before all have called it.
func together(n int32) func(t testing.TB) {
	var came atomic.Int32
	all := make(chan struct{})
	return func(t testing.TB) {
		if came.Add(1) == n {
			close(all)
		}
		select {
		case <-all:
		case <-time.After(hang):
			t.Error("the others do not come")
		}
	}
}

// newcomer has Anna and Ben have a large file; then Carla, who was away, comes. reads is called for each who is asked for the file for the first time.
func newcomer(t *testing.T, c string, reads func(d *desk)) (o *office, id share.ID) {
	o = memoryOffice(t, "Anna", "Ben", "Carla")
	carla := o.desks[2]
	var armed atomic.Bool
	for _, d := range o.desks[:2] {
		var once atomic.Bool
		d.disk.Hook(func(_ int, doing, p string) {
			if doing == "read" && p == "a.bin" && armed.Load() && once.CompareAndSwap(false, true) {
				reads(d)
			}
		})
	}
	id = o.begin()
	o.level(id)
	carla.shut()
	o.arrives(id, "a.bin", c)
	armed.Store(true)
	carla.start()
	o.meet()
	return o, id
}

// TestSeveralSources: a large file comes from all who have it at once.
func TestSeveralSources(t *testing.T) {
	t.Parallel()
	const size = 24 << 20
	c := large(1, size)
	meet := together(2) // neither gives anything before both are asked
	o, id := newcomer(t, c, func(*desk) { meet(t) })
	carla := o.desks[2]
	eventually(t, "Carla has it", func() bool { return on(carla)["a.bin"] == c }, carla.state(id))
	o.level(id)
	if came := carla.traffic.Load(); came > size+9<<20 { // a group may come from both
		t.Errorf("%d bytes travelled", came)
	}
}

// TestSourceFailsAmongSeveral: what one machine does not give any more another gives, and what came stays.
func TestSourceFailsAmongSeveral(t *testing.T) {
	t.Parallel()
	const size = 24 << 20
	c := large(1, size)
	meet := together(2)
	o, id := newcomer(t, c, func(d *desk) {
		meet(t)
		if d.name == "Ben" {
			d.host.Down()
		}
	})
	carla := o.desks[2]
	eventually(t, "Carla has it", func() bool { return on(carla)["a.bin"] == c }, carla.state(id))
	if came := carla.traffic.Load(); came > size+9<<20 {
		t.Errorf("%d bytes travelled", came)
	}
	if problems := carla.problem(id, "a.bin"); problems != nil {
		t.Errorf("Carla is told %+v", problems)
	}
	for p := range everything(t, carla.disk, ".lanyard/in") {
		if strings.Contains(p, "/c-") {
			t.Errorf("%s is left", p)
		}
	}
}

// TestReceiversServe: who is still fetching a large file gives what it has of it to others who fetch it, too.
func TestReceiversServe(t *testing.T) {
	t.Parallel()
	const size = 24 << 20
	c := large(1, size)
	o := memoryOffice(t, "Anna", "Ben", "Carla")
	anna, ben, carla := o.desks[0], o.desks[1], o.desks[2]
	var writes atomic.Int64
	shut, release := make(chan struct{}), make(chan struct{})
	ben.disk.Hook(func(_ int, doing, p string) {
		if doing == "write" && strings.HasPrefix(p, ".lanyard/in/c-") && writes.Add(1) == 20 { // about 6 MiB
			close(shut)
		}
	})
	anna.disk.Hook(func(_ int, doing, p string) {
		if doing != "read" || p != "a.bin" {
			return
		}
		select {
		case <-shut: // from then on Anna gives nothing
			<-release
		default:
		}
	})
	open := sync.OnceFunc(func() { close(release) })
	defer open()
	id := o.begin()
	o.level(id)
	carla.shut()
	put(anna, "a.bin", c)
	share.Look(anna.engine, id)
	select {
	case <-shut:
	case <-time.After(hang):
		t.Fatal("Ben does not get on")
	}
	before := carla.traffic.Load()
	carla.start()
	for _, d := range o.desks[:2] { // the links that there are stay
		carla.roster.Hint(peer.Hint{Addresses: []netip.AddrPort{d.where()}, Source: peer.SourceTyped})
	}
	eventually(t, "Carla gets something, which only Ben can give", func() bool { return carla.traffic.Load()-before > 3<<19 }, carla.state(id))
	open()
	eventually(t, "all have it", func() bool { return on(carla)["a.bin"] == c && on(ben)["a.bin"] == c }, carla.state(id))
	o.level(id)
}

// TestOnlyReceiversLeft: when who has a large file goes while several fetch it, these do not wait for each other: they are told, and have it once it is there again.
func TestOnlyReceiversLeft(t *testing.T) {
	t.Parallel()
	const size = 24 << 20
	c := large(1, size)
	o := memoryOffice(t, "Anna", "Ben", "Carla")
	anna := o.desks[0]
	var gone atomic.Bool
	for _, d := range o.desks[1:] {
		var writes atomic.Int64
		d.disk.Hook(func(_ int, doing, p string) {
			if doing == "write" && strings.HasPrefix(p, ".lanyard/in/c-") && writes.Add(1) == 10 && gone.CompareAndSwap(false, true) {
				anna.host.Down()
			}
		})
	}
	id := o.begin()
	o.level(id)
	put(anna, "a.bin", c)
	share.Look(anna.engine, id)
	for _, d := range o.desks[1:] {
		eventually(t, d.name+" is told", func() bool { return gone.Load() && d.problem(id, "a.bin") != nil }, d.state(id))
	}
	anna.host.Up()
	o.meet()
	for _, d := range o.desks[1:] {
		eventually(t, d.name+" has it", func() bool { return on(d)["a.bin"] == c }, d.state(id))
	}
	o.level(id)
}
