package share

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"strings"
	"time"

	"github.com/zeebo/blake3"

	"lanyard/internal/identity"
	"lanyard/internal/name"
	"lanyard/internal/store"
	"lanyard/internal/tree"
	"lanyard/sync/index"
)

// Recovered is what came back from the trash.
type Recovered struct {
	Path  string // under which it is back, or the folder
	Trash string // what lay there and gave way to it; "" when nothing did
	Files int    // how many came back
	Left  int    // how many were left as they are: others have changed them since
}

// Restore brings back what was replaced or deleted: what is a Trashed.ID; or a path, whose newest trashed content is taken; or a folder, of which all comes
// back that was deleted and has no file in its place. With replace what lies at the path by now goes to the trash for it, else it comes back beside that.
func (e *Engine) Restore(ctx context.Context, id ID, what string, replace bool) (Recovered, error) {
	s, list, err := e.restorable(ctx, id)
	if err != nil {
		return Recovered{}, err
	}
	for _, t := range list {
		if t.ID == what || t.Path == what {
			return ordered(ctx, s, func(ctx context.Context, w *worker) (Recovered, error) { return w.bring(ctx, t, replace) })
		}
	}
	deleted := deletedBelow(list, strings.TrimSuffix(what, "/"))
	if len(deleted) == 0 {
		return Recovered{}, fmt.Errorf("%q is not in the trash of this share on this machine: see \"lanyard share trash\"", what)
	}
	got, err := s.bringAll(ctx, deleted, func(w *worker, t Trashed) (bool, error) { return w.free(t.Path) })
	got.Path = strings.TrimSuffix(what, "/")
	return got, err
}

// TakeBack undoes what one person has replaced and deleted here since a moment: each path gets the content that it had before. A path that somebody else has
// changed after them is left as it is, and so is what they added.
func (e *Engine) TakeBack(ctx context.Context, id ID, by identity.PersonID, since time.Time) (Recovered, error) {
	s, list, err := e.restorable(ctx, id)
	if err != nil {
		return Recovered{}, err
	}
	before := contentsBefore(list, by, since)
	if len(before) == 0 {
		return Recovered{}, errors.New("nothing that this person has replaced or deleted since then is in the trash of this share on this machine")
	}
	return s.bringAll(ctx, before, func(w *worker, t Trashed) (bool, error) { return w.theirs(ctx, t.Path, by) })
}

// restorable returns a share at work and what its trash has, newest first.
func (e *Engine) restorable(ctx context.Context, id ID) (*Share, []Trashed, error) {
	s, err := e.atWork(ctx, id)
	if err != nil {
		return nil, nil, err
	}
	if !s.members().writes(e.cfg.Identity.Person()) {
		return nil, nil, errors.New("you can only read this share: ask its owner to let you write")
	}
	list, err := trashList(ctx, s.tree, s.db)
	return s, list, err
}

// deletedBelow returns for each path below a folder the newest that was deleted there.
func deletedBelow(list []Trashed, folder string) (out []Trashed) {
	seen := map[string]bool{}
	for _, t := range list {
		if strings.HasPrefix(t.Path, folder+"/") && !seen[t.Path] {
			if seen[t.Path] = true; t.Reason == Deleted {
				out = append(out, t)
			}
		}
	}
	return out
}

// contentsBefore returns for each path the oldest of what a person has put into the trash since a moment.
func contentsBefore(list []Trashed, by identity.PersonID, since time.Time) (out []Trashed) {
	at := map[string]int{}
	for _, t := range list {
		if t.By.ID != by || t.Time.Before(since) {
			continue
		}
		if i, known := at[t.Path]; known {
			out[i] = t
			continue
		}
		at[t.Path] = len(out)
		out = append(out, t)
	}
	return out
}

// bringAll brings back what may come, one after the other, so that the share goes on meanwhile.
func (s *Share) bringAll(ctx context.Context, list []Trashed, may func(*worker, Trashed) (bool, error)) (got Recovered, err error) {
	for _, t := range list {
		back, err := ordered(ctx, s, func(ctx context.Context, w *worker) (bool, error) {
			ok, err := may(w, t)
			if err == nil && ok {
				_, err = w.bring(ctx, t, true)
			}
			return ok, err
		})
		switch {
		case err != nil:
			return got, fmt.Errorf("after %d of %d files: %w", got.Files, len(list), err)
		case back:
			got.Files++
		default:
			got.Left++
		}
	}
	return got, nil
}

// free reports whether nothing lies at a path.
func (w *worker) free(p string) (bool, error) {
	_, err := w.s.tree.Lstat(p)
	if errors.Is(err, fs.ErrNotExist) || errors.Is(err, tree.ErrParent) {
		return true, nil
	}
	return false, err
}

// theirs reports whether what happened last at a path was this person's doing.
func (w *worker) theirs(ctx context.Context, p string, by identity.PersonID) (yes bool, err error) {
	err = w.s.db.Read(ctx, func(tx *store.Tx) error {
		all, err := allBranches(tx)
		if err != nil {
			return err
		}
		view, _, err := look(tx, namesOf(all), index.Path(p))
		yes = err == nil && (view.Kind == index.None || w.author(view.Head).ID == by)
		return err
	})
	return yes, err
}

// bring brings back one thing.
func (w *worker) bring(ctx context.Context, t Trashed, replace bool) (Recovered, error) {
	vacant, err := w.free(t.Path)
	if err != nil {
		return Recovered{}, fmt.Errorf("look what lies at %s: %w", name.Quote(t.Path), err)
	}
	if !replace || vacant {
		p, err := w.restore(ctx, t)
		return Recovered{Path: p, Files: 1}, err
	}
	kept, err := w.hashTrash(ctx, tree.TrashID(t.ID))
	if err != nil {
		return Recovered{}, fmt.Errorf("read what was kept of %s: %w", name.Quote(t.Path), err)
	}
	out, err := w.supplant(ctx, index.Path(t.Path), index.Path(trashMark+t.ID), kept, true)
	return Recovered{Path: t.Path, Trash: string(out), Files: 1}, err
}

// restore moves a file out of the trash and publishes it.
func (w *worker) restore(ctx context.Context, t Trashed) (string, error) {
	p, s, err := w.s.tree.Restore(tree.TrashID(t.ID), t.Path)
	if err != nil {
		return "", fmt.Errorf("restore %q: %w", t.Path, err)
	}
	if err := w.s.tree.Flush(ctx); err != nil {
		return "", err
	}
	if err := w.publish(ctx, []finding{{path: index.Path(p), kind: index.File, stat: s, back: true}}); err != nil {
		return "", err
	}
	err = w.s.db.Write(ctx, func(tx *store.Tx) error {
		return forgetTrash(tx, tree.TrashID(t.ID))
	})
	if err != nil {
		return "", fmt.Errorf("note that %q is restored: %w", t.Path, err)
	}
	return p, nil
}

// hashTrash reads a thing in the trash to its end and says what it is.
func (w *worker) hashTrash(ctx context.Context, id tree.TrashID) (v index.Version, err error) {
	f, err := w.s.tree.TrashRead(id)
	if err != nil {
		return v, err
	}
	defer func() { err = errors.Join(err, f.Close()) }()
	s, err := f.Stat()
	if err != nil {
		return v, err
	}
	sum := blake3.New()
	_, err = io.Copy(sum, &reading{ctx: ctx, from: io.NewSectionReader(f, 0, s.Size)})
	return index.Version{Content: index.Hash(sum.Sum(nil)), Size: s.Size, Mtime: s.Mtime}, err
}

// supplant puts a copy of what lies at from (in the folder, or in the trash after trashMark) in the place of the file at p, which goes to the trash, and
// publishes that. It returns where that lies now.
func (w *worker) supplant(ctx context.Context, p, from index.Path, v index.Version, back bool) (tree.TrashID, error) {
	known, err := w.undisturbedRow(ctx, p)
	if err != nil {
		return "", err
	}
	if known.Content == v.Content {
		return "", nil
	}
	if it := w.wants.items[v.Content]; it != nil && it.asked {
		return "", fmt.Errorf("%s cannot be replaced now, since this very content is on its way: try again in a moment", name.Quote(string(p)))
	}
	v.Exec = known.Exec
	in, err := (&applying{w: w}).copyLocal(ctx, from, v)
	if err != nil {
		return "", fmt.Errorf("copy what is to stand at %s: %w", name.Quote(string(p)), err)
	}
	return w.exchange(ctx, p, in, v, back)
}

// exchange puts a content in the place of the file at p, which goes to the trash, and publishes that. It returns where that lies now.
func (w *worker) exchange(ctx context.Context, p index.Path, in *tree.Incoming, v index.Version, back bool) (tree.TrashID, error) {
	known, err := w.undisturbedRow(ctx, p)
	if err != nil {
		return "", errors.Join(err, in.Discard())
	}
	out, err := w.s.tree.Replace(in, string(p), known.stat)
	if err != nil && out.Trash == "" {
		return "", errors.Join(fmt.Errorf("replace %s: %w", name.Quote(string(p)), err), in.Discard())
	}
	if err := errors.Join(err, w.s.tree.Flush(ctx)); err != nil {
		return "", err
	}
	gone := displacement{id: out.Trash, path: p, content: known.Content, size: known.Size, what: Changed, by: w.self(), mtime: known.stat.Mtime, winner: w.writer()}
	if err := w.s.db.Write(ctx, func(tx *store.Tx) error { return saveDisplaced(tx, []displacement{gone}) }); err != nil {
		return "", fmt.Errorf("note what was replaced at %s: %w", name.Quote(string(p)), err)
	}
	w.displacedNow()
	return out.Trash, w.publish(ctx, []finding{{path: p, kind: index.File, stat: out.Placed, content: v.Content, hashed: true, back: back}})
}

// undisturbedRow returns the row of a file of which nothing is new on disk and which no program is writing to.
func (w *worker) undisturbedRow(ctx context.Context, p index.Path) (*row, error) {
	var known *row
	err := w.s.db.Read(ctx, func(tx *store.Tx) (err error) {
		known, err = rowAt(tx, p)
		return err
	})
	if err != nil {
		return nil, err
	}
	now, err := w.s.tree.Lstat(string(p))
	switch {
	case errors.Is(w.s.tree.Busy(string(p)), tree.ErrBusy): // where the system cannot tell, nobody is waited for
		return nil, fmt.Errorf("a program has %s open for writing: close it there first", name.Quote(string(p)))
	case err != nil:
		return nil, fmt.Errorf("look at %s: %w", name.Quote(string(p)), err)
	case known == nil || known.Kind != index.File || now.Kind != tree.KindFile || !now.Same(known.stat):
		return nil, fmt.Errorf("%s has just changed on this machine: try again in a moment", name.Quote(string(p)))
	}
	return known, nil
}
