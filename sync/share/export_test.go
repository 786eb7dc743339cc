package share

import (
	"context"
	"database/sql"
	"errors"
	"path/filepath"

	"lanyard/internal/store"
)

// Look has a share look at its whole folder now: a disk in memory tells nobody what happens on it.
func Look(e *Engine, id ID) {
	if s := e.shareOf(id); s != nil {
		s.tell(func(in *inbox) { in.all = true })
	}
}

// Freeze copies the databases of a profile, as they are at one instant, to another profile, and calls at while no commit can happen.
func Freeze(e *Engine, id ID, from, to string, at func()) error {
	s := e.shareOf(id)
	if s == nil {
		return errUnknown
	}
	return s.db.Write(context.Background(), func(*store.Tx) error {
		file := filepath.Join("shares", id.String()+".db")
		err := copyDB(filepath.Join(from, file), filepath.Join(to, file))
		if err == nil {
			err = copyDB(filepath.Join(from, "lanyard.db"), filepath.Join(to, "lanyard.db"))
		}
		if err == nil {
			at()
		}
		return err
	})
}

func copyDB(from, to string) error {
	db, err := sql.Open("sqlite", from)
	if err != nil {
		return err
	}
	_, err = db.Exec(`VACUUM INTO ?`, to)
	return errors.Join(err, db.Close())
}
