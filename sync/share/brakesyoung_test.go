package share_test

import (
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"testing"

	"lanyard/sync/ignore"
)

// news are files that nobody had before.
func news(n int) map[string]string {
	out := map[string]string{}
	for i := range n {
		out[fmt.Sprintf("new %02d.txt", i)] = fmt.Sprintf("new %d", i)
	}
	return out
}

// putAndTakeAway makes files in a folder, waits until others have them, and deletes them again.
func putAndTakeAway(t testing.TB, files, more map[string]string, root, other string) {
	t.Helper()
	for p, c := range more {
		save(t, root, p, c)
	}
	both := maps.Clone(files)
	maps.Copy(both, more)
	become(t, whole(both), root, other)
	removeAll(t, root, slices.Collect(maps.Keys(more))...)
	become(t, whole(files), root, other)
}

// TestNewFilesMayBeTakenAwayAgain: also after something was forgotten, so that what is made has seen that.
func TestNewFilesMayBeTakenAwayAgain(t *testing.T) {
	t.Parallel()
	o, id, a, b := pair(t, map[string]string{"a.txt": "one", "b.txt": "two"})
	anna, ben := o.desks[0], o.desks[1]
	check(t, os.Remove(filepath.Join(a, "a.txt")))
	become(t, map[string]string{"b.txt": "two"}, a, b)
	save(t, b, "b.txt", "three") // with it Anna tells what she knows
	files := map[string]string{"b.txt": "three"}
	become(t, files, a, b)
	o.forgotten(id, anna, ben)
	putAndTakeAway(t, files, news(60), a, b)
	o.agree(id, a, b)
}

// TestNewFilesThatAreLeftOutAreNotCounted: nor are a few deletions an emptied folder after rules have left out what was just made.
func TestNewFilesThatAreLeftOutAreNotCounted(t *testing.T) {
	t.Parallel()
	files := many(40)
	_, _, a, b := pair(t, files)
	more := news(50)
	for p, c := range more {
		save(t, a, p, c)
	}
	all := maps.Clone(files)
	maps.Copy(all, more)
	become(t, whole(all), a, b)
	rules := "new *\n"
	save(t, a, ignore.File, rules)
	all[ignore.File] = rules
	become(t, whole(all), a, b)
	for i := range 10 {
		p := fmt.Sprintf("d0/f%03d.txt", i)
		delete(all, p)
		removeAll(t, a, p)
	}
	become(t, whole(all), a, b)
}

// TestNewFilesThatAreGoneAreNotCounted: a few deletions after them are no emptied folder.
func TestNewFilesThatAreGoneAreNotCounted(t *testing.T) {
	t.Parallel()
	files := many(40)
	o, id, a, b := pair(t, files)
	putAndTakeAway(t, files, news(50), a, b)
	for i := range 10 {
		p := fmt.Sprintf("d0/f%03d.txt", i)
		delete(files, p)
		removeAll(t, a, p)
	}
	become(t, whole(files), a, b)
	o.agree(id, a, b)
	for _, d := range o.desks {
		if st, err := d.engine.Get(id); err != nil || len(st.Held) > 0 {
			t.Errorf("%s is asked: %+v %v", d.name, st.Held, err)
		}
	}
}
