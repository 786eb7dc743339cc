package share_test

import (
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"lanyard/internal/identity"
	"lanyard/sync/share"
)

// TestEndBetweenPlacingAndFlushing: what was placed and not yet made durable when the program ended, well or not, is made so before anybody counts on
// it. Else a power cut later could leave half a file, or none, that would be taken for somebody's change.
func TestEndBetweenPlacingAndFlushing(t *testing.T) {
	t.Parallel()
	for _, end := range []struct {
		what   string
		killed bool
	}{
		{what: "stopped"},
		{what: "killed", killed: true},
	} {
		t.Run(end.what, func(t *testing.T) {
			t.Parallel()
			o, id, trap := onMemory(t)
			anna, ben := o.desks[0], o.desks[1]
			content := strings.Repeat("what Anna wrote ", 4000)
			profile := trap.end(ben, id, "move to", "dir/b.txt") // the placing; its flush is not reached
			check(t, anna.disk.Local().Save("dir/b.txt", []byte(content)))
			check(t, anna.disk.SyncAll())
			share.Look(anna.engine, id)
			dir := <-profile
			ben.shut()
			if end.killed {
				ben.dir = dir
			}
			ben.start()
			o.meet()
			anna.inSync(id)
			for seed := range uint64(40) {
				if got, err := ben.disk.PowerCut(seed).Local().ReadFile("dir/b.txt"); err != nil || string(got) != content {
					t.Fatalf("it counts as applied, and a power cut leaves %d of %d bytes, %v", len(got), len(content), err)
				}
			}
		})
	}
}

// TestDistrustIsRepeatedUntilDone: a desk that lost its power, and was stopped while it looked for damage, looks again at the next start.
func TestDistrustIsRepeatedUntilDone(t *testing.T) {
	t.Parallel()
	o, id, trap := onMemory(t)
	anna, ben := o.desks[0], o.desks[1]
	content := strings.Repeat("what Anna wrote ", 4000)
	profile := trap.end(ben, id, "move to", "b.txt")
	check(t, anna.disk.Local().Save("b.txt", []byte(content)))
	check(t, anna.disk.SyncAll())
	share.Look(anna.engine, id)
	ben.dir = <-profile
	ben.shut()
	check(t, ben.disk.Local().WriteFile("b.txt", []byte(content[:100]))) // what the power cut left
	check(t, ben.disk.SyncAll())
	ben.boot++
	again := make(chan struct{})
	trap.set("look at", "b.txt", func() { ben.stop(); close(again) })
	ben.start()
	<-again
	ben.shut()
	ben.start()
	o.meet()
	anna.inSync(id)
	for _, d := range o.desks {
		if got, err := d.disk.Local().ReadFile("b.txt"); err != nil || string(got) != content {
			t.Errorf("%s has %.20q..., %d bytes, %v", d.name, got, len(got), err)
		}
	}
}

// onMemory has Anna and Ben share a folder on disks in memory. The trap is on Ben's.
func onMemory(t *testing.T) (*office, share.ID, *trap) {
	o := memoryOffice(t, "Anna", "Ben")
	laid := &trap{}
	o.desks[1].disk.Hook(laid.step)
	o.open()
	anna, ben := o.desks[0], o.desks[1]
	anna.meetAll()
	st, err := anna.engine.Add(t.Context(), t.TempDir(), "Plans", []identity.PersonID{person(ben)})
	check(t, err)
	ben.accept(st.ID)
	anna.inSync(st.ID)
	return o, st.ID, laid
}

// inSync waits until a desk knows that all members have everything.
func (d *desk) inSync(id share.ID) {
	d.t.Helper()
	eventually(d.t, "all are in sync", func() bool {
		st, err := d.engine.Get(id)
		if err != nil || st.State != share.InSync {
			return false
		}
		for _, m := range st.Members {
			if !m.InSync {
				return false
			}
		}
		return true
	}, func() string { return share.Pending(d.engine, id) })
}

// trap does something once, at a call on a disk.
type trap struct {
	mu          sync.Mutex
	doing, path string
	spring      func()
}

func (x *trap) set(doing, path string, spring func()) {
	x.mu.Lock()
	defer x.mu.Unlock()
	x.doing, x.path, x.spring = doing, path, spring
}

// step is the disk's hook.
func (x *trap) step(_ int, doing, path string) {
	x.mu.Lock()
	var spring func()
	if x.spring != nil && doing == x.doing && path == x.path {
		spring, x.spring = x.spring, nil
	}
	x.mu.Unlock()
	if spring != nil {
		spring()
	}
}

// end has a desk's program begin to end at that call. The channel gets a profile with the databases as they were at that instant.
func (x *trap) end(d *desk, id share.ID, doing, path string) <-chan string {
	profile, done := d.t.TempDir(), make(chan string, 1)
	check(d.t, os.Mkdir(filepath.Join(profile, "shares"), 0o700))
	x.set(doing, path, func() {
		if err := share.Freeze(d.engine, id, d.dir, profile, d.stop); err != nil {
			d.t.Error(err)
		}
		done <- profile
	})
	return done
}
