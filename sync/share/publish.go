package share

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"lanyard/internal/chunk"
	"lanyard/internal/store"
	"lanyard/internal/tree"
	"lanyard/sync/ignore"
	"lanyard/sync/index"
)

// publish hashes what was found, writes its records and rows in one commit, and then has the sessions push them.
func (w *worker) publish(ctx context.Context, findings []finding) error {
	return w.publishHashed(ctx, w.hashAll(ctx, findings))
}

// publishHashed is publish once hashing has begun.
func (w *worker) publishHashed(ctx context.Context, h *hashing) error {
	ready := w.sure(ctx, h)
	if len(ready) == 0 {
		return ctx.Err()
	}
	if err := w.land(ctx); err != nil {
		return err
	}
	var p *publishing
	err := w.s.db.Write(ctx, func(tx *store.Tx) (err error) {
		p, err = newPublishing(tx, w, pathsOf(ready))
		if err != nil {
			return err
		}
		going, err := p.brake(ready)
		if err != nil {
			return err
		}
		for _, f := range going {
			if err := p.finding(f); err != nil {
				return err
			}
			if err := saveList(tx, f.content, f.list); err != nil {
				return err
			}
		}
		if err := p.close(); err != nil {
			return err
		}
		if p.written > 0 {
			tx.AfterCommit(w.s.published)
		}
		return nil
	})
	if err != nil {
		return fmt.Errorf("publish %d changes: %w", len(ready), err)
	}
	w.brakes.stored(p.braked, p.unbraked)
	w.brakes.grow(p.born, p.lost, p.moves)
	w.ignore.due = w.ignore.due || slices.ContainsFunc(ready, func(f finding) bool { return f.path == ignore.File })
	for _, q := range p.wanted {
		w.replan(q)
	}
	for _, q := range p.linked {
		w.settle.again(q, time.Now(), quietWrite)
	}
	w.s.counted(p.known.tally)
	w.s.engine.tellNotices(w.s.id, p.notices)
	w.s.engine.changed(w.s.id)
	return nil
}

// pathsOf returns the paths that publishing findings asks about.
func pathsOf(findings []finding) []index.Path {
	paths := make([]index.Path, 0, len(findings))
	for _, f := range findings {
		paths = append(paths, f.path)
		if f.from != nil {
			paths = append(paths, f.from.path)
		}
	}
	return paths
}

// publishing writes records and rows inside one transaction.
type publishing struct {
	tx       *store.Tx
	w        *worker
	own      branch
	pen      index.Pen
	known    *memo
	passed   bool    // there are superseded versions that may have been placed
	above    *merger // marks the directories above
	notices  []Notice
	wanted   []index.Path
	linked   []index.Path // other names of files that were written to
	left     []index.Hash // large contents that lie at their path no more
	written  int
	braked   []braked     // what counts for the brakes from now on, or waits
	unbraked []index.Path // what does not any more
	born     []index.Path // files that were not there before
	lost     []index.Path // files that are there no more
	moves    []step
	line     index.Context // all that was forgotten
	writes   bool          // this person may change the share
	at       int64         // the time of what is written, in ms since 1970; 0 = now
}

// newPublishing begins to publish; paths are those about which much will be asked.
func newPublishing(tx *store.Tx, w *worker, paths []index.Path) (*publishing, error) {
	own, err := ownBranch(tx, w.s.selfLog())
	if err != nil {
		return nil, err
	}
	all, err := allBranches(tx)
	if err != nil {
		return nil, err
	}
	lamport, err := fact[int64](tx, "lamport")
	if err != nil {
		return nil, err
	}
	known, err := newMemo(tx, namesOf(all), paths, surveyBy(w.ignore.Rules))
	if err != nil {
		return nil, err
	}
	known.rules = w.ignore.Rules
	passed, err := anyPassed(tx)
	if err != nil {
		return nil, err
	}
	line, err := forgottenLine(tx)
	if err != nil {
		return nil, err
	}
	_, zone := time.Now().Zone()
	return &publishing{
		tx: tx, w: w, own: own, known: known, passed: passed, line: line, writes: w.s.writes(),
		pen:   index.Pen{Log: own.log, Number: own.number, Chain: own.hash, Lamport: uint64(lamport), Author: w.self().Name, Zone: zone / 60},
		above: &merger{tx: tx, known: known, parents: map[index.Path]bool{}},
	}, nil
}

// finding publishes what was found, and of a move that the old name is gone, even if there is nothing to say about the new one.
func (p *publishing) finding(f finding) error {
	if f.kind.Live() && p.w.leftOut(f.path, f.kind == index.Dir) { // since it was found
		if f.from != nil {
			return p.moved(f)
		}
		return nil
	}
	view, _, err := p.known.look(f.path)
	if err != nil {
		return err
	}
	known, err := p.known.row(f.path)
	if err != nil {
		return err
	}
	if f.kind == index.Tombstone {
		return p.deletion(f, view, known, nil)
	}
	if known == nil && f.kind == index.File && f.from == nil {
		if f.from, err = p.respelled(f); err != nil {
			return err
		}
	}
	if err := p.standing(f, view, known); err != nil || f.from == nil {
		return err
	}
	return p.moved(f)
}

// standing turns what lies at a path into a record, or, where it is what the index shows already, into a row alone.
func (p *publishing) standing(f finding, view index.View, known *row) error {
	exec := f.stat.Exec
	if !p.w.s.tree.Traits().Exec { // such a disk says nothing: what was known stays
		exec = known != nil && known.Exec || known == nil && view.Head.Exec
	}
	r := rowOf(f.path, f.stat, f.content, view.Seen)
	r.Exec = exec
	r.racy = f.kind == index.File && p.tx.Now().UnixNano()-f.stat.Mtime < int64(2*time.Second)
	p.leave(known, f.content)
	sameRow := known != nil && known.Kind == f.kind && known.Content == f.content && known.Exec == exec
	edit := index.Edit{Path: f.path, Kind: f.kind}
	if f.kind == index.File {
		edit.Size, edit.Content, edit.Exec, edit.Mtime = f.stat.Size, f.content, exec, f.stat.Mtime
	}
	if f.from != nil {
		edit.From = p.origin(f.from)
	}
	base := baseOf(known)
	if !sameRow && f.kind == index.File && f.stat.Links > 1 {
		if err := p.otherNames(f, exec); err != nil {
			return err
		}
	}
	switch {
	case sameRow: // only its time or identity changed
		r.Seen, r.Local = known.Seen, known.Local
		p.known.saveRow(r, known)
		return nil
	case index.Shown(view, base, edit), p.w.found && view.Kind == index.File && p.w.s.mutant() == overwriting:
		p.known.saveRow(r, known)
		return nil
	}
	if seen, err := p.placed(f, r, known); err != nil || seen != nil {
		if err != nil {
			return err
		}
		r.Seen = seen
		p.known.saveRow(r, known)
		p.wanted = append(p.wanted, f.path) // and what has happened to it since is done
		return nil
	}
	if !p.writes || f.local || f.lay && known == nil && !view.Kind.Live() {
		p.keep(f, r, view, known)
		return nil
	}
	line, err := p.forgottenAt(f.path, base)
	if err != nil {
		return err
	}
	made := index.Change(base, edit, line)
	made.Agreed = f.agreed || f.back
	made.Old = p.w.settle.first && p.w.fill == nil && known == nil
	if err := p.beside(&made, f, view, known); err != nil {
		return err
	}
	v, err := p.write(made, known == nil && p.w.firstContact(f.path))
	if err != nil {
		return err
	}
	r.Seen = v.Seen()
	p.known.saveRow(r, known)
	if known == nil && v.Beside != nil {
		return p.tellConflict(v)
	}
	if known == nil && f.kind == index.File && f.from == nil && !f.back && !p.w.found && !p.w.settle.first {
		p.born = append(p.born, f.path)
	}
	p.noteChange(f, known)
	return nil
}

// baseOf is what a version builds on; nil if nothing was known there.
func baseOf(known *row) *index.Row {
	if known == nil {
		return nil
	}
	return &known.Row
}

// forgottenAt is what a version has seen of a path of which nothing is known: all that was forgotten.
func (p *publishing) forgottenAt(path index.Path, known *index.Row) (index.Context, error) {
	if known != nil {
		return nil, nil
	}
	hs, err := p.known.headsAt(path)
	if err != nil || len(hs) > 0 {
		return nil, err
	}
	return p.line, nil
}

// otherNames finds the other names of a file that was written to or made executable: the system tells of the one name alone through which that was done.
func (p *publishing) otherNames(f finding, exec bool) error {
	if err := p.known.flush(); err != nil {
		return err
	}
	rows, err := rowsWhere(p.tx, `WHERE volume = ? AND file = ? AND kind = 1 AND (content <> ? OR exec <> ?)`,
		int64(f.stat.ID.Volume), int64(f.stat.ID.File), f.content[:], exec)
	if err != nil {
		return fmt.Errorf("read the other names of %q: %w", f.path, err)
	}
	for _, r := range rows {
		if r.path != f.path {
			p.linked = append(p.linked, r.path)
		}
	}
	return nil
}

// origin names the version that was moved.
func (p *publishing) origin(from *row) *index.Origin {
	if from.Local {
		return nil
	}
	hs, err := p.known.headsAt(from.path)
	if err != nil || len(hs) == 0 {
		return nil // a move without a known origin is a new file with the same bytes
	}
	return &index.Origin{Path: from.path, Dot: versionsOf(hs)[len(hs)-1].Dot}
}

// moved records that the old name of a move is gone, after the new one, so that nobody sees the bytes nowhere.
func (p *publishing) moved(f finding) error {
	old := f.from.path
	p.moves = append(p.moves, step{old, f.path})
	view, _, err := p.known.look(old)
	if err != nil {
		return err
	}
	known, err := p.known.row(old)
	if err != nil {
		return err
	}
	return p.deletion(finding{path: old, kind: index.Tombstone}, view, known, &f)
}

// leave notes that a path has another content now.
func (p *publishing) leave(known *row, now index.Hash) {
	if known != nil && known.Kind == index.File && known.Size > chunk.Above && known.Content != now {
		p.left = append(p.left, known.Content)
	}
}

// deletion records that nothing lies at a path any more.
func (p *publishing) deletion(f finding, view index.View, known *row, moved *finding) error {
	if known == nil || !known.Kind.Live() {
		return nil
	}
	p.leave(known, index.Hash{})
	if moved == nil {
		p.lost = append(p.lost, f.path)
	}
	if !p.writes || known.Local {
		p.bringBack(f.path, view, known, moved != nil)
		return nil
	}
	edit := index.Edit{Path: f.path, Kind: index.Tombstone}
	if index.Shown(view, &known.Row, edit) {
		p.known.saveRow(tombRow(f.path, view.Seen), known)
		if _, waits := p.w.blocked[f.path]; waits { // for just this
			p.wanted = append(p.wanted, f.path)
		}
		return nil
	}
	if known.Kind == index.Dir && view.Head.Dot.Number == 0 {
		// Only its children keep it, and they have not come yet or go by themselves: nobody's record says that it stands.
		p.wanted = append(p.wanted, f.path)
		p.known.want(f.path)
		p.known.saveRow(tombRow(f.path, known.Seen), known)
		return nil
	}
	made := index.Change(&known.Row, edit, nil)
	made.Agreed = f.agreed
	v, err := p.write(made, false)
	if err != nil {
		return err
	}
	p.known.saveRow(tombRow(f.path, v.Seen()), known)
	if moved == nil && known.Kind == index.File {
		p.notices = noted(p.notices, p.w.notice(f.path, Deleted))
	}
	return nil
}

// write gives a version its dot and stores it as a head.
func (p *publishing) write(v index.Version, found bool) (index.Version, error) {
	at := p.at
	if at == 0 {
		at = p.tx.Now().UnixMilli()
	}
	written, body, err := p.pen.Write(v, at, found)
	if errors.Is(err, index.ErrTooLong) {
		hs, wrong := p.known.headsAt(v.Path)
		if wrong != nil {
			return v, wrong
		}
		v.Context = v.Context.Shortened(versionsOf(hs))
		written, body, err = p.pen.Write(v, at, found)
	}
	if err != nil {
		return v, err
	}
	v = written
	_, _, heads, err := p.known.merge(&head{row: p.own.record(v.Dot.Number), Version: v}, body)
	if err != nil {
		return v, err
	}
	p.written++
	if heads > 1 {
		p.wanted = append(p.wanted, v.Path)
		p.known.want(v.Path)
	}
	return v, p.above.ancestors(v.Path)
}

func (p *publishing) noteChange(f finding, known *row) {
	if f.kind != index.File || p.w.found || p.w.settle.first {
		return
	}
	n := p.w.notice(f.path, Added)
	switch {
	case f.back:
		n.What = Restored
	case f.from != nil:
		n.What, n.From = Moved, string(f.from.path)
	case known != nil && known.Kind == index.File:
		n.What = Changed
	}
	p.notices = noted(p.notices, n)
}

// notice makes a notice of what this person did.
func (w *worker) notice(p index.Path, what What) Notice {
	return Notice{Share: w.s.id, Path: string(p), What: what, By: w.self(), Time: time.Now()}
}

// close stores the end of our log and the notices.
func (p *publishing) close() error {
	p.wanted = append(p.wanted, p.above.result.wanted...)
	if err := p.known.flush(); err != nil {
		return err
	}
	if err := dropLists(p.tx, p.left); err != nil {
		return err
	}
	if p.written == 0 {
		return nil
	}
	p.own.number, p.own.hash, p.own.stored = p.pen.Number, p.pen.Chain, p.pen.Number
	if err := saveBranch(p.tx, p.own); err != nil {
		return err
	}
	if err := raiseLamport(p.tx, p.pen.Lamport); err != nil {
		return err
	}
	return saveNotices(p.tx, p.notices)
}

// unreadable lists a path that could not be read. Nothing is concluded from it.
func (w *worker) unreadable(p index.Path, err error) {
	what := "file"
	if errors.Is(err, tree.ErrDenied) {
		w.unshared(p, "the system does not let Lanyard read it", "Check who may read it.")
		return
	}
	if p == "" {
		what = "folder"
	}
	w.unshared(p, "the "+what+" could not be read: "+err.Error(), "Check the disk, or who may read it.")
}
