package share_test

import (
	"strings"
	"sync/atomic"
	"testing"
	"time"

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
