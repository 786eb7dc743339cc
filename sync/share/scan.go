package share

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"lanyard/internal/name"
	"lanyard/internal/store"
	"lanyard/internal/tree"
	"lanyard/sync/index"
)

// finding is what a look at the disk has shown to differ from the rows.
type finding struct {
	path    index.Path
	kind    index.Kind // Tombstone: it is gone
	stat    tree.Stat
	content index.Hash
	hashed  bool          // content is set
	from    *row          // it was moved from there
	back    bool          // a person took it out of the trash
	beside  *index.Beside // it was put aside for the sake of what has its name now
}

// scanBatch bounds the findings that are hashed and published together; largeFile is what is hashed beside, so that small saves need not wait.
const (
	scanBatch = 1000
	largeFile = 8 << 20
)

// scanAll looks at the whole folder and publishes what differs from the rows.
func (w *worker) scanAll(ctx context.Context) error {
	if !w.joined {
		return nil
	}
	if err := w.land(ctx); err != nil {
		return err
	}
	w.s.clearProblems()
	blind := w.s.engine.watcher.blind(w.s)
	w.s.engine.watcher.hope(w.s)
	batch := &scanning{w: w, entered: map[index.Path]bool{}}
	defer batch.close()
	if err := batch.walk(ctx, ""); err != nil {
		return err
	}
	if err := w.missOrphans(ctx, batch.entered); err != nil {
		return err
	}
	if err := batch.flush(ctx); err != nil {
		return err
	}
	w.tidy()
	if err := w.recount(ctx); err != nil { // costs nothing beside the walk, and mends what was miscounted
		return err
	}
	w.s.engine.watcher.looked(w.s)
	w.check = time.Now().Add(verifyEvery)
	if w.pollBlind(); blind != w.s.engine.watcher.blind(w.s) {
		w.s.engine.changed(w.s.id)
	}
	if err := w.purge(ctx); err != nil {
		return err
	}
	if w.found && !batch.partial {
		w.found = false
		if err := w.s.db.Write(ctx, func(tx *store.Tx) error { return setFact(tx, "adopted", 1) }); err != nil {
			return err
		}
	}
	return w.taken(ctx)
}

// taken ends the time in which a new share takes in what lies in its folder. Who is invited is told now how much it is.
func (w *worker) taken(ctx context.Context) error {
	if !w.settle.first || len(w.hashing) > 0 {
		return nil
	}
	w.settle.first = false
	if err := w.s.db.Write(ctx, func(tx *store.Tx) error { return setFact(tx, "taken", 1) }); err != nil {
		return err
	}
	w.s.engine.inviteAgain(w.s.id)
	return nil
}

// pollBlind has a share whose folders cannot all be watched looked at often.
func (w *worker) pollBlind() {
	if often := time.Now().Add(pollEvery); w.check.After(often) && w.s.engine.watcher.blind(w.s) {
		w.check = often
		w.s.engine.changed(w.s.id)
	}
}

// scanning gathers findings of one walk.
type scanning struct {
	w        *worker
	findings []finding
	replaced []index.Path        // directories in whose place files lie now
	partial  bool                // something could not be read
	entered  map[index.Path]bool // set for a look at everything: the folders that were looked into
	ahead    *hashing            // the findings before, which are published while the next ones are looked for and hashed
}

// walk compares a directory with the rows, and what lies in it. Only a directory that was listed to its end proves that something is missing.
func (c *scanning) walk(ctx context.Context, dir index.Path) error {
	if ctx.Err() != nil {
		return ctx.Err()
	}
	w := c.w
	w.s.engine.watcher.watch(w.s, dir)
	if c.entered != nil {
		c.entered[dir] = true
	}
	entries, err := w.s.tree.List(string(dir))
	if err != nil {
		c.partial = true
		w.unreadable(dir, err)
		return nil
	}
	var rows []row
	err = w.s.db.Read(ctx, func(tx *store.Tx) (err error) {
		rows, err = rowsIn(tx, dir)
		return err
	})
	if err != nil {
		return err
	}
	var below []index.Path
	known := make(map[string]*row, len(rows))
	for i := range rows {
		_, base := splitPath(rows[i].path)
		known[base] = &rows[i]
	}
	for _, e := range entries {
		r := known[e.Name]
		delete(known, e.Name)
		if c.entry(dir, e, r) {
			below = append(below, joinPath(string(dir), e.Name))
		}
		if err := c.flushFull(ctx); err != nil {
			return err
		}
	}
	now := time.Now()
	for _, r := range known {
		if r.Kind.Live() && !c.w.hidden(*r) {
			w.settle.miss(*r, now, false)
		}
	}
	for _, sub := range below {
		if err := c.walk(ctx, sub); err != nil {
			return err
		}
	}
	return nil
}

// hidden reports whether a row is of a name that is not shared any more, so that its absence says nothing.
func (w *worker) hidden(r row) bool {
	_, base := splitPath(r.path)
	return name.Ignored(base, r.Kind == index.Dir)
}

// entry judges one name in a directory and reports whether to go into it.
func (c *scanning) entry(dir index.Path, e tree.Entry, r *row) (enter bool) {
	w, p := c.w, joinPath(string(dir), e.Name)
	if name.Ignored(e.Name, e.Kind == tree.KindDir) {
		return false
	}
	if err := name.CheckPath(string(p)); err != nil {
		why, _, _ := strings.Cut(err.Error(), ": ") // what follows repeats the name
		w.unshared(p, why, "Rename it, or move it up.")
		return false
	}
	kind := kindOf(e.Stat)
	switch {
	case kind == index.None:
		w.unshared(p, "it is a link, a device or another disk, which are not shared", "Put the files themselves into the folder.")
		return false
	case r != nil && r.unchanged(e.Stat):
		return kind == index.Dir
	case kind == index.File && !w.readAlone(e.Stat) && errors.Is(w.s.tree.Busy(string(p)), tree.ErrBusy):
		w.writing(p, time.Now())
		return false
	}
	delete(w.settle.hints, p)
	c.findings = append(c.findings, w.finding(p, e.Stat))
	if kind == index.File && r != nil && r.Kind == index.Dir {
		c.replaced = append(c.replaced, p)
	}
	return kind == index.Dir
}

// readAlone reports whether a file will be read in one piece, which asks by itself whether somebody writes to it.
func (w *worker) readAlone(s tree.Stat) bool {
	_, moved := w.settle.movedFrom(s)
	return !moved && s.Size <= inMemory
}

// finding makes the finding of a path where something new lies; when it is known from a path that is gone, it was moved.
func (w *worker) finding(p index.Path, s tree.Stat) finding {
	f := finding{path: p, kind: kindOf(s), stat: s, beside: w.aside[p].beside, back: w.aside[p].back}
	delete(w.aside, p)
	if m, ok := w.settle.movedFrom(s); ok && f.kind == index.File {
		f.from, f.content, f.hashed = &m.row, m.row.Content, true
		w.settle.found(m.row.path)
	}
	return f
}

// flushFull passes on the findings once there are many.
func (c *scanning) flushFull(ctx context.Context) error {
	if len(c.findings) < scanBatch {
		return nil
	}
	return c.pass(ctx)
}

// pass has the findings hashed, and publishes those before them meanwhile.
func (c *scanning) pass(ctx context.Context) error {
	findings, replaced := c.findings, c.replaced
	c.findings, c.replaced = nil, nil
	for _, dir := range replaced {
		below, err := c.w.belowGone(ctx, dir)
		if err != nil {
			return err
		}
		findings = append(findings, below...)
	}
	before := c.ahead
	c.ahead = c.w.hashAll(ctx, findings)
	if before == nil {
		return nil
	}
	return c.w.publishHashed(ctx, before)
}

// flush publishes all findings.
func (c *scanning) flush(ctx context.Context) error {
	if err := c.pass(ctx); err != nil {
		return err
	}
	last := c.ahead
	c.ahead = nil
	return c.w.publishHashed(ctx, last)
}

// close waits for what was begun when a look ends early.
func (c *scanning) close() {
	if c.ahead != nil {
		c.ahead.all.Wait()
	}
}

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

// unexpected leaves out the paths where just that lies which this machine has put there: the watcher tells of that too. A single word of a name that
// appeared is of ours, since ours comes first.
func (w *worker) unexpected(due []index.Path) []index.Path {
	return slices.DeleteFunc(due, func(p index.Path) bool {
		mine, ok := w.placed[p]
		if !ok {
			return false
		}
		delete(w.placed, p)
		if h := w.settle.hints[p]; !h.placed || h.events > 1 {
			if now, err := w.s.tree.Lstat(string(p)); err != nil || now != mine {
				return false
			}
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
		if r := rows[p]; r != nil && r.Kind.Live() {
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
	if name.Ignored(base, false) || r != nil && r.unchanged(s) || w.hashing[p] {
		w.rested(p)
		return nil
	}
	_, moved := w.settle.movedFrom(s)
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
	if e.Kind == tree.KindDir && (r == nil || !r.Kind.Live()) && !name.Ignored(e.Name, true) {
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

// deletions publishes what has been missing long enough, with proof.
func (w *worker) deletions(ctx context.Context, now time.Time) error {
	var ripe []missing
	for _, m := range w.settle.gone {
		if !w.settle.deletable(m).After(now) {
			ripe = append(ripe, m)
		}
	}
	if len(ripe) == 0 {
		return nil
	}
	if err := w.land(ctx); err != nil {
		return err
	}
	slices.SortFunc(ripe, func(a, b missing) int { return comparePaths(a.row.path, b.row.path) })
	listed := map[string]bool{}
	var findings []finding
	for _, m := range ripe {
		w.settle.found(m.row.path)
		if !w.proven(m.row.path, listed) {
			continue
		}
		findings = append(findings, finding{path: m.row.path, kind: index.Tombstone})
		if m.row.Kind != index.Dir {
			continue
		}
		below, err := w.belowGone(ctx, m.row.path)
		if err != nil {
			return err
		}
		findings = append(findings, below...)
	}
	if err := w.publish(ctx, findings); err != nil {
		return err
	}
	w.tidy()
	return nil
}

func comparePaths(a, b index.Path) int {
	switch {
	case a < b:
		return -1
	case a > b:
		return 1
	}
	return 0
}

// proven reports whether a path is really gone: its nearest folder that exists can be listed, on the root's own disk, and does not hold the name.
func (w *worker) proven(p index.Path, listed map[string]bool) bool {
	dir, _ := splitPath(p)
	if ok, seen := listed[dir]; seen && !ok {
		return false
	}
	if !w.vanished(p) {
		return false
	}
	for {
		if listed[dir] {
			return true
		}
		_, err := w.s.tree.List(dir)
		if err == nil {
			listed[dir] = true
			return true
		}
		if dir == "" || !w.vanished(index.Path(dir)) && !w.isFile(index.Path(dir)) {
			listed[dir] = false
			return false
		}
		dir, _ = splitPath(index.Path(dir))
	}
}

// isFile reports whether a plain file lies at a path.
func (w *worker) isFile(p index.Path) bool {
	s, err := w.s.tree.Lstat(string(p))
	return err == nil && s.Kind == tree.KindFile
}

// belowGone makes the findings of all that lay in a directory that is gone.
func (w *worker) belowGone(ctx context.Context, dir index.Path) ([]finding, error) {
	var findings []finding
	err := w.s.db.Read(ctx, func(tx *store.Tx) error {
		rows, err := rowsBelow(tx, dir)
		for _, r := range rows {
			findings = append(findings, finding{path: r.path, kind: index.Tombstone})
		}
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("read what lay in %q: %w", dir, err)
	}
	return findings, nil
}
