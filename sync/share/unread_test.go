package share_test

import (
	"path/filepath"
	"sync/atomic"
	"testing"

	"lanyard/internal/identity"
	"lanyard/internal/tree"
	"lanyard/sync/share"
)

// closedDir is a disk on which one folder cannot be listed until it is opened.
type closedDir struct {
	tree.FS
	dir    string
	opened *atomic.Bool
}

func (c closedDir) List(dir string) ([]tree.Entry, error) {
	if dir == c.dir && !c.opened.Load() {
		return nil, tree.ErrDenied
	}
	return c.FS.List(dir)
}

// TestFolderThatCannotBeListed: when a folder is accepted into in which one cannot be looked into, what is made later in the rest is shared as anything.
func TestFolderThatCannotBeListed(t *testing.T) {
	t.Parallel()
	o := newOffice(t, "Anna", "Ben")
	anna, ben := o.desks[0], o.desks[1]
	a, b := t.TempDir(), filepath.Join(t.TempDir(), "mine")
	write(t, a, "a.txt", "one")
	write(t, b, "mine.txt", "Ben's alone")
	write(t, b, "closed/old.txt", "Ben's alone, too")
	var opened atomic.Bool
	ben.setting = func(c *share.Config) {
		c.Disk = func(path string) (tree.FS, error) {
			disk, err := tree.OpenDisk(path)
			return closedDir{disk, "closed", &opened}, err
		}
	}
	ben.restart()
	anna.meetAll()
	st, err := anna.engine.Add(t.Context(), a, "Things", []identity.PersonID{person(ben)})
	check(t, err)
	ben.acceptAt(st.ID, b)
	ben.onlyHere(st.ID, "mine.txt")
	ben.whileAway(func() { write(t, b, "later.txt", "while away") })
	shared := map[string]string{"a.txt": "one", "later.txt": "while away"}
	become(t, shared, a)
	ben.whileAway(func() { opened.Store(true) })
	ben.onlyHere(st.ID, "mine.txt", "closed/old.txt")
	ben.whileAway(func() { write(t, b, "closed/later.txt", "shared") })
	shared["closed/"], shared["closed/later.txt"] = "", "shared"
	become(t, shared, a)
}
