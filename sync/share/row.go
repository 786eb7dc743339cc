package share

import (
	"database/sql"
	"encoding/binary"
	"errors"
	"fmt"

	"lanyard/internal/store"
	"lanyard/internal/tree"
	"lanyard/sync/index"
)

// row is what this machine last knew to lie at a path, with what tells whether it still does.
type row struct {
	path index.Path
	index.Row
	stat tree.Stat
	racy bool
}

// unchanged reports whether a file or directory on disk is what the row says, without reading it.
func (r row) unchanged(s tree.Stat) bool {
	if kindOf(s) != r.Kind {
		return false
	}
	if r.Kind == index.Dir {
		return true
	}
	return !r.racy && s.Same(r.stat) && s.Ctime == r.stat.Ctime && s.Exec == r.stat.Exec
}

// kindOf says what a thing on disk is to a share: None for what is not shared.
func kindOf(s tree.Stat) index.Kind {
	switch s.Kind {
	case tree.KindFile:
		return index.File
	case tree.KindDir:
		return index.Dir
	}
	return index.None
}

const rowColumns = `SELECT dir, base, kind, size, mtime, ctime, volume, file, exec, racy, content, seen, local FROM disk `

func scanRow(scan func(...any) error) (row, error) {
	var r row
	var dir, base string
	var content, seen []byte
	var volume, file int64
	err := scan(&dir, &base, &r.Kind, &r.Size, &r.stat.Mtime, &r.stat.Ctime, &volume, &file, &r.Exec, &r.racy, &content, &seen, &r.Local)
	if err != nil {
		return row{}, err
	}
	r.path = joinPath(dir, base)
	r.stat.Size, r.stat.Exec = r.Size, r.Exec
	r.stat.ID = tree.ID{Volume: uint64(volume), File: uint64(file)}
	copy(r.Content[:], content)
	r.stat.Kind = tree.KindFile
	if r.Kind == index.Dir {
		r.stat.Kind = tree.KindDir
	}
	r.Seen, err = decodeContext(seen)
	return r, err
}

// rowAt returns the row of a path, nil if there is none.
func rowAt(tx *store.Tx, path index.Path) (*row, error) {
	dir, base := splitPath(path)
	r, err := scanRow(tx.QueryRow(rowColumns+`WHERE dir = ? AND base = ?`, dir, base).Scan)
	if errors.Is(err, sql.ErrNoRows) {
		return nil, nil
	}
	if err != nil {
		return nil, fmt.Errorf("read the row of %q: %w", path, err)
	}
	return &r, nil
}

func rowsWhere(tx *store.Tx, where string, args ...any) ([]row, error) {
	return rowsFrom(tx, rowColumns+where, args...)
}

// rowsFrom returns the rows of a query with rowColumns.
func rowsFrom(tx *store.Tx, query string, args ...any) ([]row, error) {
	rows, err := tx.Query(query, args...)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	var out []row
	for rows.Next() {
		r, err := scanRow(rows.Scan)
		if err != nil {
			return nil, err
		}
		out = append(out, r)
	}
	return out, rows.Err()
}

// pathsFrom returns what a query finds whose one column is a path.
func pathsFrom(tx *store.Tx, query string, args ...any) ([]index.Path, error) {
	rows, err := tx.Query(query, args...)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	var out []index.Path
	for rows.Next() {
		var p string
		if err := rows.Scan(&p); err != nil {
			return nil, err
		}
		out = append(out, index.Path(p))
	}
	return out, rows.Err()
}

// rowsIn returns the rows of the direct children of a directory, sorted by name.
func rowsIn(tx *store.Tx, dir index.Path) ([]row, error) {
	return rowsWhere(tx, `WHERE dir = ? ORDER BY base`, string(dir))
}

// rowsBelow returns the live rows at any depth below a directory.
func rowsBelow(tx *store.Tx, dir index.Path) ([]row, error) {
	return rowsWhere(tx, `WHERE (dir = ?1 OR dir > ?2 AND dir < ?3) AND kind < 3`, string(dir), string(dir)+"/", string(dir)+"0")
}

// rowsHolding returns shared files that have a content.
func rowsHolding(tx *store.Tx, content index.Hash) ([]row, error) {
	return rowsWhere(tx, `WHERE content = ? AND local = 0 LIMIT 4`, content[:])
}

func saveRows(tx *store.Tx, rows []row) error {
	return insertMany(tx, `INSERT INTO disk VALUES `, `(?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
		` ON CONFLICT (dir, base) DO UPDATE SET kind = excluded.kind, size = excluded.size,
		mtime = excluded.mtime, ctime = excluded.ctime, volume = excluded.volume, file = excluded.file, exec = excluded.exec, racy = excluded.racy,
		content = excluded.content, seen = excluded.seen, local = excluded.local`, len(rows),
		func(i int, args []any) []any {
			r := &rows[i]
			dir, base := splitPath(r.path)
			var content any
			if r.Kind == index.File {
				content = r.Content[:]
			}
			return append(args, dir, base, int(r.Kind), r.Size, r.stat.Mtime, r.stat.Ctime, int64(r.stat.ID.Volume), int64(r.stat.ID.File), r.Exec, r.racy,
				content, encodeContext(r.Seen), r.Local)
		})
}

func dropRow(tx *store.Tx, path index.Path) error {
	dir, base := splitPath(path)
	_, err := tx.Exec(`DELETE FROM disk WHERE dir = ? AND base = ?`, dir, base)
	return err
}

// rowOf makes the row of a path from what lies there.
func rowOf(path index.Path, s tree.Stat, content index.Hash, seen index.Context) row {
	r := row{path: path, stat: s}
	r.Row = index.Row{Kind: kindOf(s), Size: s.Size, Content: content, Exec: s.Exec, Seen: seen}
	return r
}

// tombRow says that nothing lies at the path and that its deletion was seen.
func tombRow(path index.Path, seen index.Context) row {
	return row{path: path, Row: index.Row{Kind: index.Tombstone, Seen: seen}}
}

// A context is kept as entries of 56 bytes: peer, log ID, number.
const contextEntry = 32 + 16 + 8

func encodeContext(c index.Context) []byte {
	out := make([]byte, 0, len(c)*contextEntry)
	for _, d := range c {
		out = append(append(out, d.Log.Peer[:]...), d.Log.ID[:]...)
		out = binary.BigEndian.AppendUint64(out, d.Number)
	}
	return out
}

func decodeContext(b []byte) (index.Context, error) {
	if len(b)%contextEntry != 0 {
		return nil, fmt.Errorf("a context of %d bytes in the share's database", len(b))
	}
	var c index.Context
	for ; len(b) > 0; b = b[contextEntry:] {
		var d index.Dot
		copy(d.Log.Peer[:], b)
		copy(d.Log.ID[:], b[32:])
		d.Number = binary.BigEndian.Uint64(b[48:])
		c = append(c, d)
	}
	return c, nil
}
