package share

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"slices"
	"time"

	"lanyard/internal/store"
	"lanyard/internal/tree"
	"lanyard/sync/index"
)

// begin finds out where the share was left, repairs what a power cut may have damaged, and takes up what was pending.
func (w *worker) begin(ctx context.Context) error {
	var boot string
	var suspects []index.Path
	err := w.s.db.Write(ctx, func(tx *store.Tx) error {
		flags := map[string]int64{}
		for _, name := range []string{"joined", "adopted", "taken", "bare"} {
			value, err := fact[int64](tx, name)
			if err != nil {
				return err
			}
			flags[name] = value
		}
		w.joined, w.found = flags["joined"] == 1, flags["adopted"] == 0
		w.bare = flags["bare"] == 1
		var err error
		if w.unread, err = unreadFolders(tx); err != nil {
			return err
		}
		w.settle.first = flags["taken"] == 0
		w.ignore.due, w.ignore.first = true, w.found || w.settle.first
		if w.without, err = deselected(tx); err != nil {
			return err
		}
		if w.ignore.inForce, err = rulesInForce(tx); err != nil {
			return err
		}
		if boot, err = fact[string](tx, "boot"); err != nil {
			return err
		}
		if w.fill, err = loadFill(tx); err != nil {
			return err
		}
		if err := w.loadLate(tx); err != nil {
			return err
		}
		if err := w.beginBrakes(tx); err != nil {
			return err
		}
		suspects, err = pendingPaths(tx)
		return err
	})
	if err != nil {
		return fmt.Errorf("begin share %s: %w", w.s.id, err)
	}
	for _, p := range suspects {
		w.queue[p] = true
	}
	if boot != "" && boot != w.s.engine.cfg.Boot {
		err = w.distrust(ctx, suspects)
	} else if boot != "" {
		err = w.harden(ctx, suspects)
	}
	if err != nil {
		return err
	}
	if err := w.clearDeselected(ctx); err != nil {
		return err
	}
	if err := w.recount(ctx); err != nil {
		return err
	}
	// Only now: who ends before this distrusts again at the next start.
	return w.s.db.Write(ctx, func(tx *store.Tx) error { return setFact(tx, "boot", w.s.engine.cfg.Boot) })
}

// harden follows a sudden end of the program alone. What it was doing stands, and counts as done once a look finds it; it may not be durable yet.
func (w *worker) harden(ctx context.Context, pending []index.Path) error {
	for _, p := range pending {
		if err := w.s.tree.Doubt(string(p)); err != nil && !errors.Is(err, tree.ErrName) { // what cannot be stored here was not
			return fmt.Errorf("look at what was being done to %q: %w", p, err)
		}
	}
	return w.s.tree.Flush(ctx)
}

func pendingPaths(tx *store.Tx) ([]index.Path, error) {
	return pathsFrom(tx, `SELECT path FROM pending`)
}

// distrust follows a sudden end of the system. A file that was being placed may be damaged: if it is not what its record says, it goes to the
// trash and is fetched anew, before a scan can take it for somebody's edit. So does a file that has become empty.
func (w *worker) distrust(ctx context.Context, pending []index.Path) error {
	var displaced []displacement
	var drop []index.Path
	for _, p := range pending {
		var contents []index.Hash
		var known *row
		err := w.s.db.Read(ctx, func(tx *store.Tx) error {
			all, err := allBranches(tx)
			if err != nil {
				return err
			}
			view, _, err := look(tx, namesOf(all), p)
			if err != nil {
				return err
			}
			if contents, err = genuine(tx, p, view); err != nil {
				return err
			}
			known, err = rowAt(tx, p)
			return err
		})
		if err != nil {
			return err
		}
		if len(contents) == 0 || known != nil && known.Kind == index.File {
			continue // a file is only replaced by one that is durable already
		}
		d, err := w.discard(ctx, p, contents...)
		if err != nil {
			return err
		}
		displaced = append(displaced, d...)
	}
	empty, err := w.emptied(ctx)
	if err != nil {
		return err
	}
	for _, r := range empty {
		d, err := w.discard(ctx, r.path, r.Content)
		if err != nil {
			return err
		}
		displaced, drop = append(displaced, d...), append(drop, r.path)
		w.queue[r.path] = true
	}
	if len(displaced) == 0 {
		return nil
	}
	if err := w.s.tree.Flush(ctx); err != nil {
		return err
	}
	w.displacedNow()
	return w.s.db.Write(ctx, func(tx *store.Tx) error {
		for _, p := range drop {
			if err := errors.Join(dropRow(tx, p), want(tx, p)); err != nil {
				return err
			}
		}
		return saveDisplaced(tx, displaced)
	})
}

// discard puts a file that is none of the contents into the trash.
func (w *worker) discard(ctx context.Context, p index.Path, contents ...index.Hash) ([]displacement, error) {
	if w.vanished(p) {
		return nil, nil
	}
	s, err := w.s.tree.Lstat(string(p))
	if errors.Is(err, fs.ErrNotExist) || err == nil && s.Kind != tree.KindFile {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	h, err := hashGuarded(ctx, w.s.tree, p, s)
	if err == nil && slices.Contains(contents, h) {
		return nil, nil
	}
	if err != nil && !errors.Is(err, errMoving) {
		return nil, err
	}
	id, err := w.s.tree.Remove(string(p), s)
	if err != nil {
		return nil, err
	}
	w.s.log.Warn("a file was damaged when the computer stopped; it is in the trash and fetched anew", "share", w.s.id, "path", string(p))
	return []displacement{{id: id, path: p, content: h, size: s.Size, what: Changed, by: w.self(), mtime: s.Mtime, winner: w.writer()}}, nil
}

// emptied returns the files that had content and are empty now.
func (w *worker) emptied(ctx context.Context) ([]row, error) {
	var rows []row
	err := w.s.db.Read(ctx, func(tx *store.Tx) (err error) {
		rows, err = rowsWhere(tx, `WHERE kind = 1 AND size > 0`)
		return err
	})
	if err != nil {
		return nil, err
	}
	var out []row
	for _, r := range rows {
		if s, err := w.lstat(ctx, r.path, &r); err == nil && s.Kind == tree.KindFile && s.Size == 0 {
			out = append(out, r)
		}
	}
	return out, nil
}

// farewell notes a clean end, so that the next start need not distrust anything: what was done and not stored is durable.
func (w *worker) farewell(ctx context.Context, failed error) error {
	if failed != nil || !w.looked {
		return nil
	}
	ctx, cancel := context.WithTimeout(ctx, 10*time.Second)
	defer cancel()
	err := w.s.tree.Flush(ctx)
	if err != nil {
		w.s.log.Warn("the end is not a clean one: what was done last may not be durable", "share", w.s.id, "error", err)
		return nil
	}
	err = w.s.db.Write(ctx, func(tx *store.Tx) error { return setFact(tx, "boot", "") })
	if err != nil {
		return fmt.Errorf("note the end of share %s: %w", w.s.id, err)
	}
	return nil
}
