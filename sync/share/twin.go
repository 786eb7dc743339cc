package share

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"slices"

	"lanyard/internal/name"
	"lanyard/internal/store"
	"lanyard/internal/tree"
	"lanyard/sync/index"
)

// Paths that a disk takes for one are told apart below this package, by tree.Exact: a twin is a local placement, and never a change of records. What is
// left to do here is to look at the spelling where a path seems to be there still, and to see a change of case as one.

// lstat looks at a path of which r is the row, nil if there is none. On a disk that is blind to case what is found may be a twin, whose name differs: where
// it is not the row's own file, and may be another row's, it must be spelled so.
func (w *worker) lstat(ctx context.Context, p index.Path, r *row) (tree.Stat, error) {
	s, err := w.s.tree.Lstat(string(p))
	known := r != nil && r.Kind.Live()
	if err != nil || !w.s.tree.Traits().CaseBlind || known && s.ID == r.stat.ID {
		return s, err
	}
	if !known {
		if others, err := w.twinOf(ctx, p, s); err != nil || !others {
			return s, err
		}
	}
	ok, err := w.s.tree.Spells(string(p))
	if err == nil && !ok {
		err = fmt.Errorf("look at %q: %w", p, fs.ErrNotExist)
	}
	return s, err
}

// twinOf reports whether a file or folder on disk is known under a name that differs from p in case alone.
func (w *worker) twinOf(ctx context.Context, p index.Path, s tree.Stat) (found bool, err error) {
	err = w.s.db.Read(ctx, func(tx *store.Tx) error {
		rows, err := rowsWhere(tx, `WHERE volume = ? AND file = ? AND kind < 3`, int64(s.ID.Volume), int64(s.ID.File))
		found = slices.ContainsFunc(rows, func(r row) bool { return r.path != p && name.Fold(string(r.path)) == name.Fold(string(p)) })
		return err
	})
	return found, err
}

// vanished reports whether nothing of this name, as it is spelled, is to be found.
func (w *worker) vanished(p index.Path) bool {
	_, err := w.s.tree.Lstat(string(p))
	if err == nil {
		ok, err := w.s.tree.Spells(string(p))
		return err == nil && !ok
	}
	return w.absent(p, err)
}

// absent reports whether the error of a look at a path says that nothing can lie there: it was not found, or a plain file is where a folder above it was.
// A link or another disk there says nothing.
func (w *worker) absent(p index.Path, err error) bool {
	for errors.Is(err, tree.ErrParent) {
		dir, ok := p.Parent()
		if !ok {
			return false
		}
		var s tree.Stat
		if s, err = w.s.tree.Lstat(string(dir)); err == nil {
			return s.Kind == tree.KindFile
		}
		p = dir
	}
	return errors.Is(err, fs.ErrNotExist)
}

// respelled returns the row of a file that only changed its spelling: on a disk that is blind to case the old name seems to be there still.
func (p *publishing) respelled(f finding) (*row, error) {
	if !p.w.s.tree.Traits().CaseBlind || f.stat.Links > 1 {
		return nil, nil
	}
	rows, err := rowsWhere(p.tx, `WHERE volume = ? AND file = ? AND kind = 1`, int64(f.stat.ID.Volume), int64(f.stat.ID.File))
	if err != nil {
		return nil, fmt.Errorf("read the other spellings of %q: %w", f.path, err)
	}
	for _, r := range rows {
		if r.path == f.path || r.Content != f.content || name.Fold(string(r.path)) != name.Fold(string(f.path)) {
			continue
		}
		if still, err := p.w.s.tree.Spells(string(r.path)); err != nil || still {
			return nil, err
		}
		return &r, nil
	}
	return nil, nil
}

// tidy gives twins their names back. What cannot be renamed now is tried again with the next change.
func (w *worker) tidy() {
	if err := w.s.tree.Tidy(); err != nil {
		w.s.log.Warn("a file could not get its own name back yet", "share", w.s.id, "error", err)
	}
}
