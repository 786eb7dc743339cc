package store_test

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"path/filepath"
	"sync"
	"testing"

	"lanyard/internal/store"
)

var rowPart = store.Part{Name: "row", Migrations: []string{`CREATE TABLE row (number INTEGER PRIMARY KEY, body BLOB NOT NULL) STRICT`}}

func quiet() *slog.Logger { return slog.New(slog.NewTextHandler(io.Discard, nil)) }

// open opens a store and runs it until the test ends.
func open(t testing.TB, path string, parts ...store.Part) *store.DB {
	t.Helper()
	if parts == nil {
		parts = []store.Part{rowPart}
	}
	db, err := store.Open(path, quiet(), parts...)
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(context.Background())
	ran := make(chan error, 1)
	go func() { ran <- db.Run(ctx) }()
	t.Cleanup(func() {
		cancel()
		if err := <-ran; err != nil && !errors.Is(err, store.ErrClosed) {
			t.Errorf("Run: %v", err)
		}
		if err := db.Close(); err != nil {
			t.Errorf("Close: %v", err)
		}
	})
	return db
}

func insert(db *store.DB, number int) error {
	return db.Write(context.Background(), func(tx *store.Tx) error {
		_, err := tx.Exec(`INSERT INTO row VALUES (?, ?)`, number, []byte(fmt.Sprint("row ", number)))
		return err
	})
}

func count(t testing.TB, db *store.DB) (n int) {
	t.Helper()
	if err := db.Read(context.Background(), func(tx *store.Tx) error {
		return tx.QueryRow(`SELECT count(*) FROM row`).Scan(&n)
	}); err != nil {
		t.Fatal(err)
	}
	return n
}

func TestWriteIsThereAfterReopening(t *testing.T) {
	path := filepath.Join(t.TempDir(), "deep", "er", "a?b#c%20 .db")
	t.Run("write", func(t *testing.T) {
		db := open(t, path)
		for i := range 10 {
			if err := insert(db, i); err != nil {
				t.Fatal(err)
			}
		}
		if n := count(t, db); n != 10 {
			t.Errorf("%d rows at once, want 10", n)
		}
	})
	if n := count(t, open(t, path)); n != 10 {
		t.Errorf("%d rows after reopening, want 10", n)
	}
}

func BenchmarkLoneWrite(b *testing.B) {
	db := open(b, filepath.Join(b.TempDir(), "x.db"))
	n := 0
	for b.Loop() {
		n++
		if err := insert(db, n); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkManyWriters(b *testing.B) {
	db := open(b, filepath.Join(b.TempDir(), "x.db"))
	var next sync.Mutex
	n := 0
	b.SetParallelism(128)
	b.RunParallel(func(pb *testing.PB) {
		for pb.Next() {
			next.Lock()
			n++
			m := n
			next.Unlock()
			if err := insert(db, m); err != nil {
				b.Error(err)
			}
		}
	})
}

func BenchmarkRead(b *testing.B) {
	db := open(b, filepath.Join(b.TempDir(), "x.db"))
	if err := insert(db, 1); err != nil {
		b.Fatal(err)
	}
	for b.Loop() {
		count(b, db)
	}
}
