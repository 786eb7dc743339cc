package share

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"lanyard/internal/chunk"
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
	list    chunk.List    // of a large content that was hashed
	from    *row          // it was moved from there
	back    bool          // a person took it out of the trash
	beside  *index.Beside // it was put aside for the sake of what has its name now
	agreed  bool          // it is one of so many that a person was asked, and wanted them
	local   bool          // it was on this machine only, and stays so
	lay     bool          // it lay in the folder before that was this share's: nobody has said that others are to have it
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
	batch := &scanning{w: w, entered: map[index.Path]bool{}, lay: !w.bare}
	defer batch.close()
	if err := batch.walk(ctx, ""); err != nil {
		return err
	}
	w.s.editors.only(batch.entered)
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
	w.check = w.verifyAt(time.Now())
	if w.pollBlind(); blind != w.s.engine.watcher.blind(w.s) {
		w.s.engine.changed(w.s.id)
	}
	if err := w.purge(ctx); err != nil {
		return err
	}
	if err := w.sweepLists(ctx); err != nil {
		return fmt.Errorf("forget chunks of what is gone: %w", err)
	}
	if err := w.metAll(ctx, batch.unlisted); err != nil {
		return err
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

// verifyAt is when the whole folder is looked at again though nobody has said that something happened.
func (w *worker) verifyAt(now time.Time) time.Time {
	if w.s.engine.watcher.doubtful(now) {
		return now.Add(verifyDoubtful)
	}
	return now.Add(verifyHealthy)
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
	unlisted []index.Path        // folders that could not be listed
	lay      bool                // what is new at first contact lay there before the folder was this share's
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
		c.unlisted = append(c.unlisted, dir)
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
	w.owners(string(dir), entries)
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
		if r.Kind.Live() && !c.w.hidden(*r) && !c.w.absence(r.path) {
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
	return w.ignored(r.path, r.Kind == index.Dir)
}

// entry judges one name in a directory and reports whether to go into it.
func (c *scanning) entry(dir index.Path, e tree.Entry, r *row) (enter bool) {
	w, p := c.w, joinPath(string(dir), e.Name)
	if w.ignored(p, e.Kind == tree.KindDir) {
		w.tellNotTaken(p, e.Kind == tree.KindDir)
		return false
	}
	if err := name.CheckPath(string(p)); err != nil {
		text, remedy := refusedName(e.Name, err)
		w.unshared(p, text, remedy)
		return false
	}
	kind := kindOf(e.Stat)
	switch {
	case kind == index.None:
		w.unshared(p, "it is a link, a device or another disk, which are not shared", "Put the files themselves into the folder.")
		return false
	case r != nil && r.unchanged(e.Stat):
		w.stands(p)
		return kind == index.Dir
	case kind == index.File && (r == nil || !r.Kind.Live()) && w.scratch(p, e.Stat, time.Now()):
		return false
	case kind == index.File && !w.readAlone(e.Stat) && errors.Is(w.s.tree.Busy(string(p)), tree.ErrBusy):
		w.writing(p, time.Now())
		if c.lay && r == nil && w.firstContact(p) {
			w.aside[p] = broughtBack{local: true}
		}
		return false
	}
	delete(w.settle.hints, p)
	f := w.finding(p, e.Stat, r)
	f.lay = c.lay && w.firstContact(p)
	c.findings = append(c.findings, f)
	if kind == index.File && r != nil && r.Kind == index.Dir {
		c.replaced = append(c.replaced, p)
	}
	return kind == index.Dir
}

// scratch reports whether a new file may be a program's that has the name of a document in a moment, or is gone; it is looked at again when it is old enough.
func (w *worker) scratch(p index.Path, s tree.Stat, now time.Time) bool {
	_, base := splitPath(p)
	age := now.Sub(time.Unix(0, s.Ctime))
	if !name.Scratch(base) || age < 0 || age >= scratchYouth {
		return false
	}
	if _, moved := w.settle.movedFrom(s); moved {
		return false
	}
	w.settle.young(p, now, now.Add(scratchYouth-age))
	return true
}

// refusedName says why a name that lies in the folder is not shared, and what to do. Names that Macs stored look as they should: only typing them anew
// changes them.
func refusedName(base string, err error) (text, remedy string) {
	composed := name.Composed(base)
	switch {
	case errors.Is(err, name.ErrDecomposed) && name.CheckElement(composed) == nil && name.Quote(composed) == composed:
		return "its name is stored as Macs store names, and other computers take it for another one", "Rename it to \"" + composed + "\": it looks the same, and has to be typed anew."
	case errors.Is(err, name.ErrDrive):
		return "its name begins as a drive does on Windows, with a letter and a colon", "Rename it."
	case name.CheckElement(base) == nil:
		remedy = "Move it to a folder further up."
	default:
		remedy = "Rename it."
	}
	text, _, _ = strings.Cut(err.Error(), ": ") // what follows repeats the name
	return text, remedy
}

// readAlone reports whether a file will be read in one piece, which asks by itself whether somebody writes to it.
func (w *worker) readAlone(s tree.Stat) bool {
	_, moved := w.settle.movedFrom(s)
	return !moved && s.Size <= inMemory
}

// finding makes the finding of a path where something new lies; when it is known from a path that is gone, it was moved, unless it is known here, too:
// then it had both names.
func (w *worker) finding(p index.Path, s tree.Stat, r *row) finding {
	f := finding{path: p, kind: kindOf(s), stat: s, beside: w.aside[p].beside, back: w.aside[p].back, local: w.aside[p].local}
	delete(w.aside, p)
	both := r != nil && r.Kind == index.File && r.stat.ID == s.ID
	if m, ok := w.settle.movedFrom(s); ok && f.kind == index.File && !both {
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
