package share_test

import (
	"os"
	"path/filepath"
	"testing"
	"time"

	"lanyard/sync/share"
)

// age makes all that lies in a folder's trash so many days older.
func age(t *testing.T, root string, days int) {
	t.Helper()
	trash := filepath.Join(root, ".lanyard", "trash")
	drawers, err := os.ReadDir(trash)
	check(t, err)
	then := time.Now().AddDate(0, 0, -days)
	for _, d := range drawers {
		check(t, filepath.WalkDir(filepath.Join(trash, d.Name()), func(p string, e os.DirEntry, err error) error {
			if err == nil && !e.IsDir() {
				err = os.Chtimes(p, then, then)
			}
			return err
		}))
		check(t, os.Rename(filepath.Join(trash, d.Name()), filepath.Join(trash, then.UTC().Format("20060102T150405Z")+d.Name()[len("20060102T150405Z"):])))
	}
}

// TestRetention: what was deleted is kept as long as was chosen, for one share or for all; what is dropped is counted, and nothing goes within a day.
func TestRetention(t *testing.T) {
	t.Parallel()
	o, id, a, b := pair(t, map[string]string{"old.txt": "old", "keep.txt": "keep"})
	o.agree(id, a, b)
	ben := o.desks[1]
	check(t, os.Remove(filepath.Join(a, "old.txt")))
	become(t, map[string]string{"keep.txt": "keep"}, a, b)
	o.agree(id, a, b)
	kept := func(what string, want share.Retention, own bool, files, purged int) {
		t.Helper()
		k, err := ben.engine.Retention(t.Context(), id)
		check(t, err)
		if k.Retention != want || k.Own != own || k.Files != files || k.Purged.Files != purged || files > 0 != (k.Bytes > 0) || purged > 0 == k.Purged.Time.IsZero() {
			t.Errorf("%s: %+v", what, k)
		}
	}
	kept("as usual", share.UsualRetention, false, 1, 0)
	age(t, b, 20)
	check(t, ben.engine.SetRetention(t.Context(), id, &share.Retention{Days: 21, Percent: 5}))
	kept("a day is left", share.Retention{Days: 21, Percent: 5}, true, 1, 0)
	check(t, ben.engine.SetRetention(t.Context(), id, &share.Retention{Days: 19, Percent: 5}))
	kept("too old", share.Retention{Days: 19, Percent: 5}, true, 0, 1)
	check(t, os.Remove(filepath.Join(a, "keep.txt")))
	become(t, map[string]string{}, a, b)
	o.agree(id, a, b)
	check(t, ben.engine.SetRetention(t.Context(), id, &share.Retention{Days: 1, Percent: 1}))
	kept("within a day", share.Retention{Days: 1, Percent: 1}, true, 1, 1)
	check(t, ben.engine.SetRetention(t.Context(), id, nil))
	kept("as all again", share.UsualRetention, false, 1, 1)
}
