package tree

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"slices"

	"golang.org/x/sync/errgroup"
)

// fewSyncs is how many files and directories are cheaper to sync one by one than by writing out the whole volume; atOnce how many of them run together,
// so that the disk's journal can join them.
const (
	fewSyncs = 8
	atOnce   = 16
)

// work is a set of files and directories whose changes are not durable yet.
type work struct {
	files, dirs map[string]bool
}

func (w work) file(p string) work {
	if w.files == nil {
		w.files = map[string]bool{}
	}
	w.files[p] = true
	return w
}

func (w work) dir(p string) work {
	if w.dirs == nil {
		w.dirs = map[string]bool{}
	}
	w.dirs[p] = true
	return w
}

func (w work) add(more work) work {
	for p := range more.files {
		w = w.file(p)
	}
	for p := range more.dirs {
		w = w.dir(p)
	}
	return w
}

// note remembers what the next Flush has to make durable.
func (t *Tree) note(w work) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.work = t.work.add(w)
}

// Doubt has the next Flush make durable whatever is or is not at path now: an earlier program may have changed it and ended before its Flush.
func (t *Tree) Doubt(path string) error {
	if err := allow(path); err != nil {
		return err
	}
	for p := path; ; p = parent(p) {
		s, err := t.fs.Lstat(p)
		switch {
		case err == nil && s.Kind == KindFile:
			t.note(work{}.file(p))
		case err == nil && s.Kind == KindDir:
			t.note(work{}.dir(p))
		case err != nil && !errors.Is(err, fs.ErrNotExist) && !errors.Is(err, ErrParent):
			return err
		}
		if p == "" {
			return nil
		}
	}
}

// writable returns the error of the Flush that closed the tree.
func (t *Tree) writable() error {
	t.mu.Lock()
	defer t.mu.Unlock()
	return t.broken
}

// fail closes the tree for writing.
func (t *Tree) fail(err error) error {
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.broken == nil {
		t.broken = fmt.Errorf("%w (%w)", ErrBroken, err)
	}
	return t.broken
}

// Flush returns nil when everything that was placed, replaced, removed, moved, restored and made by calls that returned before is durable. When ctx has
// ended before it begins, nothing is done and the next Flush does it all. Any other error closes the tree for writing (ErrBroken): nothing since the
// last successful Flush counts as written.
func (t *Tree) Flush(ctx context.Context) error {
	t.flushing.Lock()
	defer t.flushing.Unlock()
	if err := ctx.Err(); err != nil {
		return err
	}
	t.mu.Lock()
	w, err := t.work, t.broken
	if err == nil {
		t.work = work{}
	}
	t.mu.Unlock()
	if err != nil {
		return err
	}
	if err := t.save(w); err != nil {
		return t.fail(err)
	}
	return nil
}

// save syncs one by one what is little, and the whole volume for more, or when something has left the path where we put it.
func (t *Tree) save(w work) error {
	if len(w.files)+len(w.dirs) > fewSyncs {
		if err := t.fs.SyncAll(); !errors.Is(err, errors.ErrUnsupported) {
			return err
		}
	}
	var some errgroup.Group
	some.SetLimit(atOnce)
	for _, p := range slices.Concat(slices.Collect(maps.Keys(w.files)), slices.Collect(maps.Keys(w.dirs))) {
		some.Go(func() error { return t.saveOne(p) })
	}
	return some.Wait()
}

// saveOne syncs a path. Where nothing of ours is left there, somebody moved it away, and only the whole volume can be meant; a system that cannot sync
// that has nothing more to keep at this path.
func (t *Tree) saveOne(p string) error {
	err := t.fs.Sync(p)
	if !errors.Is(err, fs.ErrNotExist) && !errors.Is(err, ErrParent) && !errors.Is(err, ErrNotFile) {
		return err
	}
	if err = t.fs.SyncAll(); errors.Is(err, errors.ErrUnsupported) {
		return nil
	}
	return err
}
