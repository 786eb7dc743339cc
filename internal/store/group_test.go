package store_test

import (
	"context"
	"errors"
	"fmt"
	"path/filepath"
	"slices"
	"sync"
	"testing"
	"time"

	"lanyard/internal/store"
)

// prepared opens a store that does not run yet, so that writes queue for one group.
func prepared(t *testing.T) (db *store.DB, run func() error) {
	t.Helper()
	db, err := store.Open(filepath.Join(t.TempDir(), "x.db"), quiet(), rowPart)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := db.Close(); err != nil {
			t.Errorf("Close: %v", err)
		}
	})
	return db, func() error {
		ctx, cancel := context.WithCancel(context.Background())
		cancel()
		return db.Run(ctx) // writes what waits, then ends
	}
}

// queueUp starts writes one after the other, so that they queue in order, and returns their outcomes.
func queueUp(t *testing.T, db *store.DB, fns ...func(*store.Tx) error) []chan error {
	t.Helper()
	outcomes := make([]chan error, len(fns))
	for i, fn := range fns {
		outcomes[i] = make(chan error, 1)
		go func() { outcomes[i] <- db.Write(context.Background(), fn) }()
		awaitWaiting(t, db, i+1)
	}
	return outcomes
}

// awaitWaiting polls, because nothing tells that a write has queued.
func awaitWaiting(t *testing.T, db *store.DB, n int) {
	t.Helper()
	for deadline := time.Now().Add(2 * time.Minute); store.Waiting(db) < n; {
		if time.Now().After(deadline) {
			t.Fatalf("%d writes queued, want %d", store.Waiting(db), n)
		}
		time.Sleep(50 * time.Microsecond)
	}
}

func add(number int) func(*store.Tx) error {
	return func(tx *store.Tx) error {
		_, err := tx.Exec(`INSERT INTO row VALUES (?, x'00')`, number)
		return err
	}
}

func TestGroup(t *testing.T) {
	db, run := prepared(t)
	mistake := errors.New("mistake")
	var order []string
	var times []time.Time
	note := func(tx *store.Tx, who string) {
		times = append(times, tx.Now())
		order = append(order, "run "+who)
		tx.BeforeCommit("sign", func(*store.Tx) error { order = append(order, "sign, asked by "+who); return nil })
		tx.AfterCommit(func() { order = append(order, "after "+who) })
	}
	outcomes := queueUp(t, db,
		func(tx *store.Tx) error {
			note(tx, "a")
			return errors.Join(add(1)(tx), mistake)
		},
		func(tx *store.Tx) error {
			note(tx, "b")
			tx.BeforeCommit("count", func(tx *store.Tx) error {
				tx.BeforeCommit("late", func(tx *store.Tx) error { order = append(order, "late"); return nil })
				return add(100)(tx)
			})
			return add(2)(tx)
		},
		func(tx *store.Tx) error {
			note(tx, "c")
			if err := add(2)(tx); err == nil {
				t.Error("one row was taken twice")
			}
			return add(3)(tx)
		})
	if err := run(); err != nil {
		t.Fatal(err)
	}
	for i, want := range []error{mistake, nil, nil} {
		if err := <-outcomes[i]; !errors.Is(err, want) {
			t.Errorf("write %d: %v, want %v", i, err, want)
		}
	}
	want := []string{"run a", "run b", "run c", "sign, asked by b", "late", "after b", "after c"}
	if !slices.Equal(order, want) {
		t.Errorf("%q, want %q", order, want)
	}
	if times[0] != times[2] || times[0].IsZero() {
		t.Errorf("the times of one group differ: %v", times)
	}
	if have := rows(t, store.Path(db)); !slices.Equal(have, []int{2, 3, 100}) {
		t.Errorf("rows %v", have)
	}
}

func TestAFailingHookUndoesTheGroup(t *testing.T) {
	db, run := prepared(t)
	mistake, told := errors.New("cannot sign"), false
	outcomes := queueUp(t, db, add(1), func(tx *store.Tx) error {
		tx.BeforeCommit(1, func(*store.Tx) error { return mistake })
		tx.AfterCommit(func() { told = true })
		return add(2)(tx)
	})
	if err := run(); err != nil {
		t.Fatal(err)
	}
	for i, outcome := range outcomes {
		if err := <-outcome; !errors.Is(err, mistake) {
			t.Errorf("write %d: %v", i, err)
		}
	}
	if have := rows(t, store.Path(db)); len(have) > 0 || told {
		t.Errorf("rows %v, told %t", have, told)
	}
}

// TestManyWritersShareCommits: more writers than a group holds, all durable, in fewer groups than writes.
func TestManyWritersShareCommits(t *testing.T) {
	db, run := prepared(t)
	const writers = 1300
	groups := map[time.Time]int{}
	fns := make([]func(*store.Tx) error, writers)
	for i := range fns {
		fns[i] = func(tx *store.Tx) error { groups[tx.Now()]++; return add(i)(tx) }
	}
	outcomes := queueUp(t, db, fns...)
	if err := run(); err != nil {
		t.Fatal(err)
	}
	for _, outcome := range outcomes {
		if err := <-outcome; err != nil {
			t.Fatal(err)
		}
	}
	if len(groups) != 3 {
		t.Errorf("%d groups of sizes %v, want 512, 512 and the rest", len(groups), groups)
	}
	if have := rows(t, store.Path(db)); len(have) != writers {
		t.Errorf("%d rows", len(have))
	}
}

func TestContextEndsBeforeTheWriteBegins(t *testing.T) {
	db, run := prepared(t)
	ctx, cancel := context.WithCancel(context.Background())
	outcome := make(chan error, 1)
	go func() { outcome <- db.Write(ctx, add(1)) }()
	awaitWaiting(t, db, 1)
	cancel()
	if err := <-outcome; !errors.Is(err, context.Canceled) {
		t.Errorf("%v", err)
	}
	second := queueUp(t, db, add(2))
	if err := db.Write(ctx, add(3)); !errors.Is(err, context.Canceled) {
		t.Errorf("%v", err)
	}
	if err := run(); err != nil {
		t.Fatal(err)
	}
	if err := <-second[0]; err != nil {
		t.Error(err)
	}
	if have := rows(t, store.Path(db)); !slices.Equal(have, []int{2}) {
		t.Errorf("rows %v", have)
	}
}

func TestAfterTheEnd(t *testing.T) {
	db, run := prepared(t)
	if err := run(); err != nil {
		t.Fatal(err)
	}
	kept := (*store.Tx)(nil)
	for what, err := range map[string]error{
		"write":     db.Write(context.Background(), add(1)),
		"read":      db.Read(context.Background(), func(tx *store.Tx) error { kept = tx; return nil }),
		"run again": db.Run(context.Background()),
		"close":     errors.Join(db.Close(), store.ErrClosed),
		"read late": db.Read(context.Background(), func(tx *store.Tx) error { kept = tx; return nil }),
	} {
		if !errors.Is(err, store.ErrClosed) {
			t.Errorf("%s: %v", what, err)
		}
	}
	if kept != nil {
		t.Error("a read ran")
	}
}

// TestCloseEndsRun: also one whose context never ends.
func TestCloseEndsRun(t *testing.T) {
	db, err := store.Open(filepath.Join(t.TempDir(), "x.db"), quiet(), rowPart)
	if err != nil {
		t.Fatal(err)
	}
	ran := make(chan error, 1)
	go func() { ran <- db.Run(context.Background()) }()
	for i := range 3 { // the writer idles in between
		if err := insert(db, i); err != nil {
			t.Fatal(err)
		}
	}
	if err := errors.Join(db.Close(), <-ran); err != nil {
		t.Error(err)
	}
}

func TestCloseAnswersWritesThatWait(t *testing.T) {
	db, _ := prepared(t)
	outcomes := queueUp(t, db, add(1))
	if err := db.Close(); err != nil {
		t.Fatal(err)
	}
	if err := <-outcomes[0]; !errors.Is(err, store.ErrClosed) {
		t.Errorf("%v", err)
	}
}

// TestReadSeesOneState: a read that began before a write does not see it, however long it lasts.
func TestReadSeesOneState(t *testing.T) {
	db := open(t, filepath.Join(t.TempDir(), "x.db"))
	if err := insert(db, 1); err != nil {
		t.Fatal(err)
	}
	err := db.Read(context.Background(), func(tx *store.Tx) error {
		var first, second int
		if err := tx.QueryRow(`SELECT count(*) FROM row`).Scan(&first); err != nil {
			return err
		}
		wrote := make(chan error)
		go func() { wrote <- insert(db, 2) }()
		if err := <-wrote; err != nil {
			return err
		}
		if err := tx.QueryRow(`SELECT count(*) FROM row`).Scan(&second); err != nil {
			return err
		}
		if first != 1 || second != 1 {
			return fmt.Errorf("%d rows, then %d", first, second)
		}
		if _, err := tx.Exec(`DELETE FROM row`); err == nil {
			return errors.New("a read deleted")
		}
		return nil
	})
	if err != nil {
		t.Error(err)
	}
	if n := count(t, db); n != 2 {
		t.Errorf("%d rows", n)
	}
}

// TestOneQueryInsideItself: a statement is prepared once, but may be run while its own rows are being read.
func TestOneQueryInsideItself(t *testing.T) {
	db := open(t, filepath.Join(t.TempDir(), "x.db"))
	for i := range 5 {
		if err := insert(db, i); err != nil {
			t.Fatal(err)
		}
	}
	const query = `SELECT number FROM row WHERE number >= ? ORDER BY number`
	each := func(tx *store.Tx, from int, fn func(int) error) error {
		rows, err := tx.Query(query, from)
		if err != nil {
			return err
		}
		defer rows.Close()
		for rows.Next() {
			var n int
			if err := rows.Scan(&n); err != nil {
				return err
			}
			if err := fn(n); err != nil {
				return err
			}
		}
		return rows.Err()
	}
	for range 2 {
		pairs := 0
		err := db.Read(context.Background(), func(tx *store.Tx) error {
			return each(tx, 0, func(n int) error {
				return each(tx, n, func(int) error { pairs++; return nil })
			})
		})
		if err != nil || pairs != 15 {
			t.Errorf("%d pairs, %v; want 15", pairs, err)
		}
	}
}

func TestManyTextsOfStatements(t *testing.T) {
	db := open(t, filepath.Join(t.TempDir(), "x.db"))
	err := db.Read(context.Background(), func(tx *store.Tx) error {
		for i := range 1000 {
			var n int
			if err := tx.QueryRow(fmt.Sprint("SELECT ", i)).Scan(&n); err != nil || n != i {
				return fmt.Errorf("%d: %d, %w", i, n, err)
			}
		}
		return nil
	})
	if err != nil {
		t.Error(err)
	}
}

func TestArraysAreBlobs(t *testing.T) {
	type id [16]byte
	db := open(t, filepath.Join(t.TempDir(), "x.db"))
	want, got := id{1, 2, 3}, id{}
	err := db.Write(context.Background(), func(tx *store.Tx) error {
		if _, err := tx.Exec(`INSERT INTO row VALUES (1, ?)`, want); err != nil {
			return err
		}
		return tx.QueryRow(`SELECT body FROM row WHERE body = ?`, want).Scan(store.Into(got[:]))
	})
	if err != nil || got != want {
		t.Errorf("%v, %v", got, err)
	}
	short := make([]byte, 15)
	err = db.Read(context.Background(), func(tx *store.Tx) error {
		return tx.QueryRow(`SELECT body FROM row`).Scan(store.Into(short))
	})
	if err == nil {
		t.Error("a blob of 16 bytes was put into 15")
	}
}

// TestReadsAndWritesAtOnce exercises everything together for the race detector.
func TestReadsAndWritesAtOnce(t *testing.T) {
	db := open(t, filepath.Join(t.TempDir(), "x.db"))
	var all sync.WaitGroup
	for w := range 8 {
		all.Go(func() {
			for i := range 60 {
				if err := insert(db, w*1000+i); err != nil {
					t.Error(err)
				}
			}
		})
		all.Go(func() {
			last := 0
			for range 60 {
				n := count(t, db)
				if n < last {
					t.Errorf("%d rows after %d", n, last)
				}
				last = n
			}
		})
	}
	all.Wait()
	if n := count(t, db); n != 480 {
		t.Errorf("%d rows", n)
	}
}

// rows opens the file anew and returns what is in it.
func rows(t *testing.T, path string) (numbers []int) {
	t.Helper()
	db, err := store.Open(path, quiet(), rowPart)
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	err = db.Read(context.Background(), func(tx *store.Tx) error {
		rows, err := tx.Query(`SELECT number FROM row ORDER BY number`)
		if err != nil {
			return err
		}
		defer rows.Close()
		for rows.Next() {
			var n int
			if err := rows.Scan(&n); err != nil {
				return err
			}
			numbers = append(numbers, n)
		}
		return rows.Err()
	})
	if err != nil {
		t.Fatal(err)
	}
	return numbers
}
