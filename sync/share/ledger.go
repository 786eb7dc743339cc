package share

import (
	"database/sql"
	_ "embed"
	"errors"
	"fmt"
	"strings"

	"lanyard/internal/store"
	"lanyard/internal/vector"
	"lanyard/sync/ignore"
	"lanyard/sync/index"
)

//go:embed schema.sql
var folderSchema string

// folderFiles finds the other names of a file.
const folderFiles = `CREATE INDEX disk_by_file ON disk (volume, file) WHERE kind = 1`

// conflictsTold has each conflict copy told once.
const conflictsTold = `CREATE TABLE conflict (copy TEXT PRIMARY KEY) WITHOUT ROWID`

// folderPart returns the tables of one share's file.
func folderPart() store.Part {
	return store.Part{Name: "folder", Migrations: []string{folderSchema, folderFiles, conflictsTold, abandonedHeads, lateTable, passedTable, chunksTable, localRows, brakedTable, forgetting, rootsTold, deselectedTable}}
}

// branch is one row of log: a log, or after a fork one of its branches.
type branch struct {
	id     int64
	log    vector.Log
	number uint64 // tip in K
	hash   vector.Hash
	stored uint64
	since  uint64
	own    bool
}

const branchShift = 40

func (b branch) record(number uint64) int64 { return b.id<<branchShift | int64(number) }

const branchColumns = `SELECT id, peer, log, number, hash, stored, since, own FROM log `

func branches(tx *store.Tx, where string, args ...any) ([]branch, error) {
	rows, err := tx.Query(branchColumns+where, args...)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	var out []branch
	for rows.Next() {
		var b branch
		var peer, id, hash []byte
		if err := rows.Scan(&b.id, &peer, &id, &b.number, &hash, &b.stored, &b.since, &b.own); err != nil {
			return nil, err
		}
		copy(b.log.Peer[:], peer)
		copy(b.log.ID[:], id)
		copy(b.hash[:], hash)
		out = append(out, b)
	}
	return out, rows.Err()
}

func allBranches(tx *store.Tx) ([]branch, error) { return branches(tx, "ORDER BY peer, log, id") }

// ownBranch returns the branch on which this machine writes, or a new one of a new log.
func ownBranch(tx *store.Tx, self vector.Log) (branch, error) {
	own, err := branches(tx, "WHERE own = 1")
	if err != nil || len(own) > 0 {
		return first(own), err
	}
	return addBranch(tx, branch{log: self, own: true})
}

func first(bs []branch) branch {
	if len(bs) == 0 {
		return branch{}
	}
	return bs[0]
}

func addBranch(tx *store.Tx, b branch) (branch, error) {
	r, err := tx.Exec(`INSERT INTO log (peer, log, number, hash, stored, since, own) VALUES (?, ?, ?, ?, ?, ?, ?)`,
		b.log.Peer, b.log.ID, b.number, b.hash, b.stored, b.since, b.own)
	if err != nil {
		return branch{}, err
	}
	b.id, err = r.LastInsertId()
	return b, err
}

func saveBranch(tx *store.Tx, b branch) error {
	_, err := tx.Exec(`UPDATE log SET number = ?, hash = ?, stored = ? WHERE id = ?`, b.number, b.hash, b.stored, b.id)
	return err
}

// knowledge returns K.
func knowledge(bs []branch) vector.Vector {
	k := vector.Vector{}
	for _, b := range bs {
		if b.number > b.since {
			k.Advance(b.log, vector.Mark{}, vector.Mark{Number: b.number, Hash: b.hash})
		}
	}
	return k
}

// chainAt returns the chain hash of a record that is there.
func chainAt(tx *store.Tx, id int64) (h vector.Hash, ok bool, err error) {
	var b []byte
	err = tx.QueryRow(`SELECT chain FROM record WHERE id = ?`, id).Scan(&b)
	if errors.Is(err, sql.ErrNoRows) {
		return h, false, nil
	}
	copy(h[:], b)
	return h, err == nil, err
}

// bears reports whether a mark stands on a branch, as far as that is known here.
func bears(tx *store.Tx, b branch, mark vector.Mark) (bool, error) {
	if mark.Number <= b.since || mark.Number > b.number {
		return false, nil
	}
	h, ok, err := chainAt(tx, b.record(mark.Number))
	return ok && h == mark.Hash, err
}

// logNames finds the log of a branch by its ID.
type logNames map[int64]vector.Log

func namesOf(bs []branch) logNames {
	names := make(logNames, len(bs))
	for _, b := range bs {
		names[b.id] = b.log
	}
	return names
}

// decode makes a version of a row of record.
func (n logNames) decode(id int64, chain, body []byte) (index.Version, error) {
	d := index.Dot{Log: n[id>>branchShift], Number: uint64(id & (1<<branchShift - 1))}
	v, err := index.Decode(d, vector.Hash(chain), body)
	if err != nil {
		return v, fmt.Errorf("record %d in the share's database: %w", id, err)
	}
	return v, nil
}

// head is a version with the row it has in record.
type head struct {
	row int64
	index.Version
}

func headsAt(tx *store.Tx, names logNames, path index.Path) ([]head, error) {
	return headsWhere(tx, names, `path = ?`, string(path))
}

func headsWhere(tx *store.Tx, names logNames, where string, args ...any) ([]head, error) {
	rows, err := tx.Query(`SELECT id, chain, body FROM record WHERE `+where, args...)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	var out []head
	for rows.Next() {
		var h head
		var chain, body []byte
		if err := rows.Scan(&h.row, &chain, &body); err != nil {
			return nil, err
		}
		if h.Version, err = names.decode(h.row, chain, body); err != nil {
			return nil, err
		}
		out = append(out, h)
	}
	return out, rows.Err()
}

func versionsOf(hs []head) index.Heads {
	vs := make([]index.Version, len(hs))
	for i, h := range hs {
		vs[i] = h.Version
	}
	return index.HeadsOf(vs)
}

// headRow is a record that is a head, with its row.
type headRow struct {
	*head
	body []byte
}

// insertHeads stores records that are heads; insertBare one that was superseded before it came.
func insertHeads(tx *store.Tx, heads []headRow) error {
	return insertMany(tx, `INSERT INTO record (id, chain, path, kind, size, body) VALUES `, `(?, ?, ?, ?, ?, ?)`,
		` ON CONFLICT (id) DO UPDATE SET path = excluded.path, kind = excluded.kind, size = excluded.size, body = excluded.body`, len(heads),
		func(i int, args []any) []any {
			h := &heads[i]
			return append(args, h.row, h.Chain[:], string(h.Path), int(h.Kind), h.Size, h.body)
		})
}

func insertBare(tx *store.Tx, id int64, chain vector.Hash) error {
	_, err := tx.Exec(`INSERT OR IGNORE INTO record (id, chain) VALUES (?, ?)`, id, chain)
	return err
}

func supersede(tx *store.Tx, id int64) error {
	_, err := tx.Exec(`UPDATE record SET path = NULL, kind = NULL, size = NULL, body = NULL WHERE id = ?`, id)
	return err
}

// liveBelow reports whether any path below dir has a live head.
func liveBelow(tx *store.Tx, dir index.Path) (bool, error) {
	var one int
	err := tx.QueryRow(`SELECT 1 FROM record WHERE path > ? AND path < ? AND kind < 3 LIMIT 1`, string(dir)+"/", string(dir)+"0").Scan(&one)
	if errors.Is(err, sql.ErrNoRows) {
		return false, nil
	}
	return err == nil, err
}

// sharedBelow is liveBelow but for what the rules leave out. Of a folder that they leave out itself they say nothing.
func sharedBelow(tx *store.Tx, dir index.Path, rules *ignore.Rules) (bool, error) {
	if rules.None() || rules.Ignored(string(dir), true) {
		return liveBelow(tx, dir)
	}
	rows, err := tx.Query(`SELECT path, kind FROM record WHERE path > ? AND path < ? AND kind < 3`, string(dir)+"/", string(dir)+"0")
	if err != nil {
		return false, err
	}
	defer rows.Close()
	for rows.Next() {
		var p string
		var kind index.Kind
		if err := rows.Scan(&p, &kind); err != nil {
			return false, err
		}
		if !rules.Ignored(p, kind == index.Dir) {
			return true, nil
		}
	}
	return false, rows.Err()
}

// look returns the view of a path and its heads.
func look(tx *store.Tx, names logNames, path index.Path) (index.View, []head, error) {
	return lookBy(tx, names, path, nil)
}

// lookBy is look where what the rules leave out keeps no folder.
func lookBy(tx *store.Tx, names logNames, path index.Path, rules *ignore.Rules) (index.View, []head, error) {
	hs, err := headsAt(tx, names, path)
	if err != nil {
		return index.View{}, nil, err
	}
	// Children matter only where no explicit directory stands.
	children := false
	if vs := versionsOf(hs); len(vs) != 1 || vs[0].Kind != index.Dir {
		if children, err = sharedBelow(tx, path, rules); err != nil {
			return index.View{}, nil, err
		}
	}
	return index.Look(path, versionsOf(hs), children), hs, nil
}

// want marks paths to be planned.
func want(tx *store.Tx, paths ...index.Path) error {
	now := tx.Now().UnixMilli()
	return insertMany(tx, `INSERT INTO pending VALUES `, `(?, 0, '', '', ?)`, ` ON CONFLICT (path) DO UPDATE SET reason = 0`, len(paths),
		func(i int, args []any) []any { return append(args, string(paths[i]), now) })
}

// severalRows is how many rows go into a table by one statement, where there are so many.
const severalRows = 16

// insertMany inserts n rows: begin, the row's values once or more often, end. values appends the arguments of a row.
func insertMany(tx *store.Tx, begin, row, end string, n int, values func(i int, args []any) []any) error {
	several := begin + strings.Repeat(row+", ", severalRows-1) + row + end
	var args []any
	for i := 0; i < n; {
		query, count := begin+row+end, 1
		if n-i >= severalRows {
			query, count = several, severalRows
		}
		args = args[:0]
		for range count {
			args = values(i, args)
			i++
		}
		if _, err := tx.Exec(query, args...); err != nil {
			return err
		}
	}
	return nil
}

// fact and setFact read and write one small fact; a fact never set is zero.
func fact[T any](tx *store.Tx, name string) (value T, err error) {
	err = tx.QueryRow(`SELECT value FROM fact WHERE name = ?`, name).Scan(&value)
	if errors.Is(err, sql.ErrNoRows) {
		err = nil
	}
	return value, err
}

func setFact(tx *store.Tx, name string, value any) error {
	_, err := tx.Exec(`INSERT INTO fact VALUES (?, ?) ON CONFLICT (name) DO UPDATE SET value = excluded.value`, name, value)
	return err
}

// raiseLamport keeps the highest Lamport number.
func raiseLamport(tx *store.Tx, n uint64) error {
	_, err := tx.Exec(`INSERT INTO fact VALUES ('lamport', ?1) ON CONFLICT (name) DO UPDATE SET value = max(value, ?1)`, int64(n))
	return err
}

// splitPath cuts a path into directory and last element.
func splitPath(p index.Path) (dir, base string) {
	i := strings.LastIndexByte(string(p), '/')
	return string(p[:max(i, 0)]), string(p[i+1:])
}

func joinPath(dir, base string) index.Path {
	if dir == "" {
		return index.Path(base)
	}
	return index.Path(dir + "/" + base)
}
