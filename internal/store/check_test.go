package store_test

import (
	"bytes"
	"context"
	"database/sql"
	"errors"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"lanyard/internal/store"
)

var smallPart = store.Part{Name: "small", Migrations: []string{`CREATE TABLE small (number INTEGER PRIMARY KEY) STRICT`}}

// large makes a database of more than 32 MiB as kill -9 leaves it, of one table of many rows and one without any, and tells where in the file the middle of
// the large table lies, and the small one.
func large(t *testing.T, dir string) (path string, middle, small int64) {
	t.Helper()
	path, from := filepath.Join(dir, "x.db"), filepath.Join(t.TempDir(), "x.db")
	t.Run("fill", func(t *testing.T) {
		err := open(t, from, rowPart, smallPart).Write(context.Background(), func(tx *store.Tx) error {
			for i := range 9000 {
				if _, err := tx.Exec(`INSERT INTO row VALUES (?, zeroblob(4000))`, i); err != nil {
					return err
				}
			}
			return tx.QueryRow(`SELECT rootpage FROM sqlite_schema WHERE name = 'small'`).Scan(&small)
		})
		if err != nil {
			t.Fatal(err)
		}
	})
	t.Run("kill", func(t *testing.T) {
		if err := insert(open(t, from, rowPart, smallPart), 10_000); err != nil {
			t.Fatal(err)
		}
		copyDatabase(t, from, path)
	})
	const page = 4096
	return path, 5000 * page, (small - 1) * page
}

// copyDatabase copies a file and its log.
func copyDatabase(t *testing.T, from, to string) {
	t.Helper()
	for _, tail := range []string{"", "-wal"} {
		b, err := os.ReadFile(from + tail)
		if err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(to+tail, b, 0o600); err != nil {
			t.Fatal(err)
		}
	}
}

// damage overwrites a place of a file and returns what it was.
func damage(t *testing.T, path string, at int64, with []byte) (was []byte) {
	t.Helper()
	f, err := os.OpenFile(path, os.O_RDWR, 0)
	if err != nil {
		t.Fatal(err)
	}
	was = make([]byte, len(with))
	_, err = f.ReadAt(was, at)
	if err == nil {
		_, err = f.WriteAt(with, at)
	}
	if err := errors.Join(err, f.Close()); err != nil {
		t.Fatal(err)
	}
	return was
}

// owed is what a closed database says of its check.
func owed(t *testing.T, path string) (n int) {
	t.Helper()
	db, err := sql.Open("sqlite", path)
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	if err := db.QueryRow(`SELECT coalesce(max(version), 0) FROM store_part WHERE name = ''`).Scan(&n); err != nil {
		t.Fatal(err)
	}
	return n
}

// TestLargeFileIsLookedThroughBeside: a large file opens at once after an unclean end; that it is to be looked through stays noted until that was done.
func TestLargeFileIsLookedThroughBeside(t *testing.T) {
	path, _, _ := large(t, t.TempDir())
	for range 2 { // the second time after a clean end
		db, err := store.Open(path, quiet(), rowPart, smallPart)
		if err != nil {
			t.Fatal(err)
		}
		if store.Checked(db) {
			t.Error("nothing is owed before it runs")
		}
		if err := db.Close(); err != nil {
			t.Fatal(err)
		}
		if n := owed(t, path); n != 1 {
			t.Fatalf("the file says %d of its check, want 1: it is owed", n)
		}
	}
	t.Run("run", func(t *testing.T) {
		db := open(t, path, rowPart, smallPart)
		if err := insert(db, 20_000); err != nil {
			t.Error(err)
		}
		store.AwaitChecked(db)
	})
	if n := owed(t, path); n != 0 {
		t.Errorf("the file says %d of its check, want nothing", n)
	}
	if db := open(t, path, rowPart, smallPart); !store.Checked(db) {
		t.Error("it is owed again after a clean end")
	}
}

// TestLookingThroughIsInterrupted: who stops meanwhile waits for no check, and it stays owed.
func TestLookingThroughIsInterrupted(t *testing.T) {
	path, _, _ := large(t, t.TempDir())
	db, err := store.Open(path, quiet(), rowPart, smallPart)
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if err := store.LookThrough(ctx, db); !errors.Is(err, context.Canceled) {
		t.Errorf("it says %v", err)
	}
	if store.Checked(db) {
		t.Error("it counts as looked through")
	}
}

// TestDamageFoundBeside: it closes the store, from the next start on the file is refused and stays as it is, and what is whole again opens.
func TestDamageFoundBeside(t *testing.T) {
	dir := t.TempDir()
	path, middle, _ := large(t, dir)
	was := damage(t, path, middle, bytes.Repeat([]byte{0xff}, 64))
	db, err := store.Open(path, quiet(), rowPart, smallPart)
	if err != nil {
		t.Fatal(err)
	}
	if err := db.Run(t.Context()); !errors.Is(err, store.ErrCorrupt) || strings.Contains(err.Error(), "\n") || !strings.Contains(err.Error(), path) {
		t.Errorf("Run: %v", err)
	}
	if err := insert(db, 20_000); !errors.Is(err, store.ErrCorrupt) {
		t.Errorf("a write: %v", err)
	}
	if err := db.Close(); err != nil {
		t.Error(err)
	}
	before := picture(t, dir)
	if db, err := store.Open(path, quiet(), rowPart, smallPart); !errors.Is(err, store.ErrCorrupt) {
		t.Errorf("opened again: %v", err)
		if err == nil {
			db.Close()
		}
	}
	if picture(t, dir) != before {
		t.Error("the refused file was changed")
	}
	damage(t, path, middle, was)
	db = open(t, path, rowPart, smallPart)
	if !store.Checked(db) {
		t.Error("it was looked through before it was opened, and is owed")
	}
	if n := count(t, db); n != 9001 {
		t.Errorf("%d rows, want 9001", n)
	}
}

// TestDamagedFileIsWatched: who opens a file in which damage was found is told of each table, and may give up: then the file is as it was, and is looked through the next time.
func TestDamagedFileIsWatched(t *testing.T) {
	dir := t.TempDir()
	path, _, _ := large(t, dir)
	var told []int
	total := 0
	watch := func(ctx context.Context, each func(done int)) error {
		t.Helper()
		told = nil
		db, err := store.OpenWatched(ctx, path, quiet(), func(done, of int) {
			told, total = append(told, done), of
			each(done)
		}, rowPart, smallPart)
		if err != nil {
			return err
		}
		return db.Close()
	}
	if err := watch(t.Context(), func(int) {}); err != nil || len(told) > 0 {
		t.Errorf("after a kill: %v, and it tells of %v", err, told)
	}
	raw(t, path, `INSERT INTO store_part VALUES ('', 2) ON CONFLICT (name) DO UPDATE SET version = 2`)
	before := picture(t, dir)
	ctx, cancel := context.WithCancel(t.Context())
	err := watch(ctx, func(done int) {
		if done == 1 {
			cancel()
		}
	})
	if !errors.Is(err, context.Canceled) || !slices.Equal(told, []int{0, 1}) {
		t.Errorf("given up: %v, after %v", err, told)
	}
	if picture(t, dir) != before {
		t.Error("it was given up, and the file was changed")
	}
	if err := watch(t.Context(), func(int) {}); err != nil {
		t.Errorf("whole again: %v", err)
	}
	want := []int{}
	for done := range total {
		want = append(want, done)
	}
	if total < 3 || !slices.Equal(told, want) {
		t.Errorf("it tells of %v of %d tables", told, total)
	}
	if n := owed(t, path); n != 0 {
		t.Errorf("the file says %d of its check, want nothing", n)
	}
}

// TestSmallTablesAreLookedThroughBefore: damage in one keeps a large file from being opened, and it stays as it is.
func TestSmallTablesAreLookedThroughBefore(t *testing.T) {
	dir := t.TempDir()
	path, _, small := large(t, dir)
	damage(t, path, small, bytes.Repeat([]byte{0xff}, 64))
	before := picture(t, dir)
	if db, err := store.Open(path, quiet(), rowPart, smallPart); !errors.Is(err, store.ErrCorrupt) {
		t.Errorf("it says %v", err)
		if err == nil {
			db.Close()
		}
	}
	if picture(t, dir) != before {
		t.Error("the refused file was changed")
	}
}

// TestFreePagesOfAnUncheckedFile: none is given back before the file is known to be whole, and then it is.
func TestFreePagesOfAnUncheckedFile(t *testing.T) {
	path, _, _ := large(t, t.TempDir())
	raw(t, path, `DELETE FROM row WHERE number >= 5000`, `INSERT INTO store_part VALUES ('', 1)`)
	t.Run("unchecked", func(t *testing.T) {
		db, err := store.Open(path, quiet(), rowPart, smallPart)
		if err != nil {
			t.Fatal(err)
		}
		defer db.Close()
		if pages, err := store.GiveBack(db); pages != 0 || err != nil {
			t.Errorf("%d pages were given back, %v", pages, err)
		}
	})
	before := onDisk(t, path)
	open(t, path, rowPart, smallPart)
	awaitSize(t, before*2/3, path)
}
