package share_test

import (
	"fmt"
	"os"
	"path/filepath"
	"testing"

	"lanyard/sync/share"
)

// TestRestoredOnce: who restores a file is told of one thing, not of a new file besides.
func TestRestoredOnce(t *testing.T) {
	t.Parallel()
	o, id, a, b := pair(t, map[string]string{"a.txt": "one"})
	ben := o.desks[1]
	check(t, os.Remove(filepath.Join(a, "a.txt")))
	become(t, map[string]string{}, b)
	o.agree(id, a, b)
	got, err := ben.engine.Restore(t.Context(), id, "a.txt")
	if err != nil || got != "a.txt" {
		t.Fatal(got, err)
	}
	become(t, map[string]string{"a.txt": "one"}, a, b)
	o.agree(id, a, b)
	told := func() (list []share.Notice) {
		list, err := ben.engine.Notices(t.Context(), id, 100)
		check(t, err)
		return list
	}
	eventually(t, "Ben is told of it", func() bool {
		return ben.notices.has(func(n share.Notice) bool {
			return n.What == share.Restored && n.Path == "a.txt" && n.By.ID == person(ben)
		})
	}, func() string { return fmt.Sprint(told()) })
	mine := 0
	for _, n := range told() {
		if n.By.ID == person(ben) {
			mine++
		}
	}
	if mine != 1 {
		t.Errorf("%d notices of what Ben did: %+v", mine, told())
	}
}
