package tree

import (
	"errors"
	"io/fs"
	"path"
	"sync"

	"lanyard/internal/name"
)

// Names finds what is known by composed names on a disk: Macs, and what comes from them in an archive, store a letter and its accent as two characters. It remembers
// what such names stand for, by directory, as long as that does not change, so that each directory is listed once. The zero Names is ready, for one root, and safe for
// concurrent use.
type Names struct {
	mu   sync.Mutex
	dirs map[string]listing // by where they lie on the disk
}

// listing is what a directory held.
type listing struct {
	of    Stat              // of the directory, before it was read
	apart map[string]string // composed names to those that the disk stores otherwise
}

// Stored returns where a disk holds what is known under a path. fs.ErrNotExist when there is nothing.
func (n *Names) Stored(disk FS, p string) (at string, s Stat, err error) {
	s, err = disk.Lstat(p)
	if p == "" || !errors.Is(err, fs.ErrNotExist) {
		return p, s, err
	}
	dir, of, above := n.Stored(disk, parent(p))
	if above != nil {
		return "", Stat{}, above
	}
	apart, listed := n.list(disk, dir, of)
	if listed != nil {
		return "", Stat{}, listed
	}
	stored, known := apart[path.Base(p)]
	if !known {
		stored = path.Base(p)
	}
	at = path.Join(dir, stored)
	s, err = disk.Lstat(at)
	return at, s, err
}

// list returns which names in a directory the disk stores otherwise than composed.
func (n *Names) list(disk FS, dir string, of Stat) (map[string]string, error) {
	n.mu.Lock()
	defer n.mu.Unlock()
	if l, known := n.dirs[dir]; known && l.of.Same(of) && l.of.Mtime == of.Mtime {
		return l.apart, nil
	}
	entries, err := disk.List(dir)
	if err != nil {
		return nil, err
	}
	l := listing{of: of, apart: map[string]string{}}
	for _, e := range entries {
		if as := name.Composed(e.Name); as != e.Name {
			l.apart[as] = e.Name
		}
	}
	if n.dirs == nil {
		n.dirs = map[string]listing{}
	}
	n.dirs[dir] = l
	return l.apart, nil
}
