package share

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"lanyard/internal/name"
	"lanyard/internal/store"
	"lanyard/internal/tree"
)

// Trash lists what was replaced or deleted on this machine, newest first.
func (e *Engine) Trash(ctx context.Context, id ID) ([]Trashed, error) {
	var out []Trashed
	err := e.peruse(ctx, id, func(db *store.DB, open func() (*tree.Tree, error)) error {
		t, err := open()
		if err == nil {
			out, err = trashList(ctx, t, db)
		}
		return err
	})
	return out, err
}

// peruse reads a share's database and trash. A paused share is opened for the moment: its lock keeps it from being resumed meanwhile, for one process
// must not open a database twice and close it once.
func (e *Engine) peruse(ctx context.Context, id ID, read func(*store.DB, func() (*tree.Tree, error)) error) (err error) {
	release, err := e.lock(ctx, id)
	if err != nil {
		return err
	}
	defer release()
	f, ok := e.folder(id)
	if !ok || f.state != paused {
		s, err := e.atWork(ctx, id)
		if err != nil {
			return err
		}
		return read(s.db, func() (*tree.Tree, error) { return s.tree, nil })
	}
	db, err := store.Open(e.database(id), e.cfg.Log, folderPart())
	if err != nil {
		return fmt.Errorf("open the database of share %s: %w", id, err)
	}
	defer func() { err = errors.Join(err, db.Close()) }()
	var opened *tree.Tree
	defer func() {
		if opened != nil {
			err = errors.Join(err, opened.Close())
		}
	}()
	return read(db, func() (*tree.Tree, error) {
		disk, err := e.cfg.Disk(f.path)
		if err == nil {
			if opened, err = tree.Open(disk, f.marker); err != nil {
				err = errors.Join(err, disk.Close())
			}
		}
		if err != nil {
			return nil, fmt.Errorf("open the shared folder %s: %w", name.Quote(f.path), err)
		}
		return opened, nil
	})
}

// atWork returns a share that can be asked. One that is just being opened is waited for.
func (e *Engine) atWork(ctx context.Context, id ID) (*Share, error) {
	if err := e.opened(ctx, id); err != nil {
		return nil, err
	}
	f, ok := e.folder(id)
	if !ok || f.state != joined && f.state != paused {
		return nil, errUnknown
	}
	if s := e.shareOf(id); s != nil {
		return s, nil
	}
	if f.state == paused {
		return nil, fmt.Errorf("the share %q is paused: resume it first", f.members.list.Name)
	}
	return nil, fmt.Errorf("the shared folder %s cannot be used now: see \"lanyard share status\"", f.path)
}

func trashList(ctx context.Context, t *tree.Tree, db *store.DB) ([]Trashed, error) {
	list, err := t.TrashList()
	if err != nil {
		return nil, err
	}
	slices.Reverse(list)
	var out []Trashed
	err = db.Read(ctx, func(tx *store.Tx) (err error) {
		out, err = trashed(tx, list)
		return err
	})
	slices.SortStableFunc(out, func(a, b Trashed) int { return b.Time.Compare(a.Time) }) // the drawers are of one second each
	return out, err
}

// Notices returns the newest notices of a share, newest first; the zero ID means of all shares.
func (e *Engine) Notices(ctx context.Context, id ID, limit int) ([]Notice, error) {
	var out []Notice
	err := e.peruseAll(ctx, id, func(f folder, db *store.DB) error {
		return db.Read(ctx, func(tx *store.Tx) error {
			list, err := lastNotices(tx, limit)
			out = append(out, list...)
			return err
		})
	})
	if err != nil {
		return nil, fmt.Errorf("read the notices: %w", err)
	}
	slices.SortStableFunc(out, func(a, b Notice) int { return b.Time.Compare(a.Time) })
	return out[:min(len(out), limit)], nil
}

// peruseAll reads the database of one share, or of all with the zero ID. One whose folder is missing is left out, which is told as such.
func (e *Engine) peruseAll(ctx context.Context, id ID, read func(folder, *store.DB) error) error {
	for _, f := range e.all() {
		if id != (ID{}) && f.id() != id || f.state != joined && f.state != paused {
			continue
		}
		if err := e.opened(ctx, f.id()); err != nil {
			return err
		}
		if e.shareOf(f.id()) == nil && f.state != paused {
			continue
		}
		err := e.peruse(ctx, f.id(), func(db *store.DB, _ func() (*tree.Tree, error)) error { return read(f, db) })
		if err != nil {
			return fmt.Errorf("of share %s: %w", f.id(), err)
		}
	}
	return nil
}

// purgeEvery is between two looks at what in the trash is too old or too much.
const purgeEvery = 6 * time.Hour

// purge deletes from the trash what nobody will want back any more: what is older than people chose, or more than they chose of the disk,
// but nothing that is less than a day old.
func (w *worker) purge(ctx context.Context) error {
	if time.Since(w.purged) < purgeEvery {
		return nil
	}
	w.purged, w.leftovers = time.Now(), true
	return w.purgeNow(ctx)
}

// purgeBy deletes what a policy does not keep. What was written to in the trash comes back to light instead.
func (w *worker) purgeBy(ctx context.Context, policy tree.Policy) error {
	var written []late
	policy.Spare = w.spare(ctx, &written)
	gone, err := w.s.tree.Purge(policy)
	if err != nil {
		w.s.log.Warn("the trash could not be purged; it is tried again", "share", w.s.id, "error", err)
		return nil
	}
	if len(written) > 0 {
		if err := w.lookAtLate(ctx, written, time.Now()); err != nil {
			return err
		}
	}
	if len(gone) == 0 {
		return nil
	}
	return w.s.db.Write(ctx, func(tx *store.Tx) error {
		for _, t := range gone {
			if err := forgetTrash(tx, t.ID); err != nil {
				return err
			}
		}
		return countPurged(tx, gone)
	})
}
