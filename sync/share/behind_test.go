package share_test

import (
	"testing"

	"lanyard/sync/index"
	"lanyard/sync/share"
)

// TestFilesToCome: who is behind with a file, a folder and a deletion misses one file, by their own status and by that of others; and while a file is no
// part of it they miss none, and are not up to date all the same.
func TestFilesToCome(t *testing.T) {
	t.Parallel()
	o := memoryOffice(t, "Anna", "Ben")
	anna, ben := o.desks[0], o.desks[1]
	for _, p := range []string{"x", "y"} {
		check(t, anna.disk.Local().WriteFile(p, []byte(p)))
	}
	id := o.begin()
	o.level(id)
	misses := func(d, who *desk, files int, bytes int64) {
		t.Helper()
		eventually(t, d.name+" says what "+who.name+" misses", func() bool {
			st, err := d.engine.Get(id)
			check(t, err)
			for _, m := range st.Members {
				if m.ID == person(who) {
					return !m.InSync && m.PendingFiles == files && m.PendingBytes == bytes && (d != who || st.State == share.Syncing)
				}
			}
			return false
		}, d.state(id))
	}
	heard := func(p index.Path, kind index.Kind) {
		t.Helper()
		eventually(t, "Ben hears of "+string(p), func() bool {
			share.Look(anna.engine, id)
			return share.Shows(ben.engine, id, p) == kind
		}, anna.state(id))
	}
	check(t, share.Together(t.Context(), ben.engine, id, "y", func(func() bool) {
		check(t, anna.disk.Local().Remove("x"))
		check(t, anna.disk.Local().MkdirAll("folder"))
		heard("folder", index.Dir)
		heard("x", index.Tombstone)
		misses(ben, ben, 0, 0)
		misses(anna, ben, 0, 0)
		check(t, anna.disk.Local().WriteFile("new", []byte("four")))
		heard("new", index.File)
		misses(ben, ben, 1, 4)
		misses(anna, ben, 1, 4)
	}))
	o.level(id)
}
