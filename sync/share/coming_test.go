package share_test

import (
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"lanyard/sync/share"
)

// TestProgressOfLarge: while a large file comes people see how much of it is here, of no more than it has.
func TestProgressOfLarge(t *testing.T) {
	t.Parallel()
	const size = 9 << 20
	o := memoryOffice(t, "Anna", "Ben")
	anna, ben := o.desks[0], o.desks[1]
	var written atomic.Int64
	half, release := make(chan struct{}), make(chan struct{})
	ben.disk.Hook(func(_ int, doing, p string) {
		if doing == "write" && strings.HasPrefix(p, ".lanyard/in/c-") && written.Add(1) == 8 {
			close(half)
			<-release
		}
	})
	id := o.begin()
	o.level(id)
	open := sync.OnceFunc(func() { close(release) })
	defer open()
	cancel := ben.engine.Subscribe(func(c share.Change) {
		if c.Status == nil {
			return
		}
		if p := c.Status.Progress; p.BytesDone > p.BytesTotal || p.BytesTotal > size {
			t.Errorf("%d of %d bytes of a file of %d", p.BytesDone, p.BytesTotal, size)
		}
	})
	defer cancel()
	c := large(1, size)
	put(anna, "a.bin", c)
	share.Look(anna.engine, id)
	select {
	case <-half:
	case <-time.After(hang):
		t.Fatal("nothing comes")
	}
	st, err := ben.engine.Get(id)
	check(t, err)
	if p := st.Progress; p.BytesDone == 0 || p.BytesDone >= size || p.BytesTotal != size {
		t.Errorf("half way it says %+v", p)
	}
	open()
	eventually(t, "Ben has it", func() bool { return on(ben)["a.bin"] == c }, ben.state(id))
	o.level(id)
}
