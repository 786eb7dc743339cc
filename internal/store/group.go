package store

import (
	"fmt"
	"time"
)

// write is one call of Write.
type write struct {
	fn    func(*Tx) error
	done  chan error // one value, when the outcome is certain
	err   error      // of fn
	taken bool       // guarded by the queue's lock
}

// commit runs a group in one transaction and tells each write its outcome. It returns how many statements changed something, for the
// pace of the mover.
func (db *DB) commit(group []*write) (changes int) {
	tx := &Tx{conn: db.writer, now: time.Now(), hooks: &hooks{}}
	err := db.judge(db.runInTurn(tx, group))
	tx.conn = nil
	if err == nil {
		for _, fn := range tx.hooks.after {
			fn()
		}
	}
	for _, w := range group {
		if w.err == nil {
			w.err = err
		}
		w.done <- w.err
	}
	return tx.changes
}

// runInTurn runs a group while the mover does not cut the file, and undoes it if it fails.
func (db *DB) runInTurn(tx *Tx, group []*write) error {
	db.turn.Lock()
	defer db.turn.Unlock()
	err := runGroup(tx, group)
	if err != nil {
		db.writer.rollback()
	}
	return err
}

// runGroup returns an error if the group as a whole failed; the error of one function alone is kept in its write.
func runGroup(tx *Tx, group []*write) error {
	if _, err := tx.conn.exec("BEGIN IMMEDIATE"); err != nil {
		return err
	}
	for _, w := range group {
		if err := runOne(tx, w, len(group) == 1); err != nil {
			return err
		}
	}
	if len(group) == 1 && group[0].err != nil {
		return group[0].err
	}
	// A hook may ask for another one.
	for i := 0; i < len(tx.hooks.before); i++ {
		if err := tx.hooks.before[i].fn(tx); err != nil {
			return fmt.Errorf("finish a group of %d writes: %w", len(group), err)
		}
	}
	if tx.trouble != nil {
		return tx.trouble
	}
	_, err := tx.conn.exec("COMMIT")
	return err
}

// runOne runs one function in a savepoint, which a function alone in its group does not need.
func runOne(tx *Tx, w *write, alone bool) error {
	if alone {
		w.err = w.fn(tx)
		return ending(tx, w)
	}
	if _, err := tx.conn.exec("SAVEPOINT one"); err != nil {
		return err
	}
	before, after := tx.hooks.mark()
	w.err = w.fn(tx)
	if err := ending(tx, w); err != nil {
		return err
	}
	if w.err != nil {
		tx.hooks.cut(before, after)
		if _, err := tx.conn.exec("ROLLBACK TO one"); err != nil {
			return err
		}
	}
	_, err := tx.conn.exec("RELEASE one")
	return err
}

// ending returns the error that undoes the whole group, if there was one; it is then not this function's alone.
func ending(tx *Tx, w *write) error {
	if tx.trouble == nil && endsGroup(told("", w.err)) {
		tx.trouble = w.err
	}
	if tx.trouble != nil {
		w.err = nil
	}
	return tx.trouble
}
