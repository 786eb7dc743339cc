package share

import (
	"fmt"
	"time"

	"lanyard/internal/name"
	"lanyard/internal/store"
	"lanyard/internal/tree"
	"lanyard/sync/index"
)

// What somebody who may only read changes in the folder goes nowhere and gets lost nowhere: the share's version comes back under its name, and theirs lies
// beside it. A row that is "local" speaks of such a file or folder. It is no version, and stands in nobody's way: where the share has nothing, it stays
// where it is; where the share has something, it is put aside once that is here.

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
	case f.kind == index.File && (known == nil || !known.Local):
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
	b.w.aside[index.Path(p)] = broughtBack{beside: &index.Beside{Path: a.Path, Loser: b.w.writer(), Winner: a.Want.Writer()}}
	b.w.settle.again(index.Path(p), time.Now(), quietWrite)
	return nil
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
