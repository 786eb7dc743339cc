package store_test

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"testing"
	"time"

	"lanyard/internal/store"
)

// fillUp writes so many rows of 16 KiB with one statement.
func fillUp(t *testing.T, db *store.DB, from, rows int) {
	t.Helper()
	err := db.Write(t.Context(), func(tx *store.Tx) error {
		_, err := tx.Exec(`WITH RECURSIVE n(i) AS (SELECT ? UNION ALL SELECT i+1 FROM n WHERE i < ?) INSERT INTO row SELECT i, zeroblob(16384) FROM n`, from, from+rows-1)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
}

func deleteFrom(t *testing.T, db *store.DB, number int) {
	t.Helper()
	err := db.Write(t.Context(), func(tx *store.Tx) error {
		_, err := tx.Exec(`DELETE FROM row WHERE number >= ?`, number)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
}

// raw runs statements on a file that no store has open.
func raw(t *testing.T, path string, statements ...string) {
	t.Helper()
	db, err := sql.Open("sqlite", path)
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	db.SetMaxOpenConns(1)
	for _, s := range statements {
		if _, err := db.Exec(s); err != nil {
			t.Fatalf("%s: %v", s, err)
		}
	}
}

// onDisk is how much files take; one that is not there takes nothing.
func onDisk(t *testing.T, paths ...string) (size int64) {
	t.Helper()
	for _, p := range paths {
		info, err := os.Stat(p)
		if err != nil {
			if os.IsNotExist(err) {
				continue
			}
			t.Fatal(err)
		}
		size += info.Size()
	}
	return size
}

// awaitSize waits until files take no more than that: nothing tells when one got smaller. They must not grow again by themselves, as a WAL does while somebody writes.
func awaitSize(t *testing.T, most int64, paths ...string) {
	t.Helper()
	deadline := time.Now().Add(3 * time.Minute)
	for onDisk(t, paths...) > most {
		if time.Now().After(deadline) {
			t.Fatalf("%s still take %d bytes, not %d", paths, onDisk(t, paths...), most)
		}
		time.Sleep(10 * time.Millisecond)
	}
}

// TestSlackGoesBack: what was deleted leaves the disk while others write and read, and nothing else does.
func TestSlackGoesBack(t *testing.T) {
	path := filepath.Join(t.TempDir(), "x.db")
	db := open(t, path)
	fillUp(t, db, 1_000_000, 400)
	for n := range 20 {
		if err := insert(db, n); err != nil { // at the end of the file: they have to move
			t.Fatal(err)
		}
	}
	if busy, err := store.Cut(db); busy || err != nil { // all of it stands in the file itself
		t.Fatalf("busy: %v, %v", busy, err)
	}
	before := onDisk(t, path)
	if before < 6<<20 {
		t.Fatalf("the file has %d bytes", before)
	}
	ctx, cancel := context.WithCancel(t.Context())
	written := make(chan int, 1)
	go func() {
		n := 20
		for ; ctx.Err() == nil; n++ {
			if err := insert(db, n); err != nil {
				t.Error(err)
				break
			}
		}
		written <- n
	}()
	deleteFrom(t, db, 1_000_000)
	awaitSize(t, 2<<20, path)
	cancel()
	all := <-written
	if n := count(t, db); n != all {
		t.Errorf("%d rows of %d are there", n, all)
	}
	t.Logf("%d bytes before, %d after, %d rows written meanwhile", before, onDisk(t, path), all-20)
}

// TestSlackIsCutAfterReaders: a reader who still sees the old state holds up nobody, and the file gets smaller once they are done.
func TestSlackIsCutAfterReaders(t *testing.T) {
	path := filepath.Join(t.TempDir(), "x.db")
	db := open(t, path)
	fillUp(t, db, 0, 400)
	err := db.Read(t.Context(), func(tx *store.Tx) error {
		var before, after int
		if err := tx.QueryRow(`SELECT count(*) FROM row`).Scan(&before); err != nil {
			return err
		}
		deleteFrom(t, db, 0)
		for n := range 100 {
			if err := insert(db, n); err != nil {
				return err
			}
		}
		err := tx.QueryRow(`SELECT count(*) FROM row WHERE length(body) = 16384`).Scan(&after)
		if before != 400 || after != 400 {
			t.Errorf("the reader saw %d rows and then %d", before, after)
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	awaitSize(t, 3<<20, path, path+"-wal")
}

// TestCutAndWriterTakeTurns: cutting the files keeps SQLite's writers out for as long as the disk takes, which may be longer than these wait. So it and the writer wait for each other, and not in SQLite.
func TestCutAndWriterTakeTurns(t *testing.T) {
	db := open(t, filepath.Join(t.TempDir(), "x.db"))
	cut := make(chan error, 1)
	try := func() {
		busy, err := store.Cut(db)
		if busy && err == nil {
			err = errors.New("the writer was in the way")
		}
		cut <- err
	}
	err := db.Write(t.Context(), func(*store.Tx) error {
		go try()
		select {
		case err := <-cut:
			return fmt.Errorf("the files were cut while somebody wrote: %w", err)
		case <-time.After(100 * time.Millisecond): // the time that it is given to go wrong
			return nil
		}
	})
	if err != nil {
		t.Fatal(err)
	}
	if err := <-cut; err != nil {
		t.Error(err)
	}
}

// TestSlackStep: one step gives back no more than a step, so that a write which comes meanwhile waits for no more; little slack is kept.
func TestSlackStep(t *testing.T) {
	path := filepath.Join(t.TempDir(), "x.db")
	db := open(t, path)
	fillUp(t, db, 0, 400)
	if err := db.Close(); err != nil {
		t.Fatal(err)
	}
	raw(t, path, `DELETE FROM row WHERE number >= 50`)
	still, err := store.Open(path, quiet(), rowPart)
	if err != nil {
		t.Fatal(err)
	}
	defer still.Close()
	for range 3 {
		if n, err := store.StepBack(still); err != nil || n != store.SlackStep {
			t.Errorf("a step gave %d pages back: %v", n, err)
		}
	}
	small := filepath.Join(t.TempDir(), "y.db")
	db = open(t, small)
	fillUp(t, db, 0, 100)
	if err := db.Close(); err != nil {
		t.Fatal(err)
	}
	raw(t, small, `DELETE FROM row WHERE number >= 10`)
	few, err := store.Open(small, quiet(), rowPart)
	if err != nil {
		t.Fatal(err)
	}
	defer few.Close()
	if n, err := store.StepBack(few); err != nil || n != 0 {
		t.Errorf("of little slack %d pages were given back: %v", n, err)
	}
}

// TestSlackOfOldFiles: a file of a program that could not give anything back learns it at the next start and keeps what it holds.
func TestSlackOfOldFiles(t *testing.T) {
	path := filepath.Join(t.TempDir(), "x.db")
	db := open(t, path)
	fillUp(t, db, 0, 50)
	if err := db.Close(); err != nil {
		t.Fatal(err)
	}
	raw(t, path, `PRAGMA auto_vacuum = NONE`, `VACUUM`)
	db = open(t, path)
	if n := count(t, db); n != 50 {
		t.Fatalf("%d rows are there", n)
	}
	fillUp(t, db, 10_000, 400)
	deleteFrom(t, db, 10_000)
	awaitSize(t, 3<<20, path, path+"-wal")
}

// TestUnshrinkable: a file of an older program that cannot be laid out anew, for whatever reason, is opened all the same, and says so.
func TestUnshrinkable(t *testing.T) {
	path := filepath.Join(t.TempDir(), "x.db")
	db := open(t, path)
	fillUp(t, db, 0, 50)
	if err := db.Problem(); err != nil {
		t.Errorf("a problem of a new file: %v", err)
	}
	if err := db.Close(); err != nil {
		t.Fatal(err)
	}
	raw(t, path, `PRAGMA auto_vacuum = NONE`, `VACUUM`, `CREATE TABLE odd (word TEXT)`, `PRAGMA writable_schema = ON`,
		`UPDATE sqlite_schema SET sql = 'CREATE TABLE odd (word TEXT COLLATE nowhere)' WHERE name = 'odd'`) // SQLite reads that, and cannot write it anew
	db = open(t, path)
	if n := count(t, db); n != 50 {
		t.Errorf("%d rows are there", n)
	}
	if err := insert(db, 1000); err != nil {
		t.Error(err)
	}
	if err := db.Problem(); err == nil || errors.Is(err, store.ErrFull) || errors.Is(err, store.ErrLocked) {
		t.Errorf("the problem is %v", err)
	}
	if err := db.Close(); err != nil {
		t.Fatal(err)
	}
	raw(t, path, `PRAGMA writable_schema = ON`, `UPDATE sqlite_schema SET sql = 'CREATE TABLE odd (word TEXT)' WHERE name = 'odd'`)
	if err := open(t, path).Problem(); err != nil {
		t.Errorf("the next start tries again: %v", err)
	}
}

// TestOldFiles: laid out anew is what cannot give slack back and has up to 32 MiB in use, however large it is.
func TestOldFiles(t *testing.T) {
	for _, test := range []struct {
		name              string
		mode, pages, free int
		old               bool
	}{
		{"small", 0, 100, 0, true},
		{"as large as may be", 0, 8192, 0, true},
		{"larger", 0, 8193, 0, false},
		{"large, and nearly empty", 0, 1_000_000, 999_000, true},
		{"new", 2, 100, 0, false},
	} {
		if old := store.IsOld(test.mode, test.pages, test.free); old != test.old {
			t.Errorf("%s: %v", test.name, old)
		}
	}
}

// TestRestOfSlackGoesBack: a kill in the midst of giving back leaves less than what would begin it; the next start goes on all the same.
func TestRestOfSlackGoesBack(t *testing.T) {
	path := filepath.Join(t.TempDir(), "x.db")
	db := open(t, path)
	fillUp(t, db, 0, 240)
	if err := db.Close(); err != nil {
		t.Fatal(err)
	}
	raw(t, path, `DELETE FROM row WHERE number >= 10`) // 920 pages and what leads to them: under slackMost
	if before := onDisk(t, path, path+"-wal"); before < 7<<19 {
		t.Fatalf("the file takes no more than %d bytes", before)
	}
	open(t, path)
	awaitSize(t, 2<<20, path, path+"-wal")
}

// TestKillWhileGivingBack: whenever the process is killed while slack goes back, the file is whole and has what was acknowledged, and the rest goes back after that.
func TestKillWhileGivingBack(t *testing.T) {
	seed := rand.Uint64()
	t.Logf("seed %d", seed)
	random := rand.New(rand.NewPCG(seed, 0))
	path := filepath.Join(t.TempDir(), "x.db")
	db := open(t, path)
	fillUp(t, db, 10_000_000, 400)
	if err := db.Close(); err != nil {
		t.Fatal(err)
	}
	raw(t, path, `DELETE FROM row WHERE number >= 10000000 AND number % 20 > 0`)
	before, all := onDisk(t, path, path+"-wal"), 20
	for round := range 4 {
		cmd, out := startChild(t, path, round*1_000_000)
		for range random.IntN(60) {
			if _, err := out.ReadString('\n'); err != nil {
				t.Fatal(err)
			}
			all++
		}
		if err := cmd.Process.Kill(); err != nil {
			t.Fatal(err)
		}
		_ = cmd.Wait() // that it was killed
		t.Logf("round %d: %d of %d bytes", round, onDisk(t, path, path+"-wal"), before)
		if there := rows(t, path); len(there) < all { // opening it looks for damage
			t.Fatalf("%d rows are left", len(there))
		}
	}
	open(t, path)
	awaitSize(t, 3<<20, path, path+"-wal")
}
