package tree

import (
	"errors"
	"io/fs"
	"path"

	"lanyard/internal/name"
)

// Stored returns where a disk holds what is known under a path of composed names: Macs, and what comes from them in an archive, store a letter and its accent as two
// characters. fs.ErrNotExist when there is nothing.
func Stored(disk FS, p string) (at string, s Stat, err error) {
	s, err = disk.Lstat(p)
	if p == "" || !errors.Is(err, fs.ErrNotExist) {
		return p, s, err
	}
	dir, _, above := Stored(disk, parent(p))
	if above != nil {
		return "", Stat{}, above
	}
	entries, listed := disk.List(dir)
	if listed != nil {
		return "", Stat{}, listed
	}
	for _, e := range entries {
		if name.Composed(e.Name) == path.Base(p) {
			return path.Join(dir, e.Name), e.Stat, nil
		}
	}
	return "", Stat{}, err
}
