package store

import (
	"database/sql"
	"errors"
	"time"
)

// Tx is what a function given to Write or Read works with, until it returns. Byte arrays such as IDs may be given as arguments.
// Statements are prepared once and kept, so their texts should be constant.
type Tx struct {
	conn    *conn // nil when the function has returned
	now     time.Time
	hooks   *hooks // nil in a Read
	changes int
	trouble error // the first error of SQLite after which the transaction cannot go on, even if the function ignores it
}

var errTxOver = errors.New("this transaction is over: a Tx is of use only inside the function that got it")

var errReadOnlyTx = errors.New("a Read changes nothing: use Write")

// Exec runs a statement that returns no rows. It is for Write only.
func (tx *Tx) Exec(query string, args ...any) (sql.Result, error) {
	if tx.conn == nil {
		return nil, errTxOver
	}
	if tx.hooks == nil {
		return nil, errReadOnlyTx
	}
	tx.changes++
	result, err := tx.conn.exec(query, args...)
	return result, tx.note(err)
}

// Query runs a statement that returns rows. They have to be closed.
func (tx *Tx) Query(query string, args ...any) (*sql.Rows, error) {
	if tx.conn == nil {
		return nil, errTxOver
	}
	rows, err := tx.conn.query(query, args...)
	return rows, tx.note(err)
}

// QueryRow runs a statement of which one row is wanted. The row has to be scanned at once.
func (tx *Tx) QueryRow(query string, args ...any) *sql.Row {
	if tx.conn == nil {
		panic(errTxOver)
	}
	return tx.conn.queryRow(query, args...)
}

// Now returns the time of the group: the same for every write in it.
func (tx *Tx) Now() time.Time { return tx.now }

// BeforeCommit has fn run after all functions of the group and before the commit, once for each key, in the order of the first calls:
// what is done once for many writes, such as a signature. The key is compared as a map key is. If fn returns an error the whole group
// is undone and fails with it. It is for Write only. A function that fails takes its calls back.
func (tx *Tx) BeforeCommit(key any, fn func(*Tx) error) {
	tx.mustWrite()
	tx.hooks.addBefore(key, fn)
}

// AfterCommit has fn run when the group is durable, on the writer's goroutine, in the order of the calls and before the Writes of the
// group return. It must not block and not call the store. It is for Write only. A function that fails takes its calls back.
func (tx *Tx) AfterCommit(fn func()) {
	tx.mustWrite()
	tx.hooks.after = append(tx.hooks.after, fn)
}

func (tx *Tx) mustWrite() {
	if tx.hooks == nil || tx.conn == nil {
		panic("store: a commit is waited for outside of a Write")
	}
}

func (tx *Tx) note(err error) error {
	if err != nil && tx.trouble == nil && endsGroup(told("", err)) {
		tx.trouble = err
	}
	return err
}

// hooks are what the functions of a group asked for.
type hooks struct {
	before []before
	after  []func()
}

type before struct {
	key any
	fn  func(*Tx) error
}

func (h *hooks) addBefore(key any, fn func(*Tx) error) {
	for _, b := range h.before {
		if b.key == key {
			return
		}
	}
	h.before = append(h.before, before{key, fn})
}

// mark and cut take back what a failed function asked for.
func (h *hooks) mark() (before, after int) { return len(h.before), len(h.after) }

func (h *hooks) cut(before, after int) {
	h.before, h.after = h.before[:before], h.after[:after]
}
