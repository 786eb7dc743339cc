package peer

import (
	"bytes"
	"context"
	"errors"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"lanyard/internal/identity"
	"lanyard/internal/store"
)

// TestLoadDamaged: a database of which several tables are damaged is refused by one sentence, which says it once.
func TestLoadDamaged(t *testing.T) {
	path := filepath.Join(t.TempDir(), "lanyard.db")
	roots := map[string]int{"person": 0, "machine": 0}
	withDatabase(t, path, func(db *store.DB) {
		err := db.Read(t.Context(), func(tx *store.Tx) error {
			for table := range roots {
				var page int
				if err := tx.QueryRow(`SELECT rootpage FROM sqlite_master WHERE name = ?`, table).Scan(&page); err != nil {
					return err
				}
				roots[table] = page
			}
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
	})
	b, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	const page = 4096
	for _, n := range roots {
		copy(b[(n-1)*page:n*page], bytes.Repeat([]byte{0xff}, page))
	}
	if err := os.WriteFile(path, b, 0o600); err != nil {
		t.Fatal(err)
	}
	withDatabase(t, path, func(db *store.DB) {
		id, err := identity.Generate()
		if err != nil {
			t.Fatal(err)
		}
		err = New(Config{Identity: id, DB: db, Name: "Anna"}).Load(t.Context())
		if !errors.Is(err, store.ErrCorrupt) || strings.Count(err.Error(), "damaged") != 1 || strings.Count(err.Error(), "malformed") != 1 {
			t.Errorf("it says %v", err)
		}
	})
}

// withDatabase runs a function while a database is open.
func withDatabase(t *testing.T, path string, use func(*store.DB)) {
	t.Helper()
	db, err := store.Open(path, slog.New(slog.DiscardHandler), Part())
	if err != nil {
		t.Fatal(err)
	}
	ctx, stop := context.WithCancel(t.Context())
	ended := make(chan error, 1)
	go func() { ended <- db.Run(ctx) }()
	use(db)
	stop()
	if err := <-ended; err != nil && !errors.Is(err, store.ErrCorrupt) {
		t.Error(err)
	}
	if err := db.Close(); err != nil && !errors.Is(err, store.ErrCorrupt) {
		t.Error(err)
	}
}
