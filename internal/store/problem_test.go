package store_test

import (
	"bytes"
	"context"
	"crypto/sha256"
	"database/sql"
	"encoding/binary"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"lanyard/internal/store"
)

// seeded makes a closed database with some pages in dir and returns its path.
func seeded(t *testing.T, dir string) string {
	t.Helper()
	path := filepath.Join(dir, "x.db")
	t.Run("seed", func(t *testing.T) {
		db := open(t, path)
		err := db.Write(context.Background(), func(tx *store.Tx) error {
			for i := range 40 {
				if _, err := tx.Exec(`INSERT INTO row VALUES (?, ?)`, i, bytes.Repeat([]byte{byte(i)}, 1000)); err != nil {
					return err
				}
			}
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
	})
	return path
}

// crashed makes a database as kill -9 leaves it: commits in the WAL only. It is a copy of the files of a store that is open.
func crashed(t *testing.T, dir string) string {
	t.Helper()
	path := filepath.Join(dir, "x.db")
	t.Run("crash", func(t *testing.T) {
		from := filepath.Join(t.TempDir(), "x.db")
		db := open(t, from)
		for i := range 20 {
			if err := insert(db, i); err != nil {
				t.Fatal(err)
			}
		}
		for _, tail := range []string{"", "-wal"} {
			b, err := os.ReadFile(from + tail)
			if err != nil {
				t.Fatal(err)
			}
			if err := os.WriteFile(path+tail, b, 0o600); err != nil {
				t.Fatal(err)
			}
		}
	})
	return path
}

// picture tells the files of a folder by their contents. The shared index (-shm) holds nothing of its own.
func picture(t *testing.T, dir string) string {
	t.Helper()
	entries, err := os.ReadDir(dir)
	if err != nil {
		t.Fatal(err)
	}
	var text strings.Builder
	for _, entry := range entries {
		if entry.IsDir() {
			fmt.Fprintln(&text, entry.Name()+"/")
			continue
		}
		b, err := os.ReadFile(filepath.Join(dir, entry.Name()))
		if err != nil {
			t.Fatal(err)
		}
		if strings.HasSuffix(entry.Name(), "-shm") || (strings.HasSuffix(entry.Name(), "-wal") && len(b) == 0) {
			continue
		}
		fmt.Fprintf(&text, "%s %d %x\n", entry.Name(), len(b), sha256.Sum256(b))
	}
	return text.String()
}

func change(t *testing.T, path string, fn func([]byte) []byte) {
	t.Helper()
	b, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(path, fn(b), 0o600); err != nil {
		t.Fatal(err)
	}
}

func foreign(t *testing.T, path, statements string) {
	t.Helper()
	db, err := sql.Open("sqlite", path)
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	if _, err := db.Exec(statements); err != nil {
		t.Fatal(err)
	}
}

// TestRefusedFilesStayAsTheyAre: one sentence with a remedy, and not a byte changed.
func TestRefusedFilesStayAsTheyAre(t *testing.T) {
	newerPart := store.Part{Name: "row", Migrations: append(rowPart.Migrations, `CREATE TABLE more (n INTEGER) STRICT`)}
	for _, c := range []struct {
		what string
		make func(t *testing.T, dir string) (path string)
		want error
	}{
		{"a folder", func(t *testing.T, dir string) string {
			if err := os.Mkdir(filepath.Join(dir, "x.db"), 0o700); err != nil {
				t.Fatal(err)
			}
			return filepath.Join(dir, "x.db")
		}, store.ErrNotOurs},
		{"a text", func(t *testing.T, dir string) string {
			path := filepath.Join(dir, "x.db")
			if err := os.WriteFile(path, bytes.Repeat([]byte("hello "), 1000), 0o644); err != nil {
				t.Fatal(err)
			}
			return path
		}, store.ErrCorrupt},
		{"a database of somebody else", func(t *testing.T, dir string) string {
			foreign(t, filepath.Join(dir, "x.db"), `CREATE TABLE t (x); PRAGMA application_id = 77`)
			return filepath.Join(dir, "x.db")
		}, store.ErrNotOurs},
		{"a newer format", func(t *testing.T, dir string) string {
			path := seeded(t, dir)
			foreign(t, path, `PRAGMA user_version = 99`)
			return path
		}, store.ErrNewer},
		{"a newer part", func(t *testing.T, dir string) string {
			path := filepath.Join(dir, "x.db")
			t.Run("seed", func(t *testing.T) { open(t, path, newerPart) })
			return path
		}, store.ErrNewer},
		{"a newer part after a crash", func(t *testing.T, dir string) string {
			path := crashed(t, dir)
			// The version is raised by another program that crashes as well: a copy of its open files.
			t.Run("raise", func(t *testing.T) {
				from := filepath.Join(t.TempDir(), "x.db")
				for _, tail := range []string{"", "-wal"} {
					b, err := os.ReadFile(path + tail)
					if err != nil {
						t.Fatal(err)
					}
					if err := os.WriteFile(from+tail, b, 0o600); err != nil {
						t.Fatal(err)
					}
				}
				open(t, from, newerPart)
				for _, tail := range []string{"", "-wal"} {
					b, err := os.ReadFile(from + tail)
					if err != nil {
						t.Fatal(err)
					}
					if err := os.WriteFile(path+tail, b, 0o600); err != nil {
						t.Fatal(err)
					}
				}
			})
			return path
		}, store.ErrNewer},
		{"a flipped header", func(t *testing.T, dir string) string {
			path := seeded(t, dir)
			change(t, path, func(b []byte) []byte { b[3] ^= 0x40; return b })
			return path
		}, store.ErrCorrupt},
		{"a page size of nonsense", func(t *testing.T, dir string) string {
			path := seeded(t, dir)
			change(t, path, func(b []byte) []byte { binary.BigEndian.PutUint16(b[16:], 777); return b })
			return path
		}, store.ErrCorrupt},
		{"fewer bytes than a header", func(t *testing.T, dir string) string {
			path := seeded(t, dir)
			change(t, path, func(b []byte) []byte { return b[:99] })
			return path
		}, store.ErrCorrupt},
		{"an empty file beside a full WAL", func(t *testing.T, dir string) string {
			path := crashed(t, dir)
			change(t, path, func([]byte) []byte { return nil })
			return path
		}, store.ErrCorrupt},
		{"no file beside a full WAL", func(t *testing.T, dir string) string {
			path := crashed(t, dir)
			if err := os.Remove(path); err != nil {
				t.Fatal(err)
			}
			return path
		}, store.ErrCorrupt},
		{"a damaged page after a crash", func(t *testing.T, dir string) string {
			path := seeded(t, dir)
			other := crashed(t, t.TempDir())
			wal, err := os.ReadFile(other + "-wal")
			if err != nil {
				t.Fatal(err)
			}
			if err := os.WriteFile(path+"-wal", wal[:32], 0o600); err != nil { // a WAL without a commit: the end was unclean
				t.Fatal(err)
			}
			change(t, path, func(b []byte) []byte { copy(b[3*4096:], bytes.Repeat([]byte{0xff}, 64)); return b })
			return path
		}, store.ErrCorrupt},
	} {
		t.Run(c.what, func(t *testing.T) {
			dir := t.TempDir()
			path := c.make(t, dir)
			before := picture(t, dir)
			db, err := store.Open(path, quiet(), rowPart)
			if err == nil {
				t.Error("it was opened")
				if err := db.Close(); err != nil {
					t.Error(err)
				}
			}
			if !errors.Is(err, c.want) || strings.Contains(fmt.Sprint(err), "\n") || !strings.Contains(fmt.Sprint(err), "x.db") {
				t.Errorf("%v, want %v in one line", err, c.want)
			}
			if after := picture(t, dir); after != before {
				t.Errorf("the files were\n%sand are\n%s", before, after)
			}
		})
	}
}

// TestTruncatedAtEveryPage: cut after any page, after a clean end, a file is refused and stays.
func TestTruncatedAtEveryPage(t *testing.T) {
	dir := t.TempDir()
	path := seeded(t, dir)
	whole, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	const page = 4096
	if len(whole) < 5*page {
		t.Fatalf("only %d bytes: too few pages to cut", len(whole))
	}
	for cut := page; cut < len(whole); cut += page {
		if err := os.WriteFile(path, whole[:cut], 0o600); err != nil {
			t.Fatal(err)
		}
		before := picture(t, dir)
		if db, err := store.Open(path, quiet(), rowPart); !errors.Is(err, store.ErrCorrupt) {
			t.Errorf("cut after %d pages: %v", cut/page, err)
			if db != nil {
				db.Close()
			}
		}
		if after := picture(t, dir); after != before {
			t.Errorf("cut after %d pages: the file was changed", cut/page)
		}
	}
}

func TestReopenedAfterACrash(t *testing.T) {
	path := crashed(t, t.TempDir())
	if n := len(rows(t, path)); n != 20 {
		t.Errorf("%d rows, want 20", n)
	}
}

// TestWALCutAnywhere: what a power cut leaves of the last commits is a prefix of them, and the file opens.
func TestWALCutAnywhere(t *testing.T) {
	source := crashed(t, t.TempDir())
	main, err := os.ReadFile(source)
	if err != nil {
		t.Fatal(err)
	}
	wal, err := os.ReadFile(source + "-wal")
	if err != nil {
		t.Fatal(err)
	}
	step, last := max(1, len(wal)/25), -1
	for cut := 0; cut <= len(wal); cut += step {
		path := filepath.Join(t.TempDir(), "x.db")
		if err := errors.Join(os.WriteFile(path, main, 0o600), os.WriteFile(path+"-wal", wal[:cut], 0o600)); err != nil {
			t.Fatal(err)
		}
		have := rows(t, path)
		for i, n := range have {
			if i != n {
				t.Fatalf("cut at %d: %v is no prefix", cut, have)
			}
		}
		if len(have) < last {
			t.Errorf("cut at %d: %d rows, fewer than with less of the WAL", cut, len(have))
		}
		last = len(have)
	}
	if last < 18 {
		t.Errorf("%d rows from nearly the whole WAL", last)
	}
}

func TestLocked(t *testing.T) {
	path := seeded(t, t.TempDir())
	other, err := sql.Open("sqlite", path)
	if err != nil {
		t.Fatal(err)
	}
	defer other.Close()
	other.SetMaxOpenConns(1)
	if _, err := other.Exec(`PRAGMA locking_mode = EXCLUSIVE; BEGIN EXCLUSIVE`); err != nil {
		t.Fatal(err)
	}
	if _, err := store.Open(path, quiet(), rowPart); !errors.Is(err, store.ErrLocked) {
		t.Errorf("%v", err)
	}
}

func TestPermissionsAreRepaired(t *testing.T) {
	path := seeded(t, t.TempDir())
	if err := os.Chmod(path, 0o666); err != nil {
		t.Fatal(err)
	}
	open(t, path)
	for _, name := range []string{path, path + "-wal"} {
		if info, err := os.Stat(name); err == nil && info.Mode().Perm() != 0o600 {
			t.Errorf("%s has mode %o", name, info.Mode().Perm())
		}
	}
}
