package share

import (
	"context"
	"fmt"
	"slices"
	"time"

	"lanyard/internal/store"
	"lanyard/internal/tree"
	"lanyard/sync/index"
)

// deletions publishes what has been missing long enough, with proof.
func (w *worker) deletions(ctx context.Context, now time.Time) error {
	var ripe []missing
	for _, m := range w.settle.gone {
		if !w.settle.deletable(m).After(now) {
			ripe = append(ripe, m)
		}
	}
	if len(ripe) == 0 {
		return nil
	}
	if err := w.land(ctx); err != nil {
		return err
	}
	slices.SortFunc(ripe, func(a, b missing) int { return comparePaths(a.row.path, b.row.path) })
	listed := map[string]bool{}
	var findings []finding
	for _, m := range ripe {
		w.settle.found(m.row.path)
		if !w.proven(m.row.path, listed) {
			continue
		}
		findings = append(findings, finding{path: m.row.path, kind: index.Tombstone})
		if m.row.Kind != index.Dir {
			continue
		}
		below, err := w.belowGone(ctx, m.row.path)
		if err != nil {
			return err
		}
		findings = append(findings, below...)
	}
	if err := w.publish(ctx, findings); err != nil {
		return err
	}
	w.tidy()
	return nil
}

func comparePaths(a, b index.Path) int {
	switch {
	case a < b:
		return -1
	case a > b:
		return 1
	}
	return 0
}

// proven reports whether a path is really gone: its nearest folder that exists can be listed, on the root's own disk, and does not hold the name.
func (w *worker) proven(p index.Path, listed map[string]bool) bool {
	dir, _ := splitPath(p)
	if ok, seen := listed[dir]; seen && !ok {
		return false
	}
	if !w.vanished(p) {
		return false
	}
	for {
		if listed[dir] {
			return true
		}
		_, err := w.s.tree.List(dir)
		if err == nil {
			listed[dir] = true
			return true
		}
		if dir == "" || !w.vanished(index.Path(dir)) && !w.isFile(index.Path(dir)) {
			listed[dir] = false
			return false
		}
		dir, _ = splitPath(index.Path(dir))
	}
}

// isFile reports whether a plain file lies at a path.
func (w *worker) isFile(p index.Path) bool {
	s, err := w.s.tree.Lstat(string(p))
	return err == nil && s.Kind == tree.KindFile
}

// belowGone makes the findings of all that lay in a directory that is gone.
func (w *worker) belowGone(ctx context.Context, dir index.Path) ([]finding, error) {
	var findings []finding
	err := w.s.db.Read(ctx, func(tx *store.Tx) error {
		rows, err := rowsBelow(tx, dir)
		for _, r := range rows {
			findings = append(findings, finding{path: r.path, kind: index.Tombstone})
		}
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("read what lay in %q: %w", dir, err)
	}
	return findings, nil
}
