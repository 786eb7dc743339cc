package share_test

import (
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"lanyard/sync/index"
	"lanyard/sync/share"
)

// TestLargeFolder: a folder of more paths than are planned at once is renamed, which costs no byte, and then deleted.
func TestLargeFolder(t *testing.T) {
	t.Parallel()
	o := newOffice(t, "Anna", "Ben")
	anna, ben := o.desks[0], o.desks[1]
	files := map[string]string{}
	for i := range 800 {
		files[fmt.Sprintf("old/d%02d/f%04d", i/40, i)] = fmt.Sprintf("content %d", i)
	}
	id, roots := anna.share(files, ben)
	o.agree(id, roots...)
	files = contents(t, roots[0])

	check(t, ben.engine.Pause(t.Context(), id)) // so that all of it comes at once
	check(t, os.Rename(filepath.Join(roots[0], "old"), filepath.Join(roots[0], "zoo")))
	lacking := func() (files int) {
		st, err := anna.engine.Get(id)
		check(t, err)
		for _, m := range st.Members {
			files += m.PendingFiles
		}
		return files
	}
	eventually(t, "Anna has published the rename", func() bool {
		return lacking() == 800 && share.Shows(anna.engine, id, "old") == index.Tombstone
	}, func() string { return fmt.Sprint(lacking(), " are published") })
	begun := time.Now()
	check(t, ben.engine.Resume(t.Context(), id))
	moved := map[string]string{}
	for p, c := range files {
		moved["zoo"+strings.TrimPrefix(p, "old")] = c
	}
	holds(t, moved, roots...)
	t.Logf("renamed after %v", time.Since(begun).Round(time.Millisecond))
	trash, err := ben.engine.Trash(t.Context(), id)
	check(t, err)
	if len(trash) > 0 {
		t.Errorf("%d files are in the trash after a rename, first %s", len(trash), trash[0].Path)
	}

	begun = time.Now()
	anna.whileAway(func() { check(t, os.RemoveAll(filepath.Join(roots[0], "zoo"))) })
	anna.isAsked(id, deleted(800))
	check(t, anna.engine.ApplyHeld(t.Context(), id, person(anna)))
	holds(t, map[string]string{}, roots...)
	t.Logf("deleted after %v", time.Since(begun).Round(time.Millisecond))
	o.agree(id, roots...)
}

// holds waits until large folders hold exactly this; unlike become it lists nothing.
func holds(t *testing.T, want map[string]string, roots ...string) {
	t.Helper()
	for _, root := range roots {
		eventually(t, "folder "+root+" becomes as it should be", func() bool { return maps.Equal(contents(t, root), want) },
			func() string {
				return fmt.Sprintf("it has %d entries, not the %d wanted", len(contents(t, root)), len(want))
			})
	}
}
