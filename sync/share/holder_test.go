package share_test

import (
	"fmt"
	"strings"
	"sync/atomic"
	"testing"

	"lanyard/internal/identity"
	"lanyard/internal/lantest"
	"lanyard/internal/tree"
	"lanyard/sync/share"
)

// memoryOffice is an office whose folders lie on disks in memory, which tell nobody what happens on them.
func memoryOffice(t *testing.T, names ...string) *office {
	o := darkOffice(t, lantest.New(uint64(len(names))), names...)
	for _, d := range o.desks {
		d.disk = tree.NewMemory(tree.MemoryOptions{Volume: d.name})
	}
	return o
}

// begin starts all desks; the first one shares its folder with all others.
func (o *office) begin() share.ID {
	o.open()
	first := o.desks[0]
	first.meetAll()
	var with []identity.PersonID
	for _, d := range o.desks[1:] {
		with = append(with, person(d))
	}
	st, err := first.engine.Add(o.t.Context(), o.t.TempDir(), "Plans", with)
	check(o.t, err)
	for _, d := range o.desks[1:] {
		d.accept(st.ID)
	}
	return st.ID
}

// level waits until all desks that run show the same files and say that they are in sync.
func (o *office) level(id share.ID) map[string]string {
	o.t.Helper()
	var got map[string]string
	eventually(o.t, "all folders are equal", func() bool {
		got = nil
		for _, d := range o.desks {
			if d.engine != nil {
				share.Look(d.engine, id)
			}
		}
		for _, d := range o.desks {
			if d.engine == nil {
				continue
			}
			st, err := d.engine.Get(id)
			now := on(d)
			if err != nil || st.State != share.InSync || got != nil && listing(now) != listing(got) {
				return false
			}
			got = now
		}
		return true
	}, func() string {
		out := ""
		for _, d := range o.desks {
			if d.engine != nil {
				out += fmt.Sprintf("%s: %s\n%s%s", d.name, d.state(id)(), listing(on(d)), share.Pending(d.engine, id))
			}
		}
		return out
	})
	return got
}

// on reads what a desk's disk in memory shows.
func on(d *desk) map[string]string { return filesBelow(d, "") }

// whenAsked has something happen on a desk when big.bin is opened for the first time after arm was called.
func whenAsked(d *desk, happens func()) (arm func()) {
	var armed atomic.Bool
	d.disk.Hook(func(_ int, doing, path string) {
		if doing == "open" && path == "big.bin" && armed.CompareAndSwap(true, false) {
			happens()
		}
	})
	return func() { armed.Store(true) }
}

// bring has a desk take files into the share while nobody can reach it, and then be there again: who opens one of them after that does so for somebody who
// asks for it, since the desk itself has looked at them.
func (o *office) bring(d *desk, id share.ID, files map[string]string, looked func()) {
	o.t.Helper()
	o.level(id)
	d.host.Down()
	for p, c := range files {
		check(o.t, d.disk.Local().WriteFile(p, []byte(c)))
	}
	share.Look(d.engine, id)
	for range 2 { // an order comes before the look in its round, the next one in a later round
		_, err := share.NextLook(o.t.Context(), d.engine, id)
		check(o.t, err)
	}
	if n, _ := share.Published(o.t.Context(), d.engine, id); n != len(files) {
		o.t.Fatalf("%s has published %d of %d files", d.name, n, len(files))
	}
	looked()
	d.host.Up()
	o.meet()
}

// TestNobodyHasIt: a file whose only owner changed it before anybody fetched it is told as such, on all desks, and the share is done with all else.
// When its owner's program has finished, all is well again.
func TestNobodyHasIt(t *testing.T) {
	t.Parallel()
	o := memoryOffice(t, "Anna", "Ben", "Carla")
	anna, ben, carla := o.desks[0], o.desks[1], o.desks[2]
	asked := whenAsked(ben, func() { check(t, ben.disk.Local().WriteFile("big.bin", []byte("being written"))) })
	id := o.begin()
	o.bring(ben, id, map[string]string{"big.bin": strings.Repeat("first ", 20000), "small.txt": "small"}, asked)
	for _, d := range []*desk{anna, carla} {
		eventually(t, d.name+" is told that nobody has it", func() bool {
			p := d.problem(id, "big.bin")
			st, err := d.engine.Get(id)
			return err == nil && st.State == share.Trouble && len(st.Problems) == 1 && p != nil && p.Remedy != "" &&
				strings.Contains(p.Text, "Ben deleted or changed it before it reached anybody") && on(d)["small.txt"] == "small"
		}, func() string { return anna.state(id)() + "\n" + carla.state(id)() })
	}
	eventually(t, "Ben learns that the others lack it", func() bool {
		st, err := ben.engine.Get(id)
		return err == nil && st.State == share.Trouble && len(st.Problems) > 0
	}, ben.state(id))
	if got := o.level(id); got["big.bin"] != "being written" {
		t.Fatalf("the folders hold\n%s", listing(got))
	}
}

// TestOnlyOneHasIt: a file that only somebody absent has is told with their name, and comes when they are back.
func TestOnlyOneHasIt(t *testing.T) {
	t.Parallel()
	o := memoryOffice(t, "Anna", "Ben", "Carla")
	anna, ben, carla := o.desks[0], o.desks[1], o.desks[2]
	big := strings.Repeat("first ", 20000)
	asked := whenAsked(ben, ben.host.Down)
	id := o.begin()
	o.bring(ben, id, map[string]string{"big.bin": big}, asked)
	for _, d := range []*desk{anna, carla} {
		eventually(t, d.name+" is told who has it", func() bool {
			p := d.problem(id, "big.bin")
			st, err := d.engine.Get(id)
			return err == nil && st.State == share.Trouble && p != nil && strings.Contains(p.Text, "only Ben has it, and is not online")
		}, d.state(id))
	}
	check(t, anna.disk.Local().WriteFile("meanwhile.txt", []byte("goes on")))
	share.Look(anna.engine, id)
	eventually(t, "other files go on", func() bool { return on(carla)["meanwhile.txt"] == "goes on" }, carla.state(id))
	ben.host.Up()
	o.meet()
	if got := o.level(id); got["big.bin"] != big {
		t.Fatalf("the folders hold\n%s", listing(got))
	}
}
