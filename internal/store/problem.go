package store

import (
	"errors"
	"fmt"

	"modernc.org/sqlite"
	lib "modernc.org/sqlite/lib"
)

// Errors of a store, wrapped with the file's path and a remedy.
var (
	ErrNewer    = errors.New("written by a newer Lanyard")
	ErrNotOurs  = errors.New("not a database of Lanyard")
	ErrCorrupt  = errors.New("damaged")
	ErrLocked   = errors.New("in use by another program")
	ErrReadOnly = errors.New("cannot be written to")
	ErrFull     = errors.New("the disk is full") // may be tried again: nothing was changed
	ErrBroken   = errors.New("the disk does not work properly")
	ErrClosed   = errors.New("the database is closed")
)

// told turns an error of SQLite into a sentence for people, whatever wraps it. Other errors stay as they are.
func told(path string, err error) error {
	var sqlErr *sqlite.Error
	if err == nil || isTold(err) || !errors.As(err, &sqlErr) {
		return err
	}
	code := sqlErr.Code()
	switch code & 0xff {
	case lib.SQLITE_FULL:
		return full(path)
	case lib.SQLITE_IOERR:
		if code == lib.SQLITE_IOERR_SHMSIZE { // what a full disk looks like when the shared index has to grow
			return full(path)
		}
		return fmt.Errorf("%w: %s could not be read or written (%w); restart Lanyard, and check the disk if this comes again", ErrBroken, path, err)
	case lib.SQLITE_CORRUPT, lib.SQLITE_NOTADB:
		return corrupt(path, err)
	case lib.SQLITE_BUSY, lib.SQLITE_LOCKED:
		return fmt.Errorf("%s is %w (%w): close that program and try again", path, ErrLocked, err)
	case lib.SQLITE_READONLY, lib.SQLITE_CANTOPEN, lib.SQLITE_PERM:
		return readOnly(path, err)
	}
	return err
}

// full leaves SQLite's words out: people are told this one, and there is nothing more to know.
func full(path string) error {
	return fmt.Errorf("%w: %s could not be written; make room and try again", ErrFull, path)
}

func corrupt(path string, err error) error {
	return fmt.Errorf("%s is %w (%w): put back a copy of it, or move it away to start with an empty one", path, ErrCorrupt, err)
}

func readOnly(path string, err error) error {
	return fmt.Errorf("%s %w (%w): make the file and its folder writable for you", path, ErrReadOnly, err)
}

func isTold(err error) bool {
	for _, known := range []error{ErrNewer, ErrNotOurs, ErrCorrupt, ErrLocked, ErrReadOnly, ErrFull, ErrBroken, ErrClosed} {
		if errors.Is(err, known) {
			return true
		}
	}
	return false
}

// isFatal reports whether the store has to close: after these nobody knows what is on the disk.
func isFatal(err error) bool {
	return errors.Is(err, ErrBroken) || errors.Is(err, ErrCorrupt)
}

// endsGroup reports whether an error inside a write undoes the whole group: SQLite may have rolled the transaction back by itself.
func endsGroup(err error) bool {
	return isFatal(err) || errors.Is(err, ErrFull) || errors.Is(err, ErrLocked) || errors.Is(err, ErrReadOnly)
}
