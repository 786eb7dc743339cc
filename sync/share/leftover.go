package share

import (
	"context"
	"fmt"

	"lanyard/internal/store"
	"lanyard/sync/index"
)

// A leftover is a larger content in the root's hidden folder that came in part, or whole, and that nobody wants any more: its file was deleted or changed
// before it could be put in place.

// sweep deletes leftovers, once nothing is awaited and something may have been left since the last time. What a pending path wants is kept, also over
// restarts, so that its fetch goes on where it broke off.
func (w *worker) sweep(ctx context.Context) error {
	if !w.leftovers || !w.joined || w.wants.awaited() > 0 || len(w.wants.busy) > 0 || w.s.rootTrouble() {
		return nil
	}
	w.leftovers = false
	names, err := w.s.tree.IncomingNames()
	if err != nil {
		w.s.log.Warn("what was fetched in part could not be listed; it is tried again", "share", w.s.id, "error", err)
		return nil
	}
	if len(names) == 0 {
		return nil
	}
	var keep map[string]bool
	err = w.s.db.Read(ctx, func(tx *store.Tx) (err error) {
		keep, err = pendingContents(tx)
		return err
	})
	if err != nil {
		return fmt.Errorf("read which contents are still wanted: %w", err)
	}
	for h := range w.wants.items {
		keep[incomingName(h)] = true
	}
	for _, n := range names {
		if keep[n] || len(n) != len(incomingName(index.Hash{})) {
			continue
		}
		in, err := w.s.tree.Incoming(n)
		if err == nil {
			err = in.Discard()
		}
		if err != nil {
			w.s.log.Warn("what was fetched in part and is not wanted could not be deleted; it is tried again", "share", w.s.id, "name", n, "error", err)
		}
	}
	return nil
}

// pendingContents returns the names under which the contents of pending paths would wait.
func pendingContents(tx *store.Tx) (map[string]bool, error) {
	all, err := allBranches(tx)
	if err != nil {
		return nil, err
	}
	paths, err := pendingPaths(tx)
	if err != nil {
		return nil, err
	}
	known, err := headsOf(tx, namesOf(all), paths, nil)
	if err != nil {
		return nil, err
	}
	names := map[string]bool{}
	for _, heads := range known.heads {
		for _, h := range heads {
			names[incomingName(h.Content)] = true
		}
	}
	return names, nil
}
