package share

import (
	"context"
	_ "embed"
	"fmt"

	"lanyard/internal/blob"
	"lanyard/internal/identity"
	"lanyard/internal/store"
	"lanyard/internal/tree"
)

//go:embed catalog.sql
var catalogSchema string

// Part returns the tables that list this person's shares, for the profile's database.
func Part() store.Part {
	return store.Part{Name: "share", Migrations: []string{catalogSchema, limitColumns}}
}

// standingHere is how far this person has come with a share. The numbers are those in the database.
type standingHere int

const (
	offered standingHere = 1
	joined  standingHere = 2
	paused  standingHere = 3
	refused standingHere = 4
	over    standingHere = 5 // left, or removed by the owner
)

// folder is a share as the catalog knows it, whether it is at work or not. It is a value; the engine's mutex guards the map that holds them.
type folder struct {
	members membership
	state   standingHere
	path    string
	marker  tree.Marker
	sender  identity.PersonID
	files   int
	bytes   int64
	at      int64 // ms
	limits  blob.Limits
}

func (f folder) id() ID { return f.members.list.Share }

// loadFolders reads the catalog.
func loadFolders(ctx context.Context, db *store.DB) (map[ID]folder, error) {
	out := map[ID]folder{}
	answers := map[ID][]signed{}
	err := db.Read(ctx, func(tx *store.Tx) error {
		if err := loadAnswers(tx, answers); err != nil {
			return err
		}
		rows, err := tx.Query(`SELECT id, state, path, token, volume, list, signature, sender, files, bytes, at, up, down FROM share`)
		if err != nil {
			return err
		}
		defer rows.Close()
		for rows.Next() {
			var f folder
			var id, sender []byte
			var s signed
			err := rows.Scan(&id, &f.state, &f.path, &f.marker.Token, &f.marker.Volume, &s.Body, &s.Signature, &sender, &f.files, &f.bytes, &f.at, &f.limits.Up, &f.limits.Down)
			if err != nil {
				return err
			}
			if f.members, err = openMembers(s); err != nil {
				return err
			}
			f.sender = identity.PersonID(sender)
			f.marker.Share = f.id().String()
			f.members = f.members.withAnswers(answers[f.id()])
			out[f.id()] = f
		}
		return rows.Err()
	})
	if err != nil {
		return nil, fmt.Errorf("read the list of shares: %w", err)
	}
	return out, nil
}

func loadAnswers(tx *store.Tx, into map[ID][]signed) error {
	rows, err := tx.Query(`SELECT share, body, signature FROM share_answer`)
	if err != nil {
		return err
	}
	defer rows.Close()
	for rows.Next() {
		var id []byte
		var s signed
		if err := rows.Scan(&id, &s.Body, &s.Signature); err != nil {
			return err
		}
		into[ID(id)] = append(into[ID(id)], s)
	}
	return rows.Err()
}

// saveFolder stores a folder with its answers and returns when that is durable.
func saveFolder(ctx context.Context, db *store.DB, f folder) error {
	err := db.Write(ctx, func(tx *store.Tx) error {
		id, s := f.id(), f.members.signed
		_, err := tx.Exec(`INSERT OR REPLACE INTO share VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
			id[:], int(f.state), f.path, f.marker.Token, f.marker.Volume, s.Body, s.Signature, f.sender, f.files, f.bytes, f.at, f.limits.Up, f.limits.Down)
		if err != nil {
			return err
		}
		for p, a := range f.members.answers {
			if _, err := tx.Exec(`INSERT OR REPLACE INTO share_answer VALUES (?, ?, ?, ?)`, id[:], p, a.signed.Body, a.signed.Signature); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		return fmt.Errorf("store share %s: %w", f.id(), err)
	}
	return nil
}
