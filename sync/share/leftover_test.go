package share_test

import (
	"math/rand/v2"
	"strings"
	"sync/atomic"
	"testing"

	"lanyard/sync/index"
	"lanyard/sync/share"
)

// TestLeftover: of a large file whose fetch breaks off what has come is kept, also over a restart, while the file is wanted; when it is deleted where it
// was made, what has come goes, too.
func TestLeftover(t *testing.T) {
	t.Parallel()
	o := memoryOffice(t, "Anna", "Ben")
	anna, ben := o.desks[0], o.desks[1]
	large := make([]byte, 8<<20)
	for i := range large {
		large[i] = byte(rand.Uint32())
	}
	var broken atomic.Bool
	ben.disk.Hook(func(_ int, doing, p string) {
		if doing == "write" && strings.HasPrefix(p, ".lanyard/in/c-") && broken.CompareAndSwap(false, true) {
			anna.host.Down()
		}
	})
	came := func() int {
		entries, err := ben.disk.List(".lanyard/in")
		check(t, err)
		return len(entries)
	}
	id := o.begin()
	check(t, anna.disk.Local().WriteFile("large.bin", large))
	share.Look(anna.engine, id)
	eventually(t, "Ben's fetch breaks off", broken.Load, anna.state(id))
	eventually(t, "Ben is told that it does not come", func() bool { return ben.problem(id, "large.bin") != nil }, ben.state(id))
	ben.shut()
	ben.start()
	eventually(t, "Ben is told again", func() bool { return ben.problem(id, "large.bin") != nil }, ben.state(id))
	if n := came(); n != 1 {
		t.Fatalf("%d contents are kept", n)
	}
	check(t, anna.disk.Local().Remove("large.bin"))
	eventually(t, "Anna's file is gone", func() bool {
		share.Look(anna.engine, id)
		return share.Shows(anna.engine, id, "large.bin") == index.Tombstone
	}, anna.state(id))
	anna.host.Up()
	o.meet()
	o.level(id)
	eventually(t, "what came in part is gone", func() bool { return came() == 0 }, ben.state(id))
}
