package share

import (
	"context"
	"fmt"

	"lanyard/internal/store"
	"lanyard/sync/index"
)

// tally is how many files of the share the rows say to lie in the folder and how many bytes they have, or by how much a transaction changed that. It is kept beside the
// rows, since counting all of them for each look at a share would cost more than the change that was looked for.
type tally struct {
	files int
	bytes int64
}

// swap counts that a path's row became another; nil is none.
func (t *tally) swap(was, now *row) {
	if was != nil && was.Kind == index.File && !was.Local {
		t.files, t.bytes = t.files-1, t.bytes-was.Size
	}
	if now != nil && now.Kind == index.File && !now.Local {
		t.files, t.bytes = t.files+1, t.bytes+now.Size
	}
}

// counted takes over what a transaction of the worker's has changed.
func (s *Share) counted(t tally) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.total.files, s.total.bytes = s.total.files+t.files, s.total.bytes+t.bytes
}

// recount counts all rows. Only the worker calls it, between its transactions.
func (w *worker) recount(ctx context.Context) error {
	var t tally
	err := w.s.db.Read(ctx, func(tx *store.Tx) error {
		return tx.QueryRow(`SELECT count(*), ifnull(sum(size), 0) FROM disk WHERE kind = 1 AND local = 0`).Scan(&t.files, &t.bytes)
	})
	if err != nil {
		return fmt.Errorf("count the files of share %s: %w", w.s.id, err)
	}
	w.s.mu.Lock()
	defer w.s.mu.Unlock()
	w.s.total = t
	return nil
}

// tally returns what the rows and removals of a batch change.
func (b *applying) tally() tally {
	now := map[index.Path]*row{}
	for _, p := range b.drop {
		now[p] = nil
	}
	for i := range b.rows {
		now[b.rows[i].path] = &b.rows[i]
	}
	var t tally
	for p, r := range now {
		t.swap(b.paths[p].was, r)
	}
	return t
}
