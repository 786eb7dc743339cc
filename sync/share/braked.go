package share

import (
	"fmt"
	"time"

	"lanyard/internal/identity"
	"lanyard/internal/store"
	"lanyard/sync/brake"
	"lanyard/sync/index"
)

// brakedTable keeps what package brake decides by: one row for each file that was lately deleted or rewritten, with what it was before. state is a
// brakeState; peer, author and at (ms) tell who did it and when, by their clock; noted (ms) is when this machine learned of it. Of folders (kind 2) only those are here
// that are held together with what lies in them.
const brakedTable = `
CREATE TABLE braked (
	path    TEXT PRIMARY KEY,
	state   INTEGER NOT NULL,
	what    INTEGER NOT NULL,
	peer    BLOB NOT NULL,
	author  TEXT NOT NULL,
	at      INTEGER NOT NULL,
	noted   INTEGER NOT NULL,
	kind    INTEGER NOT NULL,
	size    INTEGER NOT NULL,
	content BLOB NOT NULL,
	exec    INTEGER NOT NULL,
	mtime   INTEGER NOT NULL
) WITHOUT ROWID;
CREATE INDEX braked_held ON braked (peer, what) WHERE state = 2`

// brakeState says how far a change has come.
type brakeState uint8

const (
	brakeDone   brakeState = 1 // it was published or applied; it counts with those that follow
	brakeHeld   brakeState = 2 // a person is asked first
	brakeAgreed brakeState = 3 // they wanted it: it goes on
	brakeUndone brakeState = 4 // they did not: what was before comes back
)

// braked is one file that was deleted or rewritten.
type braked struct {
	path   index.Path
	state  brakeState
	what   brake.What
	by     index.Writer // Time is when, by their clock
	noted  int64        // ms
	before index.Row    // without Seen
	mtime  int64
}

// brakedOf makes the entry of what somebody does to what a row says.
func brakedOf(known *row, what brake.What, by index.Writer) braked {
	before := known.Row
	before.Seen = nil
	return braked{path: known.path, state: brakeDone, what: what, by: by, noted: time.Now().UnixMilli(), before: before, mtime: known.stat.Mtime}
}

// change is the entry as package brake sees it.
func (b braked) change() brake.Change {
	return brake.Change{Path: b.path, What: b.what, Author: b.by.Peer, At: time.UnixMilli(b.by.Time), Content: b.before.Content, Done: b.state == brakeDone}
}

const brakedColumns = `SELECT path, state, what, peer, author, at, noted, kind, size, content, exec, mtime FROM braked `

func loadBraked(tx *store.Tx) (map[index.Path]braked, error) {
	rows, err := tx.Query(brakedColumns)
	if err != nil {
		return nil, fmt.Errorf("read which changes wait for a word: %w", err)
	}
	defer rows.Close()
	out := map[index.Path]braked{}
	for rows.Next() {
		var b braked
		var peer, content []byte
		err := rows.Scan(&b.path, &b.state, &b.what, &peer, &b.by.Name, &b.by.Time, &b.noted, &b.before.Kind, &b.before.Size, &content, &b.before.Exec, &b.mtime)
		if err != nil {
			return nil, err
		}
		b.by.Peer = identity.PeerID(peer)
		copy(b.before.Content[:], content)
		out[b.path] = b
	}
	return out, rows.Err()
}

func saveBraked(tx *store.Tx, list []braked) error {
	return insertMany(tx, `INSERT OR REPLACE INTO braked VALUES `, `(?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`, ``, len(list), func(i int, args []any) []any {
		b := &list[i]
		return append(args, string(b.path), int(b.state), int(b.what), b.by.Peer, b.by.Name, b.by.Time, b.noted, int(b.before.Kind), b.before.Size, b.before.Content[:],
			b.before.Exec, b.mtime)
	})
}

func dropBraked(tx *store.Tx, paths []index.Path) error {
	return inChunks(paths, pathArgument, func(args []any) error {
		_, err := tx.Exec(`DELETE FROM braked WHERE path IN (`+listOf("?")+`)`, args...)
		return err
	})
}

// unheldMeanwhile returns held changes of others whose paths were marked as pending anew: their heads have changed since.
func unheldMeanwhile(tx *store.Tx, self identity.PeerID) ([]index.Path, error) {
	return pathsFrom(tx, `SELECT b.path FROM braked b LEFT JOIN pending p ON p.path = b.path WHERE b.state = 2 AND b.peer <> ? AND ifnull(p.reason, 0) <> ?`,
		self, int(index.Held))
}

// changedMeanwhile returns held changes of this machine whose paths others have changed since.
func changedMeanwhile(tx *store.Tx, self identity.PeerID) ([]index.Path, error) {
	return pathsFrom(tx, `SELECT b.path FROM braked b JOIN pending p ON p.path = b.path WHERE b.state = 2 AND b.peer = ? AND p.reason = 0`, self)
}

// elsewhere counts the files that hold the contents of deleted ones and are none of them.
func elsewhere(tx *store.Tx, changes []brake.Change) (map[index.Hash]int, error) {
	gone := make(map[index.Path]bool, len(changes))
	var contents []index.Hash
	for _, c := range changes {
		gone[c.Path] = true
		contents = append(contents, c.Content)
	}
	out := map[index.Hash]int{}
	argument := func(h index.Hash) []any { return []any{h[:]} }
	known := map[index.Path]bool{}
	err := inChunks(contents, argument, func(args []any) error {
		rows, err := rowsWhere(tx, `WHERE content IN (`+listOf("?")+`) AND kind = 1`, args...)
		for _, r := range rows {
			if !gone[r.path] && !known[r.path] {
				known[r.path] = true
				out[r.Content]++
			}
		}
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("look where else the contents of %d deleted files are: %w", len(changes), err)
	}
	return out, nil
}
