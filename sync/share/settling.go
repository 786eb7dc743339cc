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
	"lanyard/sync/index"
)

// OpenConflict is a file of which two people wrote different contents at the same time and nobody has yet said which stays.
type OpenConflict struct {
	Share  ID
	Path   string // keeps the name
	Copy   string // lies beside it
	Named  Side   // what lies at Path
	Copied Side   // what lies at Copy
	Mine   bool   // one of the two was written by this person, or what had the name when the conflict arose
}

// Side is one of the contents of a conflict.
type Side struct {
	By   Person
	Size int64
	Time time.Time
}

// Kept says which content of a conflict stays.
type Kept string

const (
	KeepNamed Kept = "name" // the copy goes to the trash
	KeepCopy  Kept = "copy" // it takes the name, and what had it goes to the trash
	KeepBoth  Kept = "both" // the copy gets a name of its own
)

// maxConflicts bounds the list of conflicts of one share.
const maxConflicts = 1000

// Conflicts lists the conflicts that nobody has settled, the newest first; the zero ID means of all shares. One is settled for everybody when its copy, or the
// file it lies beside, is no more.
func (e *Engine) Conflicts(ctx context.Context, id ID) ([]OpenConflict, error) {
	out := []OpenConflict{}
	err := e.peruseAll(ctx, id, func(f folder, db *store.DB) error {
		r := e.reachOf(f)
		return db.Read(ctx, func(tx *store.Tx) error {
			list, err := openConflicts(tx, r)
			for _, c := range list {
				c.Share = f.id()
				out = append(out, c)
			}
			return err
		})
	})
	if err != nil {
		return nil, fmt.Errorf("read the conflicts: %w", err)
	}
	slices.SortStableFunc(out, func(a, b OpenConflict) int { return b.Copied.Time.Compare(a.Copied.Time) })
	return out, nil
}

func openConflicts(tx *store.Tx, r reach) ([]OpenConflict, error) {
	copies, err := pathsFrom(tx, `SELECT copy FROM conflict WHERE EXISTS (SELECT 1 FROM record WHERE path = copy AND kind = 1) ORDER BY copy LIMIT ?`, maxConflicts)
	if err != nil {
		return nil, err
	}
	all, err := allBranches(tx)
	if err != nil {
		return nil, err
	}
	out := []OpenConflict{}
	for _, p := range copies {
		c, ok, err := openConflict(tx, namesOf(all), p, r)
		if err != nil {
			return nil, err
		}
		if ok {
			out = append(out, c)
		}
	}
	return out, nil
}

// openConflict describes the conflict whose copy lies at a path, if it is not settled.
func openConflict(tx *store.Tx, names logNames, p index.Path, r reach) (c OpenConflict, ok bool, err error) {
	view, hs, err := look(tx, names, p)
	if err != nil {
		return c, false, err
	}
	copied := copyOf(view, hs)
	if copied == nil {
		return c, false, nil
	}
	beside, _, err := look(tx, names, copied.Beside.Path)
	if err != nil || beside.Kind != index.File || beside.Head.Content == view.Head.Content {
		return c, false, err
	}
	by := copied.Beside
	c = OpenConflict{Path: string(by.Path), Copy: string(p),
		Named:  Side{By: r.person(beside.Head.Writer()), Size: beside.Head.Size, Time: time.UnixMilli(beside.Head.Writer().Time)},
		Copied: Side{By: r.person(by.Loser), Size: view.Head.Size, Time: time.UnixMilli(by.Loser.Time)}}
	c.Mine = c.Named.By.ID == r.self || c.Copied.By.ID == r.self || r.person(by.Winner).ID == r.self
	return c, true, nil
}

// Settle ends a conflict, given by its copy. It is done by files alone, so that it reaches everybody like any other change, whenever they come. It returns the
// path of what was kept; of both, that of the copy.
func (e *Engine) Settle(ctx context.Context, id ID, copied string, keep Kept) (string, error) {
	s, err := e.atWork(ctx, id)
	if err != nil {
		return "", err
	}
	if !s.members().writes(e.cfg.Identity.Person()) {
		return "", errors.New("you can only read this share: ask its owner to let you write")
	}
	f, _ := e.folder(id)
	return ordered(ctx, s, func(ctx context.Context, w *worker) (string, error) {
		var c OpenConflict
		var ok bool
		err := w.s.db.Read(ctx, func(tx *store.Tx) error {
			all, err := allBranches(tx)
			if err == nil {
				c, ok, err = openConflict(tx, namesOf(all), index.Path(copied), e.reachOf(f))
			}
			return err
		})
		if err == nil && !ok {
			err = fmt.Errorf("%s is not the copy of a conflict that is still open: see \"lanyard share conflicts\"", name.Quote(copied))
		}
		if err != nil {
			return "", err
		}
		return w.end(ctx, c, keep)
	})
}

// end does what a person has decided about a conflict.
func (w *worker) end(ctx context.Context, c OpenConflict, keep Kept) (string, error) {
	known, err := w.undisturbedRow(ctx, index.Path(c.Copy))
	if err != nil {
		return "", err
	}
	switch keep {
	case KeepNamed:
		return c.Path, w.bin(ctx, known)
	case KeepCopy:
		if _, err := w.supplant(ctx, index.Path(c.Path), known.path, index.Version{Content: known.Content, Size: known.Size, Mtime: known.stat.Mtime}, false); err != nil {
			return "", err
		}
		return c.Path, w.bin(ctx, known)
	case KeepBoth:
		return w.apart(ctx, c, known)
	}
	return "", fmt.Errorf("a conflict ends with \"name\", \"copy\" or \"both\" kept, not with %q", string(keep))
}

// bin moves a file to the trash and publishes that.
func (w *worker) bin(ctx context.Context, known *row) error {
	id, err := w.s.tree.Remove(string(known.path), known.stat)
	if err != nil && id == "" {
		return fmt.Errorf("remove %s: %w", name.Quote(string(known.path)), err)
	}
	if err := errors.Join(err, w.s.tree.Flush(ctx)); err != nil {
		return err
	}
	gone := displacement{id: id, path: known.path, content: known.Content, size: known.Size, what: Deleted, by: w.self(), mtime: known.stat.Mtime, winner: w.writer()}
	if err := w.s.db.Write(ctx, func(tx *store.Tx) error { return saveDisplaced(tx, []displacement{gone}) }); err != nil {
		return fmt.Errorf("note that %s is in the trash: %w", name.Quote(string(known.path)), err)
	}
	w.displacedNow()
	return w.publish(ctx, []finding{{path: known.path, kind: index.Tombstone}})
}

// nameTries bounds how many names are tried for a copy that stays.
const nameTries = 100

// apart gives the copy a name that says whose it is, and no more that it is a copy.
func (w *worker) apart(ctx context.Context, c OpenConflict, known *row) (string, error) {
	for n := 1; n <= nameTries; n++ {
		to := name.Authored(c.Path, c.Copied.By.Name, n)
		s, err := w.s.tree.Move(c.Copy, to, known.stat)
		if errors.Is(err, tree.ErrExists) {
			continue
		}
		if err != nil {
			return "", fmt.Errorf("rename %s: %w", name.Quote(c.Copy), err)
		}
		if err := w.s.tree.Flush(ctx); err != nil {
			return "", err
		}
		return to, w.publish(ctx, []finding{{path: index.Path(to), kind: index.File, stat: s, content: known.Content, hashed: true, from: known}})
	}
	return "", fmt.Errorf("%d names beside %s are taken: rename the copy by hand", nameTries, name.Quote(c.Path))
}
