// Package store keeps SQLite files: it opens and migrates them, groups writes into commits, and never says that something is stored
// before the disk has it. It knows no domain: each part of the program owns its tables and brings its own SQL.
//
// # Use
//
//	db, err := store.Open(filepath.Join(profile, "lanyard.db"), log, peer.Part(), chat.Part())
//	go db.Run(ctx)                                        // the writer; Write waits until it runs
//
//	err = db.Write(ctx, func(tx *store.Tx) error {        // durable when this returns nil
//		_, err := tx.Exec(`INSERT INTO event VALUES (?, ?)`, id, body)
//		tx.AfterCommit(func() { tell(id) })
//		return err
//	})
//	err = db.Read(ctx, func(tx *store.Tx) error { ... })  // one consistent state, beside writes
//
// # Group commit
//
// Making a commit durable costs one wait for the disk. While one is under way further Writes queue, and the next commit takes all that
// wait, so that many writers share one wait and a lone one never waits for a timer. Each function runs in a savepoint: if it returns an
// error its changes alone are undone. The functions of a group run one after the other on the goroutine of Run, in the order of the
// calls.
//
// # Promises
//
// Write returns nil only when the group is on the disk (WAL, synchronous FULL). If it returns an error of its function, nothing of that
// call is stored; if the context ends before the function has begun, neither. ErrFull undoes the whole group and may be tried again.
// An input or output error is different: after a failed fsync nobody knows what the disk has (Rebello et al., "Can Applications Recover
// from fsync Failures?", 2020), so the store closes, and this and every later call returns the same error. Opening never changes a file
// that it refuses because it is another program's or a newer version's. DB is safe for concurrent use; a Tx is for the function that got it, for as long as it runs.
//
// Write and Read must not be called from within a Write or a hook, and Read not from within a Read: they would wait for themselves.
//
// # Room on the disk
//
// What is deleted leaves the file in small steps, while nobody writes and now and then between groups that follow without a pause (slack.go), so that a large deletion makes room for other programs and
// holds up no write for longer than some milliseconds.
//
// # Damage
//
// After an unclean end the file is looked through, a large one mostly beside the work, while nothing is given back (check.go): Run returns ErrCorrupt if it is damaged.
//
// # Left out
//
// Meaning, encryption, backups, and one process at a time for a file, which the profile's lock sees to.
package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"log/slog"
	"sync"
	"time"
)

const (
	applicationID = 0x4c6e7964 // "Lnyd", so that file(1) and we know whose file this is
	formatVersion = 1          // of the store's own table; parts number theirs

	readerCount = 3
	writerCache = 2000 // KiB; with three readers the caches stay under 4 MiB
	readerCache = 512  // KiB

	lastResort  = 4000            // pages in the WAL at which a commit itself moves them into the file: 16 MiB
	walKept     = 16 << 20        // bytes that the WAL is cut to when it starts anew: all of lastResort, as an fsync of what is made longer takes about twice that of what is written over
	busyTimeout = 2 * time.Second // for a backup or an inspection by another program
)

// DB is one open file. Get one from Open, let Run run, Close it at the end.
type DB struct {
	path    string
	log     *slog.Logger
	pool    *sql.DB
	writer  *conn
	mover   *conn // moves commits from the WAL into the file, beside the writer
	readers readers
	queue   queue
	turn    sync.Mutex    // held for each transaction of the writer, as SQLite's own lock is, and while the mover cuts the file
	problem error         // see Problem
	checked chan struct{} // closed when no check is owed any more, see check.go
	close   func() error  // closes all connections, once
}

// Open opens the file, or makes it (0600, its folder 0700), and lifts each part's tables to the newest version that this program knows.
// Nothing runs until Run.
//
// The errors that can be told to people wrap ErrNewer, ErrNotOurs, ErrCorrupt, ErrLocked, ErrReadOnly or ErrFull: one sentence with a
// remedy, and the file is as it was.
func Open(path string, log *slog.Logger, parts ...Part) (*DB, error) {
	return OpenWatched(context.Background(), path, log, func(int, int) {}, parts...)
}

// OpenWatched is Open for who would not wait without a word until a large file in which damage was found is looked through as a whole. The end of ctx ends that.
func OpenWatched(ctx context.Context, path string, log *slog.Logger, looks Looks, parts ...Part) (*DB, error) {
	if err := checkParts(parts); err != nil {
		return nil, err
	}
	fresh, err := inspect(path)
	var was, now mark
	if err == nil && !fresh {
		was, now, err = probe(ctx, path, looks, parts)
	}
	if err == nil {
		err = prepareFile(path, fresh)
	}
	if err != nil {
		return nil, err
	}
	db := &DB{path: path, log: log, queue: newQueue(), checked: make(chan struct{})}
	if now != markOwed {
		close(db.checked)
	}
	db.close = sync.OnceValue(db.closeAll)
	if err := db.open(fresh, was, now, parts); err != nil {
		return nil, errors.Join(told(path, err), db.close())
	}
	return db, nil
}

func (db *DB) open(fresh bool, was, now mark, parts []Part) (err error) {
	if db.pool, err = openPool(db.path, "rw"); err != nil {
		return err
	}
	if db.writer, err = openConn(db.pool, writerPragmas(fresh)); err != nil {
		return err
	}
	if was != now { // before anything else is changed, so that no end from here on is taken for a clean one
		if err := setMark(db.writer, now); err != nil {
			return err
		}
	}
	if err := migrate(db.writer, parts); err != nil {
		return err
	}
	if err := db.layOut(); err != nil {
		return err
	}
	if db.mover, err = openConn(db.pool, moverPragmas()); err != nil {
		return err
	}
	db.readers = newReaders(db.pool)
	return nil
}

func writerPragmas(fresh bool) []string {
	var pragmas []string
	if fresh { // while there is no WAL yet: the ID is then in the file itself from its first byte on
		pragmas = append(pragmas,
			"PRAGMA auto_vacuum = INCREMENTAL", // see slack.go
			fmt.Sprintf("PRAGMA application_id = %d", applicationID),
			fmt.Sprintf("PRAGMA user_version = %d", formatVersion))
	}
	return append(pragmas,
		"PRAGMA journal_mode = WAL",
		"PRAGMA synchronous = FULL",
		"PRAGMA foreign_keys = ON",
		"PRAGMA trusted_schema = OFF",
		"PRAGMA cell_size_check = ON",
		"PRAGMA temp_store = MEMORY",
		fmt.Sprintf("PRAGMA cache_size = -%d", writerCache),
		fmt.Sprintf("PRAGMA wal_autocheckpoint = %d", lastResort),
		fmt.Sprintf("PRAGMA journal_size_limit = %d", walKept))
}

func moverPragmas() []string {
	return []string{"PRAGMA synchronous = FULL", "PRAGMA cache_size = -64", "PRAGMA busy_timeout = 0"}
}

// Run writes until the context ends; then it lets in no more writes, commits those that wait, moves everything from the WAL into the
// file and returns. It returns nil, or the error that closed the store. It must be called once.
func (db *DB) Run(ctx context.Context) error {
	if err := db.queue.begin(); err != nil {
		return err
	}
	defer db.queue.end()
	moving, stopMoving := context.WithCancel(context.Background())
	due, moved := make(chan moveKind, 1), make(chan struct{})
	go func() {
		defer close(moved)
		db.moveLoop(moving, due)
	}()
	checking, stopChecking := context.WithCancel(context.Background())
	settled := make(chan struct{})
	go func() {
		defer close(settled)
		if !db.wasChecked() {
			db.settle(checking)
		}
	}()
	db.writeLoop(ctx, due)
	stopChecking()
	<-settled
	stopMoving()
	<-moved
	if err := db.queue.fatal(); err != nil {
		return err
	}
	return db.moveAll()
}

// writeLoop commits one group after the other until the context or the store ends and nothing waits any more.
func (db *DB) writeLoop(ctx context.Context, due chan moveKind) {
	done := ctx.Done()
	var pace movePace
	slack := newSlack()
	for {
		group := db.queue.take()
		switch {
		case len(group) > 0:
			pace.ask(due, db.commit(group))
			if slack.due() {
				db.giveBack(slack, &pace, due)
			}
			continue
		case db.queue.usable() != nil:
			return
		case slack.giving && db.wasChecked() && ctx.Err() == nil:
			db.giveBack(slack, &pace, due)
			continue
		}
		select {
		case <-db.queue.wake:
		case <-slack.rest():
			slack.wrote = false
			pace.rest(due)
			db.giveBack(slack, &pace, due)
		case <-done:
			done = nil
			db.queue.close()
		}
	}
}

// Write runs fn in the current group and returns when the group is durable; see the package comment. If the context ends while fn
// still waits for its turn, it is not run and the error is the context's; once it runs, Write waits for the outcome.
func (db *DB) Write(ctx context.Context, fn func(*Tx) error) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	w := &write{fn: fn, done: make(chan error, 1)}
	if err := db.queue.add(w); err != nil {
		return err
	}
	select {
	case err := <-w.done:
		return err
	case <-ctx.Done():
		if db.queue.withdraw(w) {
			return ctx.Err()
		}
		return <-w.done
	}
}

// Read runs fn on one consistent state of the database, which writes beside it do not change. At most three run at a time, further
// ones wait. Rows have to be closed before fn returns.
func (db *DB) Read(ctx context.Context, fn func(*Tx) error) error {
	if err := db.queue.usable(); err != nil {
		return err
	}
	c, err := db.readers.take(ctx)
	if err != nil {
		return db.judge(err)
	}
	defer db.readers.put(c)
	return db.judge(read(c, fn))
}

func read(c *conn, fn func(*Tx) error) error {
	if _, err := c.exec("BEGIN"); err != nil {
		return err
	}
	tx := &Tx{conn: c, now: time.Now()}
	err := fn(tx)
	tx.conn = nil
	if _, end := c.exec("ROLLBACK"); err == nil {
		err = end
	}
	if err == nil {
		err = tx.trouble
	}
	return err
}

// judge gives errors of SQLite their sentence, and closes the store on those after which nothing it says could be relied on.
func (db *DB) judge(err error) error {
	err = told(db.path, err)
	if isFatal(err) {
		return db.queue.fail(err)
	}
	return err
}

// Close ends Run if it is still running, waits for it and for reads, and closes the file. Every later call but Close returns ErrClosed.
func (db *DB) Close() error {
	db.queue.close()
	db.queue.waitEnd()
	return db.close()
}

func (db *DB) closeAll() error {
	err := errors.Join(db.readers.close(), db.mover.close(), db.writer.close())
	if db.pool != nil {
		err = errors.Join(err, db.pool.Close())
	}
	if err != nil {
		return fmt.Errorf("close %s: %w", db.path, err)
	}
	return nil
}
