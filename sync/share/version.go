package share

import (
	"context"
	"fmt"
	"time"

	"lanyard/internal/name"
	"lanyard/internal/store"
	"lanyard/internal/tree"
	"lanyard/sync/index"
)

// Version is one content that a path of a share had: the present one, or one that was replaced or deleted here and is kept.
type Version struct {
	ID     string // of the Trashed; "" of the present one
	Size   int64
	Reason What   // Changed or Deleted: how it went; Added of the present one
	By     Person // who replaced or deleted it; of the present one who wrote it
	Time   time.Time
}

// Versions lists what a path has and had, newest first: the present content, then what was replaced or deleted on this machine.
func (e *Engine) Versions(ctx context.Context, id ID, path string) ([]Version, error) {
	if name.CheckPath(path) != nil {
		return nil, fmt.Errorf("%s is not a path below the folder: see \"lanyard share files\"", name.Quote(path))
	}
	out := []Version{}
	err := e.peruse(ctx, id, func(db *store.DB, open func() (*tree.Tree, error)) error {
		t, err := open()
		if err != nil {
			return err
		}
		kept, err := trashList(ctx, t, db)
		if err != nil {
			return err
		}
		f, _ := e.folder(id)
		err = db.Read(ctx, func(tx *store.Tx) (err error) {
			out, err = presentVersion(tx, index.Path(path), e.reachOf(f))
			return err
		})
		for _, t := range kept {
			if t.Path == path {
				out = append(out, Version{ID: t.ID, Size: t.Size, Reason: t.Reason, By: t.By, Time: t.Time})
			}
		}
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("list the versions of %s: %w", name.Quote(path), err)
	}
	return out, nil
}

// presentVersion returns the content that should stand at a path now, if one should.
func presentVersion(tx *store.Tx, p index.Path, r reach) ([]Version, error) {
	all, err := allBranches(tx)
	if err != nil {
		return nil, err
	}
	view, _, err := look(tx, namesOf(all), p)
	if err != nil || view.Kind != index.File {
		return []Version{}, err
	}
	by := view.Head.Writer()
	return []Version{{Size: view.Head.Size, Reason: Added, By: r.person(by), Time: time.UnixMilli(by.Time)}}, nil
}
