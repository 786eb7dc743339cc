package share

import (
	"context"
	"errors"
	"fmt"
	"time"

	"lanyard/internal/name"
	"lanyard/internal/store"
	"lanyard/internal/tree"
	"lanyard/sync/index"
)

// What somebody who may only read changes in the folder goes nowhere and gets lost nowhere: the share's version comes back under its name, and theirs lies
// beside it. What lay in a folder before it became the share's, and the share has nothing of, stays where it is in the same way, until its person has it
// shared. A row that is "local" speaks of such a file or folder. It is no version, and stands in nobody's way: where the share has nothing, it stays where
// it is; where the share has something, it is put aside once that is here.

// localRows marks what is on this machine only.
const localRows = `ALTER TABLE disk ADD COLUMN local INTEGER NOT NULL DEFAULT 0;
CREATE INDEX disk_local ON disk (dir, base) WHERE local = 1;`

// keep notes what lies at a path, of which nobody else is to hear.
func (p *publishing) keep(f finding, r row, view index.View, known *row) {
	r.Local, r.Seen = true, nil
	if known != nil {
		r.Seen = known.Seen
		if !known.Local && known.Kind == f.kind && known.Content == f.content {
			r.Local = false // only its mode is another: nothing to keep
		}
	}
	p.known.saveRow(r, known)
	switch {
	case view.Kind.Live():
		p.wanted = append(p.wanted, f.path)
		p.known.want(f.path)
	case f.kind == index.File && !f.lay && (known == nil || !known.Local):
		n := p.w.notice(f.path, OnlyHere)
		switch {
		case f.beside != nil:
			n.From = string(f.beside.Path)
		case f.from != nil && !f.from.Local:
			n.From = string(f.from.path)
		case f.from != nil:
			return // it was moved, and is where it was: only here
		}
		p.notices = noted(p.notices, n)
	}
}

// bringBack has what was deleted come back, unless it was on this machine only.
func (p *publishing) bringBack(path index.Path, view index.View, known *row, moved bool) {
	p.known.saveRow(tombRow(path, known.Seen), known)
	if !view.Kind.Live() {
		return
	}
	p.wanted = append(p.wanted, path)
	p.known.want(path)
	if known.Kind == index.File && !known.Local && !moved {
		p.notices = noted(p.notices, p.w.notice(path, CameBack))
	}
}

// keepAside brings what was on this machine only from the trash, where the share's version has displaced it, to a name beside that.
func (b *applying) keepAside(a index.Action, id tree.TrashID) error {
	p, _, err := b.w.s.tree.Restore(id, name.OnlyHere(string(a.Path), time.Now().Format("2006-01-02 15.04.05")))
	if err != nil {
		b.w.s.log.Warn("what was on this machine only stays in the trash", "share", b.w.s.id, "path", string(a.Path), "trash", string(id), "error", err)
		return nil
	}
	b.displaced = b.displaced[:len(b.displaced)-1]
	b.w.aside[index.Path(p)] = broughtBack{local: true, beside: &index.Beside{Path: a.Path, Loser: b.w.writer(), Winner: a.Want.Writer()}}
	b.w.settle.again(index.Path(p), time.Now(), quietWrite)
	return nil
}

var (
	errMayOnlyRead = errors.New("you may only read this folder: whoever shares it can let you change it")
	errNothingHere = errors.New("nothing in this folder is on this machine only")
	errNotOnlyHere = errors.New("it is not among what is on this machine only: lanyard share status lists that")
)

// Publish gives the others what lies in the folder on this machine only: all of it, or what has one of these paths and lies below them. It returns how many
// files those are. An error if a path has nothing of that kind; then nothing is done.
func (e *Engine) Publish(ctx context.Context, id ID, paths []string) (files int, err error) {
	s, err := e.atWork(ctx, id)
	if err != nil {
		return 0, err
	}
	wanted := []index.Path{""}
	if len(paths) > 0 {
		wanted = wanted[:0]
	}
	for _, p := range paths {
		parsed, err := index.ParsePath(p)
		if err != nil {
			return 0, err
		}
		wanted = append(wanted, parsed)
	}
	return ordered(ctx, s, func(ctx context.Context, w *worker) (int, error) { return w.share(ctx, wanted) })
}

// share publishes what is on this machine only at these paths and below them.
func (w *worker) share(ctx context.Context, wanted []index.Path) (files int, err error) {
	if !w.s.writes() {
		return 0, errMayOnlyRead
	}
	if err := w.scanAll(ctx); err != nil { // what was changed there since is found
		return 0, err
	}
	var rows []row
	err = w.s.db.Write(ctx, func(tx *store.Tx) error {
		rows, err = localAt(tx, wanted)
		for _, r := range rows {
			err = errors.Join(err, dropRow(tx, r.path))
		}
		return err
	})
	if err != nil {
		return 0, err
	}
	batch := &scanning{w: w}
	defer batch.close()
	for _, r := range rows {
		s, err := w.s.tree.Lstat(string(r.path))
		if err != nil {
			continue // it is gone meanwhile, or its disk is: the next look tells
		}
		dir, base := splitPath(r.path)
		batch.entry(index.Path(dir), tree.Entry{Name: base, Stat: s}, nil)
		if err := batch.flushFull(ctx); err != nil {
			return 0, err
		}
		if r.Kind == index.File {
			files++
		}
	}
	w.s.engine.changed(w.s.id)
	return files, batch.flush(ctx)
}

// localAt returns the rows of what is on this machine only at these paths and below them, folders before what lies in them. Each path must have something.
func localAt(tx *store.Tx, wanted []index.Path) (found []row, err error) {
	all, err := rowsWhere(tx, `INDEXED BY disk_local WHERE local = 1 ORDER BY dir, base`)
	if err != nil {
		return nil, fmt.Errorf("read what is on this machine only: %w", err)
	}
	asked, is := map[index.Path]bool{}, map[index.Path]bool{}
	for _, r := range all {
		for _, p := range wanted {
			if p == "" || r.path == p || r.path.Under(p) {
				asked[p] = true
				for at, ok := r.path, true; ok && !is[at]; at, ok = at.Parent() { // the folders that it lies in, too
					is[at] = true
				}
			}
		}
	}
	for _, r := range all {
		if is[r.path] {
			found = append(found, r)
		}
	}
	for _, p := range wanted {
		if !asked[p] && p != "" {
			return nil, fmt.Errorf("%s: %w", name.Quote(string(p)), errNotOnlyHere)
		}
	}
	if len(found) == 0 {
		return nil, errNothingHere
	}
	return found, nil
}

// maxOnlyHere is how many files that are on this machine only are named.
const maxOnlyHere = 100

// LocalFiles is what lies in the folder on this machine only.
type LocalFiles struct {
	Files int
	Paths []string // the first of them
}

func keptHere(tx *store.Tx) (LocalFiles, error) {
	var k LocalFiles
	if err := tx.QueryRow(`SELECT count(*) FROM disk INDEXED BY disk_local WHERE local = 1 AND kind = 1`).Scan(&k.Files); err != nil || k.Files == 0 {
		return k, err
	}
	paths, err := pathsFrom(tx, `SELECT CASE dir WHEN '' THEN base ELSE dir || '/' || base END FROM disk INDEXED BY disk_local
		WHERE local = 1 AND kind = 1 ORDER BY dir, base LIMIT ?`, maxOnlyHere)
	if err != nil {
		return k, fmt.Errorf("read what is on this machine only: %w", err)
	}
	for _, p := range paths {
		k.Paths = append(k.Paths, string(p))
	}
	return k, nil
}
