package store

import (
	"context"
	"errors"
)

// After this many groups, or statements that change something, what is in the WAL is moved into the file.
const (
	groupsPerMove  = 64
	changesPerMove = 1000
)

// movePace counts towards the next move. It counts statements and not bytes, which SQLite does not tell.
type movePace struct{ groups, changes int }

func (p *movePace) due(changes int) bool {
	p.groups++
	p.changes += changes
	if p.groups < groupsPerMove && p.changes < changesPerMove {
		return false
	}
	*p = movePace{}
	return true
}

// moveLoop checkpoints on its own connection, beside the writer: a passive checkpoint makes nobody wait. The WAL starts anew when the
// mover has caught up; should it fall behind for long, SQLite checkpoints inside a commit (see lastResort).
func (db *DB) moveLoop(ctx context.Context, due <-chan struct{}) {
	for {
		select {
		case <-ctx.Done():
			return
		case <-due:
		}
		err := db.judge(db.mover.checkpoint("PRAGMA wal_checkpoint(PASSIVE)"))
		if err != nil && !isFatal(err) { // a fatal one is what Run returns
			db.log.Warn("database: commits stay in the WAL for now", "file", db.path, "err", err)
		}
	}
}

// moveAll empties the WAL at the end. With a full disk it stays as it is and is read at the next start.
func (db *DB) moveAll() error {
	err := db.judge(db.writer.checkpoint("PRAGMA wal_checkpoint(TRUNCATE)"))
	if errors.Is(err, ErrFull) || errors.Is(err, ErrLocked) {
		db.log.Warn("database: commits stay in the WAL until the next start", "file", db.path, "err", err)
		return nil
	}
	return err
}

func (c *conn) checkpoint(pragma string) error {
	var busy, frames, moved int
	return c.queryRow(pragma).Scan(&busy, &frames, &moved)
}
