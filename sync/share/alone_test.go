package share_test

import (
	"os"
	"path/filepath"
	"testing"

	"lanyard/internal/lantest"
	"lanyard/internal/tree"
	"lanyard/sync/share"
)

// TestAlone: who waits for the first word of the share from somebody who is not there waits, and does nothing else.
func TestAlone(t *testing.T) {
	t.Parallel()
	o := newOffice(t, "Anna", "Ben")
	anna, ben := o.desks[0], o.desks[1]
	id, roots := anna.share(map[string]string{"a.txt": "a"}, ben)
	become(t, map[string]string{"a.txt": "a"}, roots...)
	ben.shut()
	check(t, os.Remove(filepath.Join(ben.dir, "shares", id.String()+".db")))
	o.lan.Partition([]*lantest.Host{anna.host}, []*lantest.Host{ben.host})
	ben.start()
	eventually(t, "Ben's share is open", func() bool {
		share.Heard(ben.engine, id, "a.txt", false, true)
		_, next, err := share.Round(t.Context(), ben.engine, id)
		if err == nil && next <= 0 {
			t.Fatal("the next round is due at once, and again, and again")
		}
		return err == nil
	}, func() string { return "" })
	o.lan.Heal()
	o.meet()
	o.agree(id, roots...)
}

// TestRootGoneWhileBlocked: while the folder is away, what is to be tried again there waits for it, and so does the worker.
func TestRootGoneWhileBlocked(t *testing.T) {
	t.Parallel()
	o := darkOffice(t, lantest.New(2), "Anna", "Ben")
	anna, ben := o.desks[0], o.desks[1]
	ben.disk = tree.NewMemory(tree.MemoryOptions{Volume: "Ben"})
	o.open()
	id, _ := anna.share(map[string]string{"a.txt": "a"}, ben)
	eventually(t, "Ben has it", func() bool { return on(ben)["a.txt"] == "a" }, func() string { return "" })
	check(t, ben.disk.Local().Unplug())
	check(t, share.Blocked(t.Context(), ben.engine, id, "a.txt"))
	_, next, err := share.Round(t.Context(), ben.engine, id)
	if check(t, err); next <= 0 {
		t.Fatal("the next round is due at once, and again, and again")
	}
}
