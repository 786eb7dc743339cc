package share

import (
	"fmt"
	"slices"

	"lanyard/internal/store"
	"lanyard/sync/index"
)

// A program that is killed between placing a file and the commit of its row finds at the next start a file that no row speaks of. As long as its version
// is the visible one, that shows what it is. But when the version was deleted or superseded meanwhile, the file would pass for somebody's new one, and
// bring back what was deleted. So a version that is superseded while its path is still to be done is kept until that is done: what lies there with just
// this content was placed by us.

// passedTable keeps versions that were superseded while their paths were pending.
const passedTable = `CREATE TABLE passed (path TEXT NOT NULL, kind INTEGER NOT NULL, content BLOB NOT NULL, exec INTEGER NOT NULL, seen BLOB NOT NULL, PRIMARY KEY (path, seen)) WITHOUT ROWID`

// passed is a version that may have been placed though it is no head any more.
type passed struct {
	kind    index.Kind
	content index.Hash
	exec    bool
	seen    index.Context
}

// keepPassed keeps a version that another one supersedes, if it may just be on its way to the disk.
func keepPassed(tx *store.Tx, v index.Version) error {
	if !v.Kind.Live() {
		return nil
	}
	_, err := tx.Exec(`INSERT OR IGNORE INTO passed SELECT path, ?2, ?3, ?4, ?5 FROM pending WHERE path = ?1`,
		string(v.Path), int(v.Kind), v.Content[:], v.Exec, encodeContext(v.Seen()))
	if err != nil {
		return fmt.Errorf("keep what %q was: %w", v.Path, err)
	}
	return nil
}

// forgetPassed forgets the versions of paths that are done.
func forgetPassed(tx *store.Tx, args []any) error {
	_, err := tx.Exec(`DELETE FROM passed WHERE path IN (`+listOf("?")+`)`, args...)
	return err
}

// underWay returns the superseded versions of a path that were still to be placed, so that they may lie there without a row.
func underWay(tx *store.Tx, p index.Path) ([]passed, error) {
	var out []passed
	rows, err := tx.Query(`SELECT kind, content, exec, seen FROM passed WHERE path = ?`, string(p))
	if err != nil {
		return nil, fmt.Errorf("read what %q was: %w", p, err)
	}
	defer rows.Close()
	for rows.Next() {
		var v passed
		var content, seen []byte
		if err := rows.Scan(&v.kind, &content, &v.exec, &seen); err != nil {
			return nil, err
		}
		copy(v.content[:], content)
		if v.seen, err = decodeContext(seen); err != nil {
			return nil, err
		}
		out = append(out, v)
	}
	return out, rows.Err()
}

// placed returns what somebody has seen who sees what was found, if we have placed it ourselves and were stopped before its row; nil if we have not. A
// version that the row has seen was stored: what looks like it now is a person's doing.
func (p *publishing) placed(f finding, r row, known *row) (index.Context, error) {
	if !p.passed {
		return nil, nil
	}
	all, err := underWay(p.tx, f.path)
	if err != nil {
		return nil, err
	}
	i := slices.IndexFunc(all, func(v passed) bool {
		same := v.kind == f.kind && v.content == f.content && (v.kind == index.Dir || v.exec == r.Exec || !p.w.s.tree.Traits().Exec)
		return same && (known == nil || !known.Seen.Includes(v.seen))
	})
	if i < 0 {
		return nil, nil
	}
	return all[i].seen, nil
}

// anyPassed reports whether there is such a version at all.
func anyPassed(tx *store.Tx) (found bool, err error) {
	err = tx.QueryRow(`SELECT EXISTS (SELECT 1 FROM passed)`).Scan(&found)
	return found, err
}

// genuine returns the contents that may lie at a path where a file was being placed.
func genuine(tx *store.Tx, p index.Path, view index.View) ([]index.Hash, error) {
	all, err := underWay(tx, p)
	var out []index.Hash
	if view.Kind == index.File {
		out = append(out, view.Head.Content)
	}
	for _, v := range all {
		if v.kind == index.File {
			out = append(out, v.content)
		}
	}
	return out, err
}

// undisturbed leaves out paths whose files are being hashed: what lies there is not known yet. They come again with the hash.
func (w *worker) undisturbed(paths []index.Path) []index.Path {
	return slices.DeleteFunc(paths, func(p index.Path) bool { return w.hashing[p] })
}
