package tree

import (
	"errors"
	"fmt"
	"io/fs"
	"path"
	"slices"
	"strings"

	"lanyard/internal/name"
)

// The methods of FS, in terms of a disk that tells case apart.

func (x *exact) Lstat(p string) (Stat, error) {
	if hidden(p) {
		return x.FS.Lstat(p)
	}
	return x.there(p)
}

func (x *exact) List(dir string) ([]Entry, error) {
	at := x.disk(dir)
	entries, err := x.FS.List(at)
	if err != nil || hidden(dir) {
		return entries, err
	}
	plain := make(map[string]bool, len(entries))
	for _, e := range entries {
		plain[e.Name] = true
	}
	for i, e := range entries {
		shown := path.Base(x.shown(path.Join(at, e.Name)))
		if shown != e.Name && plain[shown] { // somebody took its own name meanwhile: now it is a file like any other
			if err := x.place(path.Join(dir, shown), shown); err != nil {
				return nil, err
			}
			continue
		}
		entries[i].Name = shown
	}
	slices.SortFunc(entries, func(a, b Entry) int { return strings.Compare(a.Name, b.Name) })
	return entries, nil
}

func (x *exact) Open(p string) (File, error) {
	if err := x.exists(p); err != nil {
		return nil, err
	}
	return x.FS.Open(x.disk(p))
}

func (x *exact) Reopen(p string) (File, error) {
	if err := x.exists(p); err != nil {
		return nil, err
	}
	return x.FS.Reopen(x.disk(p))
}

// exists refuses a path whose name on disk is a twin's.
func (x *exact) exists(p string) error {
	if maybe, _ := x.met(p); hidden(p) || !maybe {
		return nil
	}
	_, err := x.there(p)
	return err
}

func (x *exact) Create(p string) (f File, err error) {
	err = x.arrive(p, func(disk string) error {
		f, err = x.FS.Create(disk)
		return err
	})
	return f, err
}

func (x *exact) Mkdir(p string, mode fs.FileMode) error {
	return x.arrive(p, func(disk string) error { return x.FS.Mkdir(disk, mode) })
}

func (x *exact) Rename(from, to string) error {
	if err := x.exists(from); err != nil {
		return err
	}
	s, err := x.FS.Lstat(x.disk(from))
	if err != nil {
		return err
	}
	if !hidden(to) {
		there, err := x.FS.Lstat(x.disk(to))
		if err == nil && from != to && parent(from) == parent(to) && there.ID == s.ID && path.Base(x.disk(to)) == path.Base(to) && path.Base(x.disk(from)) == path.Base(from) {
			if err := x.FS.Supplant(x.disk(from), x.disk(to)); err != nil { // a change of case alone, in one step
				return err
			}
			return x.left(from, to, s.Kind == KindDir)
		}
	}
	if err := x.arrive(to, func(disk string) error { return x.FS.Rename(x.disk(from), disk) }); err != nil {
		return err
	}
	return x.left(from, to, s.Kind == KindDir)
}

// left forgets where a path lay that lies elsewhere now, and takes along what lay below it. It is forgotten when that is durable: else a power cut
// would show its place on the disk as its name.
func (x *exact) left(from, to string, dir bool) error {
	x.mu.Lock()
	at, placed := x.twins[from]
	now := x.twins.without(from)
	if dir {
		now = now.moved(from, to)
	}
	old := parent(x.twins.disk(from))
	changed := placed || dir && len(now) > 0
	if changed {
		x.twins = now
	}
	delete(x.dirs, from)
	x.mu.Unlock()
	if !changed {
		return nil
	}
	if err := errors.Join(x.FS.Sync(old), x.FS.Sync(parent(x.disk(to)))); err != nil {
		return fmt.Errorf("forget that %s lay at %s: %w", name.Quote(from), name.Quote(at), err)
	}
	return now.save(x.FS)
}

func (x *exact) Supplant(from, to string) error {
	if err := errors.Join(x.exists(from), x.present(from, to)); err != nil {
		return err
	}
	if err := x.FS.Supplant(x.disk(from), x.disk(to)); err != nil {
		return err
	}
	return x.left(from, to, false)
}

// present refuses to replace a twin of to; from itself may have the name.
func (x *exact) present(from, to string) error {
	a, errA := x.FS.Lstat(x.disk(from))
	b, errB := x.FS.Lstat(x.disk(to))
	if errA == nil && errB == nil && a.ID == b.ID {
		return nil
	}
	return x.exists(to)
}

func (x *exact) Exchange(a, b string) error {
	if err := errors.Join(x.exists(a), x.exists(b)); err != nil {
		return err
	}
	return x.FS.Exchange(x.disk(a), x.disk(b))
}

func (x *exact) Link(from, to string) error {
	if err := x.exists(from); err != nil {
		return err
	}
	return x.arrive(to, func(disk string) error { return x.FS.Link(x.disk(from), disk) })
}

func (x *exact) Remove(p string) error {
	if err := x.exists(p); err != nil {
		return err
	}
	if err := x.FS.Remove(x.disk(p)); err != nil || hidden(p) {
		return err
	}
	return x.left(p, p, false)
}

func (x *exact) Sync(p string) error { return x.FS.Sync(x.disk(p)) }

func (x *exact) Busy(p string) error {
	if err := x.exists(p); err != nil {
		return err
	}
	return x.FS.Busy(x.disk(p))
}

// OnDisk returns where a path lies on the disk: elsewhere than its name says if the disk cannot tell it from another. Named is the other way round.
func (t *Tree) OnDisk(p string) string {
	if x, ok := t.fs.(*exact); ok {
		return x.disk(p)
	}
	return p
}

func (t *Tree) Named(disk string) string {
	if x, ok := t.fs.(*exact); ok {
		return x.shown(disk)
	}
	return disk
}

// Spells reports whether what lies at a path is spelled so, element by element. Disks that tell case apart find nothing else.
func (t *Tree) Spells(p string) (bool, error) {
	if x, ok := t.fs.(*exact); ok {
		return x.spells(p)
	}
	return true, nil
}

// Tidy gives twins their names back which nothing else has any more, see Exact. It changes nothing on disks that tell case apart.
func (t *Tree) Tidy() error {
	if x, ok := t.fs.(*exact); ok {
		return x.Tidy()
	}
	return nil
}
