package share_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"lanyard/internal/lantest"
	"lanyard/internal/tree"
	"lanyard/sync/share"
)

// waits returns how many things in a desk's trash are to be looked at again.
func (d *desk) waits(id share.ID) int {
	d.t.Helper()
	n, err := share.Watched(d.t.Context(), d.engine, id)
	check(d.t, err)
	return n
}

func (d *desk) trash(id share.ID) []share.Trashed {
	d.t.Helper()
	list, err := d.engine.Trash(d.t.Context(), id)
	check(d.t, err)
	return list
}

// TestLateWriteAfterDeletion: a program that has a deleted file open saves into the trash; that comes back under its name, for everybody, also when the
// desk started anew in between.
func TestLateWriteAfterDeletion(t *testing.T) {
	t.Parallel()
	o, id, a, b := pair(t, map[string]string{"doc.txt": "one", "other.txt": "stays"})
	anna, ben := o.desks[0], o.desks[1]
	f, err := os.OpenFile(filepath.Join(b, "doc.txt"), os.O_RDWR, 0)
	check(t, err)
	t.Cleanup(func() { f.Close() })
	check(t, os.Remove(filepath.Join(a, "doc.txt")))
	become(t, map[string]string{"other.txt": "stays"}, a, b)
	o.agree(id, a, b)
	check(t, share.Age(t.Context(), ben.engine, id, 2*time.Minute)) // nothing was written yet
	eventually(t, "the trash was looked at", func() bool { return len(ben.trash(id)) == 1 && ben.waits(id) == 1 }, ben.state(id))
	_, err = f.WriteAt([]byte("one and more, saved late"), 0)
	check(t, err)
	check(t, f.Sync())
	check(t, f.Close())
	ben.restart()
	eventually(t, "Ben is at work", func() bool { return share.Age(t.Context(), ben.engine, id, 20*time.Minute) == nil }, ben.state(id))
	become(t, map[string]string{"doc.txt": "one and more, saved late", "other.txt": "stays"}, a, b)
	o.agree(id, a, b)
	if list := ben.trash(id); len(list) != 0 || ben.waits(id) != 0 {
		t.Errorf("in the trash remain %+v", list)
	}
	for _, d := range []*desk{anna, ben} {
		if list := d.account(id); list[0].Path != "doc.txt" || list[0].By.Name != "Ben" || list[0].What == share.Deleted {
			t.Errorf("%s is told last %+v", d.name, list[0])
		}
	}
}

// TestLateWriteAfterReplacement: what is written into a replaced file comes back beside it, as a conflict with whoever replaced it; what was not
// written to stays in the trash and is looked at less and less, then no more.
func TestLateWriteAfterReplacement(t *testing.T) {
	t.Parallel()
	o := darkOffice(t, lantest.New(8), "Anna", "Ben")
	anna, ben := o.desks[0], o.desks[1]
	ben.disk = tree.NewMemory(tree.MemoryOptions{Volume: "Ben"})
	opened := make(chan tree.File, 1)
	ben.disk.Hook(func(_ int, doing, p string) { // a program opens the file in the instant in which it is replaced
		if doing == "replace" && p == "doc.txt" && len(opened) == 0 {
			if f, err := ben.disk.Local().Open("doc.txt"); err == nil {
				opened <- f
			}
		}
	})
	o.open()
	id, roots := anna.share(map[string]string{"doc.txt": "one", "quiet.txt": "one"}, ben)
	has := func(p, c string) func() bool {
		return func() bool { b, err := ben.disk.Local().ReadFile(p); return err == nil && string(b) == c }
	}
	eventually(t, "the files come", func() bool { return has("doc.txt", "one")() && has("quiet.txt", "one")() }, ben.state(id))
	save(t, roots[0], "quiet.txt", "two")
	save(t, roots[0], "doc.txt", "two")
	eventually(t, "Ben has the new ones", func() bool { return has("doc.txt", "two")() && has("quiet.txt", "two")() }, ben.state(id))
	eventually(t, "both old ones are watched", func() bool { return ben.waits(id) == 2 }, ben.state(id))
	var f tree.File
	select {
	case f = <-opened:
	default:
		t.Fatal("the program did not get to open the file")
	}
	_, err := f.WriteAt([]byte("one, saved late by Ben"), 0)
	check(t, err)
	check(t, f.Close())
	check(t, share.Age(t.Context(), ben.engine, id, time.Minute))
	copied := ""
	eventually(t, "what was saved late comes to Anna beside the file", func() bool {
		share.Look(ben.engine, id)
		for p, c := range contents(t, roots[0]) {
			if c == "one, saved late by Ben" && strings.HasPrefix(p, "doc (conflict, Ben, ") {
				copied = p
			}
		}
		return copied != ""
	}, func() string { return listing(contents(t, roots[0])) })
	if got := contents(t, roots[0])["doc.txt"]; got != "two" {
		t.Errorf("the file itself became %q", got)
	}
	for _, d := range o.desks {
		conflict := func(n share.Notice) bool {
			return n.What == share.Conflict && n.Path == "doc.txt" && n.Copy == copied && n.By.Name == "Ben" && n.Other.Name == "Anna"
		}
		eventually(t, d.name+" is told", func() bool { return d.notices.has(conflict) }, d.state(id))
	}
	for _, by := range []time.Duration{9 * time.Minute, time.Hour} {
		check(t, share.Age(t.Context(), ben.engine, id, by))
		eventually(t, "the other stays in the trash and is looked at again", func() bool { return ben.waits(id) == 1 && len(ben.trash(id)) == 1 }, ben.state(id))
	}
	check(t, share.Age(t.Context(), ben.engine, id, 24*time.Hour))
	eventually(t, "at last it is looked at no more", func() bool { return ben.waits(id) == 0 && len(ben.trash(id)) == 1 }, ben.state(id))
}

// TestLateWriteBeforePurge: what was written to in the trash comes back instead of being purged; the rest goes.
func TestLateWriteBeforePurge(t *testing.T) {
	t.Parallel()
	o, id, a, b := pair(t, map[string]string{"doc.txt": "one", "quiet.txt": "one"})
	ben := o.desks[1]
	f, err := os.OpenFile(filepath.Join(b, "doc.txt"), os.O_RDWR, 0)
	check(t, err)
	t.Cleanup(func() { f.Close() })
	check(t, os.Remove(filepath.Join(a, "doc.txt")))
	check(t, os.Remove(filepath.Join(a, "quiet.txt")))
	become(t, map[string]string{}, a, b)
	o.agree(id, a, b)
	_, err = f.WriteAt([]byte("late"), 0)
	check(t, err)
	check(t, f.Close())
	check(t, share.PurgeAll(t.Context(), ben.engine, id))
	become(t, map[string]string{"doc.txt": "late"}, a, b)
	if list := ben.trash(id); len(list) != 0 || ben.waits(id) != 0 {
		t.Errorf("in the trash remain %+v", list)
	}
}
