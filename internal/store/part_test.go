package store_test

import (
	"context"
	"errors"
	"path/filepath"
	"testing"

	"lanyard/internal/store"
)

func TestPartsMigrateByThemselves(t *testing.T) {
	path := filepath.Join(t.TempDir(), "x.db")
	other := store.Part{Name: "other", Migrations: []string{`CREATE TABLE other (n INTEGER) STRICT; INSERT INTO other VALUES (7)`}}
	wider := store.Part{Name: "row", Migrations: append(rowPart.Migrations[:1:1],
		`ALTER TABLE row ADD COLUMN note TEXT NOT NULL DEFAULT 'old'; CREATE INDEX row_note ON row (note)`,
		`UPDATE row SET note = note || '!'`)}
	t.Run("oldest", func(t *testing.T) {
		if err := insert(open(t, path, rowPart), 1); err != nil {
			t.Fatal(err)
		}
	})
	for range 2 { // the second time nothing is done again
		t.Run("newest", func(t *testing.T) {
			db := open(t, path, other, wider)
			var note string
			var n int
			err := db.Read(context.Background(), func(tx *store.Tx) error {
				return tx.QueryRow(`SELECT note, n FROM row, other`).Scan(&note, &n)
			})
			if err != nil || note != "old!" || n != 7 {
				t.Errorf("%q, %d, %v", note, n, err)
			}
		})
	}
	t.Run("without the other part", func(t *testing.T) { open(t, path, wider) })
}

// TestAFailingMigrationIsUndone: the version before it stays, and its own statements are gone.
func TestAFailingMigrationIsUndone(t *testing.T) {
	path := filepath.Join(t.TempDir(), "x.db")
	broken := store.Part{Name: "row", Migrations: append(rowPart.Migrations[:1:1], `CREATE TABLE half (n INTEGER) STRICT; INSERT INTO nowhere VALUES (1)`)}
	if _, err := store.Open(path, quiet(), broken); err == nil {
		t.Fatal("it was opened")
	}
	mended := store.Part{Name: "row", Migrations: append(rowPart.Migrations[:1:1], `CREATE TABLE half (n INTEGER) STRICT`)}
	open(t, path, mended)
}

func TestPartsNeedNames(t *testing.T) {
	path := filepath.Join(t.TempDir(), "x.db")
	for _, parts := range [][]store.Part{{{}}, {rowPart, rowPart}} {
		if _, err := store.Open(path, quiet(), parts...); err == nil {
			t.Errorf("%v was taken", parts)
		}
	}
}

func TestForeignKeysHold(t *testing.T) {
	family := store.Part{Name: "family", Migrations: []string{`
		CREATE TABLE parent (id INTEGER PRIMARY KEY) STRICT;
		CREATE TABLE child (parent INTEGER NOT NULL REFERENCES parent (id)) STRICT`}}
	db := open(t, filepath.Join(t.TempDir(), "x.db"), family)
	err := db.Write(context.Background(), func(tx *store.Tx) error {
		_, err := tx.Exec(`INSERT INTO child VALUES (5)`)
		return err
	})
	if err == nil || errors.Is(err, store.ErrBroken) {
		t.Errorf("a child without parent: %v", err)
	}
}
