package share

import (
	"cmp"
	"context"
	"fmt"
	"slices"

	"lanyard/internal/store"
	"lanyard/sync/index"
)

// maxFresh bounds the heads that are kept for planning; of what is beyond they are read again.
const maxFresh = 8192

// askAhead asks for the contents of small new files as soon as their records are here, instead of planning them once to find out what is wanted and once
// more when it has come. What may lie on this disk under another name is planned first.
func (w *worker) askAhead(ctx context.Context, fresh map[index.Path]*head) error {
	if !w.joined || w.found || len(fresh) <= fewPaths {
		return nil
	}
	wanted := make([]*head, 0, len(fresh))
	for _, v := range fresh {
		if w.queue[v.Path] && !w.leftOut(v.Path, false) && v.From == nil && v.Size > 0 && v.Size <= inMemory && !w.wants.has(v.Content) {
			wanted = append(wanted, v)
		}
	}
	slices.SortFunc(wanted, func(a, b *head) int { return cmp.Compare(a.row, b.row) }) // as they were written, so they lie at the other end
	contents := make([]index.Hash, len(wanted))
	for i, v := range wanted {
		contents[i] = v.Content
	}
	var here map[index.Hash]index.Path
	err := w.s.db.Read(ctx, func(tx *store.Tx) (err error) {
		here, err = contentsHere(tx, contents)
		return err
	})
	if err != nil {
		return fmt.Errorf("look which of %d contents are here: %w", len(contents), err)
	}
	for _, v := range wanted {
		if _, ok := here[v.Content]; !ok {
			w.wants.want(v.Version)
			if len(w.fresh) < maxFresh {
				w.fresh[v.Path] = v
			}
			delete(w.queue, v.Path) // planned when it is here, or when nobody has it
		}
	}
	return nil
}
