package share_test

import (
	"sync/atomic"
	"testing"

	"lanyard/internal/lantest"
	"lanyard/internal/tree"
	"lanyard/sync/share"
)

// TestWrittenInTheInstantItComes: what a person writes into a file as soon as it has come, or been replaced, reaches the others.
func TestWrittenInTheInstantItComes(t *testing.T) {
	t.Parallel()
	o := darkOffice(t, lantest.New(9), "Anna", "Ben")
	anna, ben := o.desks[0], o.desks[1]
	ben.disk = tree.NewMemory(tree.MemoryOptions{Volume: "Ben"})
	var first, second atomic.Bool
	ben.disk.Hook(func(int, string, string) { // the first call after that is the look at what has come
		here := ben.disk.Local()
		for came, done := range map[string]*atomic.Bool{"one": &first, "two": &second} {
			if b, err := here.ReadFile("doc.txt"); err == nil && string(b) == came && done.CompareAndSwap(false, true) {
				if err := here.WriteFile("doc.txt", []byte(came+", and Ben's")); err != nil {
					t.Error(err)
				}
			}
		}
	})
	o.open()
	id, roots := anna.share(map[string]string{"doc.txt": "one"}, ben)
	shows := func(want string) {
		t.Helper()
		eventually(t, want, func() bool {
			share.Look(ben.engine, id)
			return contents(t, roots[0])["doc.txt"] == want
		}, ben.state(id))
	}
	shows("one, and Ben's")
	save(t, roots[0], "doc.txt", "two")
	shows("two, and Ben's")
}
