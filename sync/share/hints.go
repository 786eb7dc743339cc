package share

import (
	"context"
	"errors"
	"path"
	"slices"
	"strings"
	"time"

	"lanyard/internal/store"
	"lanyard/internal/tree"
	"lanyard/sync/editing"
	"lanyard/sync/index"
)

// lookAtHints looks at paths where something happened, and at what has been missing long enough.
func (w *worker) lookAtHints(ctx context.Context) error {
	if !w.joined {
		return nil
	}
	now := time.Now()
	due := w.unexpected(w.settle.due(now))
	slices.Sort(due)
	var rows map[index.Path]*row
	if len(due) > 0 {
		err := w.land(ctx)
		if err != nil {
			return err
		}
		if rows, err = w.rowsAt(ctx, due); err != nil {
			return err
		}
	}
	for _, p := range due {
		if dir, base := splitPath(p); editing.Owner(base) || w.s.editors.in(dir) {
			w.ownersIn(dir)
		}
	}
	batch := &scanning{w: w}
	defer batch.close()
	for _, p := range w.missingFirst(ctx, due, rows, now) {
		if err := w.lookAt(ctx, batch, p, rows[p], now); err != nil {
			return err
		}
	}
	if err := batch.flush(ctx); err != nil {
		return err
	}
	w.pollBlind() // new folders may be too many to watch
	return w.deletions(ctx, now)
}

// unexpected leaves out the paths where just that lies which this machine has put there: the watcher tells of that too. That there is one word only does
// not make it ours: of what was put into a folder that was not watched yet nothing is told.
func (w *worker) unexpected(due []index.Path) []index.Path {
	var ours []string
	for _, p := range due {
		if _, ok := w.placed[p]; ok {
			ours = append(ours, string(p))
		}
	}
	slices.Sort(ours)
	as := make(map[index.Path]bool, len(ours))
	w.s.tree.LstatEach(ours, func(i int, now tree.Stat, err error) {
		p := index.Path(ours[i])
		as[p] = err == nil && now == w.placed[p]
		delete(w.placed, p)
	})
	return slices.DeleteFunc(due, func(p index.Path) bool {
		if !as[p] {
			return false
		}
		w.settle.found(p)
		w.rested(p)
		return true
	})
}

// rowsAt reads the rows of many paths.
func (w *worker) rowsAt(ctx context.Context, paths []index.Path) (map[index.Path]*row, error) {
	rows := make(map[index.Path]*row, len(paths))
	err := w.s.db.Read(ctx, func(tx *store.Tx) error {
		known, err := rowsOf(tx, paths)
		for p, r := range known {
			rows[p] = &r
		}
		return err
	})
	return rows, err
}

// missingFirst takes out the paths where nothing lies any more, so that a move's old name is known before its new one is looked at.
func (w *worker) missingFirst(ctx context.Context, due []index.Path, rows map[index.Path]*row, now time.Time) []index.Path {
	var there []index.Path
	for _, p := range due {
		_, err := w.lstat(ctx, p, rows[p])
		if err == nil || !w.absent(p, err) {
			there = append(there, p)
			continue
		}
		w.rested(p)
		if r := rows[p]; r != nil && r.Kind.Live() && !w.absence(p) {
			w.settle.miss(*r, now, false)
		}
	}
	return there
}

// lookAt judges one path where something lies.
func (w *worker) lookAt(ctx context.Context, batch *scanning, p index.Path, r *row, now time.Time) error {
	h := w.settle.hints[p]
	s, err := w.lstat(ctx, p, r)
	if err != nil || h == nil {
		delete(w.settle.hints, p)
		if errors.Is(err, tree.ErrName) {
			w.lookAtUnshareable(batch, p)
		}
		return nil
	}
	dir, base := splitPath(p)
	kind := kindOf(s)
	w.settle.found(p)
	if kind != index.File {
		w.rested(p)
		return w.lookAtOther(ctx, batch, index.Path(dir), tree.Entry{Name: base, Stat: s}, r)
	}
	if r != nil && r.unchanged(s) {
		w.stands(p)
	}
	if ignored := w.ignored(p, false); ignored || r != nil && r.unchanged(s) || w.hashing[p] {
		if w.rested(p); ignored {
			w.tellNotTaken(p, false)
		}
		return nil
	}
	from, moved := w.settle.movedFrom(s)
	if at := w.settle.deletable(from); moved && backup(from.row.path, p) && at.After(now) {
		h.due = at
		return nil
	}
	if ok, rest := h.settled(r, moved, s, now); !ok {
		w.writing(p, now)
		h.due = now.Add(rest)
		return nil
	}
	switch busy := w.s.tree.Busy(string(p)); {
	case errors.Is(busy, tree.ErrBusy):
		w.writing(p, now)
		return nil
	case errors.Is(busy, errors.ErrUnsupported) && now.Sub(h.last) < quietUnsure && !moved:
		h.due = h.last.Add(quietUnsure)
		return nil
	}
	delete(w.settle.hints, p)
	w.shareable(p) // unless the look at it says otherwise
	batch.entry(index.Path(dir), tree.Entry{Name: base, Stat: s}, r)
	return batch.flushFull(ctx)
}

// backup reports whether a file may have got its new name from a program that is about to write the old one anew, as CAD programs do: it lies in the same
// folder with another extension. Nobody is to lose sight of the document meanwhile.
func backup(from, to index.Path) bool {
	old, _ := splitPath(from)
	now, _ := splitPath(to)
	return old == now && !strings.EqualFold(path.Ext(string(from)), path.Ext(string(to)))
}

// writing has a file that somebody writes to looked at again. After a while people are told why it does not reach the others.
func (w *worker) writing(p index.Path, now time.Time) {
	w.settle.again(p, now, busyPause)
	if w.settle.writing(p, now) {
		w.unshared(p, "a program on this machine is writing it all the time", "It is shared as soon as that program closes it.")
	}
}

// rested forgets what was waited for at a path, and what was said of it.
func (w *worker) rested(p index.Path) {
	delete(w.settle.hints, p)
	delete(w.settle.open, p)
	w.shareable(p)
}

// lookAtUnshareable lists a name that cannot be shared while it lies there, and takes it off the list when it does not any more.
func (w *worker) lookAtUnshareable(batch *scanning, p index.Path) {
	dir, base := splitPath(p)
	entries, err := w.s.tree.List(dir)
	if err != nil {
		return // a name below one that cannot be shared either, which is listed
	}
	i := slices.IndexFunc(entries, func(e tree.Entry) bool { return e.Name == base })
	if i < 0 {
		w.shareable(p)
		return
	}
	batch.entry(index.Path(dir), entries[i], nil)
}

// lookAtOther handles directories (a moved one as a whole, a new one with all that is in it) and what is not shared.
func (w *worker) lookAtOther(ctx context.Context, batch *scanning, dir index.Path, e tree.Entry, r *row) error {
	p := joinPath(string(dir), e.Name)
	if e.Kind == tree.KindDir && (r == nil || !r.Kind.Live()) && !w.ignored(p, true) {
		if m, ok := w.settle.movedFrom(e.Stat); ok {
			if err := w.movedDir(ctx, m.row); err != nil {
				return err
			}
		}
	}
	if batch.entry(dir, e, r) {
		return batch.walk(ctx, p)
	}
	return nil
}

// movedDir notes that everything below a directory is now below another, so that the walk recognises each file by its identity.
func (w *worker) movedDir(ctx context.Context, old row) error {
	var rows []row
	err := w.s.db.Read(ctx, func(tx *store.Tx) (err error) {
		rows, err = rowsBelow(tx, old.path)
		return err
	})
	if err != nil {
		return err
	}
	at := time.Now()
	for _, r := range append(rows, old) {
		w.settle.miss(r, at, true)
	}
	return nil
}
