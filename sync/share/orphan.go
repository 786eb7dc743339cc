package share

import (
	"context"
	"fmt"
	"time"

	"lanyard/internal/store"
	"lanyard/sync/index"
)

// An orphan is a row in a folder that is no more, while the folder's own row says so already: no look enters the folder, and none misses it.

// missOrphans notes that orphans are gone, after a look at everything that entered these folders.
func (w *worker) missOrphans(ctx context.Context, entered map[index.Path]bool) error {
	var rows []row
	err := w.s.db.Read(ctx, func(tx *store.Tx) error {
		dirs, err := dirsOfRows(tx)
		if err != nil {
			return err
		}
		for _, dir := range dirs {
			if entered[dir] || w.foretold(dir) {
				continue
			}
			in, err := rowsIn(tx, dir)
			if err != nil {
				return err
			}
			rows = append(rows, in...)
		}
		return nil
	})
	if err != nil {
		return fmt.Errorf("read what lay in folders that are gone: %w", err)
	}
	now := time.Now()
	for _, r := range rows {
		if r.Kind.Live() && !w.hidden(r) && !w.absence(r.path) && w.vanished(r.path) {
			w.settle.miss(r, now, false)
		}
	}
	return nil
}

// foretold reports whether a folder, or one above it, is missed already, with all that is in it, or has a name that is not shared any more.
func (w *worker) foretold(dir index.Path) bool {
	for ok := dir != ""; ok; dir, ok = dir.Parent() {
		if _, gone := w.settle.gone[dir]; gone || w.ignored(dir, true) {
			return true
		}
	}
	return false
}

// dirsOfRows returns the folders in which something lies, as the rows say.
func dirsOfRows(tx *store.Tx) ([]index.Path, error) {
	return pathsFrom(tx, `SELECT DISTINCT dir FROM disk WHERE kind < 3`)
}
