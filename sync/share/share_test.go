package share_test

import (
	"os"
	"path/filepath"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"lanyard/sync/share"
)

// TestTwo is the main job: one shares, the other accepts, and then whatever either does is on both sides.
func TestTwo(t *testing.T) {
	t.Parallel()
	o := newOffice(t, "Anna", "Ben")
	anna, ben := o.desks[0], o.desks[1]
	id, roots := anna.share(map[string]string{"Budget.txt": "one", "notes/today.txt": "call Carla", "notes/empty.txt": ""}, ben)
	a, b := roots[0], roots[1]
	start := map[string]string{"Budget.txt": "one", "notes/": "", "notes/today.txt": "call Carla", "notes/empty.txt": ""}
	become(t, start, b)

	write(t, b, "from Ben.txt", "hello")
	start["from Ben.txt"] = "hello"
	become(t, start, a)

	save(t, a, "Budget.txt", "two")
	start["Budget.txt"] = "two"
	become(t, start, b)

	big := strings.Repeat("0123456789abcdef", 200_000) // goes as a content of its own
	write(t, a, "big.bin", big)
	start["big.bin"] = big
	become(t, start, b)

	check(t, os.Remove(filepath.Join(b, "notes", "today.txt")))
	delete(start, "notes/today.txt")
	become(t, start, a)
	o.agree(id, a, b)

	trash, err := anna.engine.Trash(t.Context(), id)
	check(t, err)
	if len(trash) != 1 || trash[0].Path != "notes/today.txt" || trash[0].By.Name != "Ben" || trash[0].Reason != share.Deleted {
		t.Fatalf("Anna's trash holds %+v", trash)
	}
	if _, err := anna.engine.Restore(t.Context(), id, "notes/today.txt", false); err != nil {
		t.Fatal(err)
	}
	start["notes/today.txt"] = "call Carla"
	become(t, start, a, b)
	o.agree(id, a, b)
	told := func(what share.What, path, by string) {
		t.Helper()
		eventually(t, "Anna is told that "+by+" "+string(what)+" "+path, func() bool {
			return anna.notices.has(func(n share.Notice) bool { return n.What == what && n.Path == path && n.By.Name == by })
		}, func() string { return "" })
	}
	told(share.Added, "from Ben.txt", "Ben")
	told(share.Deleted, "notes/today.txt", "Ben")
	told(share.Restored, "notes/today.txt", "Anna")
}

// TestQuiet: when all is equal nobody says or writes anything.
func TestQuiet(t *testing.T) {
	t.Parallel()
	o, id, a, b := pair(t, map[string]string{"a.txt": "one", "dir/b.txt": "two"})
	save(t, b, "a.txt", "three")
	become(t, map[string]string{"a.txt": "three", "dir/": "", "dir/b.txt": "two"}, a)
	o.agree(id, a, b)
	var changes atomic.Int64
	quietFor := func(d time.Duration) bool {
		before := changes.Load()
		time.Sleep(d) // that nothing happens has no event
		return changes.Load() == before
	}
	for _, d := range o.desks {
		defer d.engine.Subscribe(func(share.Change) { changes.Add(1) })()
	}
	deadline := time.Now().Add(hang)
	for !quietFor(700 * time.Millisecond) {
		if time.Now().After(deadline) {
			t.Fatal("the engines do not come to rest")
		}
	}
}
