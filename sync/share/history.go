package share

import (
	"database/sql"
	"encoding/json"
	"errors"
	"time"

	"lanyard/internal/identity"
	"lanyard/internal/store"
	"lanyard/internal/tree"
)

// maxNotices is how many files of one batch are named one by one; keptNotices is how many notices are kept.
const (
	maxNotices  = 50
	keptNotices = 10000
)

// saveNotices keeps notices for those who ask later.
func saveNotices(tx *store.Tx, list []Notice) error {
	for _, n := range list {
		body, err := json.Marshal(n)
		if err != nil {
			return err
		}
		if _, err := tx.Exec(`INSERT INTO notice (body) VALUES (?)`, string(body)); err != nil {
			return err
		}
	}
	if len(list) == 0 {
		return nil
	}
	_, err := tx.Exec(`DELETE FROM notice WHERE id <= (SELECT max(id) FROM notice) - ?`, keptNotices)
	return err
}

// lastNotices returns the newest notices, newest first.
func lastNotices(tx *store.Tx, limit int) ([]Notice, error) {
	rows, err := tx.Query(`SELECT body FROM notice ORDER BY id DESC LIMIT ?`, limit)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	var out []Notice
	for rows.Next() {
		var body string
		var n Notice
		if err := errors.Join(rows.Scan(&body), json.Unmarshal([]byte(body), &n)); err != nil {
			return nil, err
		}
		out = append(out, n)
	}
	return out, rows.Err()
}

// saveDisplaced keeps who put what into the trash.
func saveDisplaced(tx *store.Tx, list []displacement) error {
	for _, d := range list {
		_, err := tx.Exec(`INSERT OR REPLACE INTO displaced VALUES (?, ?, ?, ?, ?, ?, ?, ?)`,
			string(d.id), string(d.path), d.content[:], d.size, string(d.what), d.by.ID, d.by.Name, tx.Now().UnixMilli())
		if err != nil {
			return err
		}
		if err := saveLate(tx, d); err != nil {
			return err
		}
	}
	return nil
}

// trashed joins what lies in the trash with who put it there. What the database does not know lies there all the same.
func trashed(tx *store.Tx, list []tree.Trashed) ([]Trashed, error) {
	out := make([]Trashed, 0, len(list))
	for _, t := range list {
		e := Trashed{ID: string(t.ID), Path: t.ID.Path(), Size: t.Size, Reason: Deleted, Time: t.Removed}
		var person []byte
		var what string
		var at int64
		err := tx.QueryRow(`SELECT what, person, name, at FROM displaced WHERE trash = ?`, e.ID).Scan(&what, &person, &e.By.Name, &at)
		switch {
		case err == nil:
			e.Reason, e.Time = What(what), time.UnixMilli(at)
			e.By.ID = identity.PersonID(person)
		case !errors.Is(err, sql.ErrNoRows):
			return nil, err
		}
		out = append(out, e)
	}
	return out, nil
}
