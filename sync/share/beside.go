package share

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"lanyard/internal/store"
	"lanyard/sync/index"
)

// What everybody is told of a conflict: one notice for each copy, once it lies on this disk, with who wrote either content. The copy's record says both,
// so that who comes late is told the same as who saw the conflict.

// copyOf returns the head that says of which conflict the visible content is the copy, nil if none does.
func copyOf(view index.View, hs []head) *index.Version {
	if view.Kind != index.File {
		return nil
	}
	for _, h := range hs {
		if h.Beside != nil && h.Equal(view.Head) {
			return &h.Version
		}
	}
	return nil
}

// conflictNotice makes the notice of a conflict copy, and notes that it is told. ok is false when it was told before.
func conflictNotice(tx *store.Tx, w *worker, v index.Version) (n Notice, ok bool, err error) {
	res, err := tx.Exec(`INSERT OR IGNORE INTO conflict VALUES (?)`, string(v.Path))
	if err != nil {
		return n, false, err
	}
	fresh, err := res.RowsAffected()
	if err != nil || fresh == 0 {
		return n, false, err
	}
	c := v.Beside
	return Notice{
		Share: w.s.id, Path: string(c.Path), What: Conflict, Copy: string(v.Path), By: w.person(c.Loser), Other: w.person(c.Winner), Time: time.UnixMilli(v.Time),
	}, true, nil
}

// withConflicts returns the notices of a batch, with one of the conflict in place of that of the copy.
func (b *applying) withConflicts(tx *store.Tx) ([]Notice, error) {
	out := slices.Clone(b.notices)
	for _, pl := range b.paths {
		if pl.copied == nil || pl.left > 0 {
			continue
		}
		n, ok, err := conflictNotice(tx, b.w, *pl.copied)
		switch {
		case err != nil:
			return nil, fmt.Errorf("note that the conflict of %q is told: %w", pl.copied.Path, err)
		case ok && !b.w.fill.holds(pl.copied.Dot):
			out = append(out, n)
		case !ok && pl.notice != nil:
			out = noted(out, *pl.notice)
		}
	}
	return out, nil
}

// tellConflict adds the notice of a conflict copy that this machine has made.
func (p *publishing) tellConflict(v index.Version) error {
	n, ok, err := conflictNotice(p.tx, p.w, v)
	if err == nil && ok {
		p.notices = append(p.notices, n)
	}
	return err
}

// beside fills in of which conflict a new version is the copy: as whoever put it there says, as what it replaces says, or, where this machine was
// stopped between placing a copy and its record, as the conflict says that it is the copy of.
func (p *publishing) beside(v *index.Version, f finding, view index.View, known *row) error {
	switch {
	case v.Kind != index.File:
	case f.beside != nil:
		v.Beside = f.beside
	case view.Kind == index.File:
		v.Beside = view.Head.Beside
	case known == nil && view.Kind == index.None:
		return p.ownCopy(v)
	}
	return nil
}

// copyMark is in the name of every conflict copy (package name).
const copyMark = " (conflict, "

// ownCopy recognises the copy of a conflict that is not ended yet.
func (p *publishing) ownCopy(v *index.Version) error {
	dir, base := splitPath(v.Path)
	if !strings.Contains(base, copyMark) {
		return nil
	}
	if err := p.known.flush(); err != nil {
		return err
	}
	rival, err := conflicting(p.tx, dir)
	if err != nil {
		return fmt.Errorf("look whose copy %q is: %w", v.Path, err)
	}
	for _, path := range rival {
		view, _, err := p.known.look(path)
		if err != nil {
			return err
		}
		for _, c := range view.Conflicts {
			if c.Copy == v.Path && c.Version.Content == v.Content {
				*v = index.Copied(c, view.Head.Writer())
				return nil
			}
		}
	}
	return nil
}

// conflicting returns the paths in or below a directory that have several heads.
func conflicting(tx *store.Tx, dir string) ([]index.Path, error) {
	from, to := "", "\U0010FFFF"
	if dir != "" {
		from, to = dir+"/", dir+"0"
	}
	return pathsFrom(tx, `SELECT path FROM record WHERE path > ? AND path < ? GROUP BY path HAVING count(*) > 1`, from, to)
}
