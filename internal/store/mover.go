package store

import (
	"context"
	"errors"
	"time"
)

// After this many groups, or statements that change something, what is in the WAL is moved into the file: once nothing is written for a moment, as its waits for
// the disk hold up those of commits, or after many more.
const (
	groupsPerMove  = 64
	changesPerMove = 1000
	mostGroups     = 512
	mostChanges    = 4000
)

// catchUps is how often the mover goes after what was committed while it moved: only a WAL of which everything is moved starts anew, and writing over it costs
// the disk less than making it longer.
const catchUps = 3

// cutAgain is how long the mover lets those read who are in the way of cutting the files.
const cutAgain = time.Second

// movePace counts towards the next move. It counts statements and not bytes, which SQLite does not tell.
type movePace struct{ groups, changes int }

// moveKind says what the mover is asked for.
type moveKind bool

const (
	movePart  moveKind = false // move what can be
	moveEmpty moveKind = true  // and cut both files to what they hold
)

// ask notes a group, and has the mover move if it cannot wait for a rest.
func (p *movePace) ask(due chan<- moveKind, changes int) {
	p.groups++
	p.changes += changes
	if p.groups >= mostGroups || p.changes >= mostChanges {
		p.begin(due)
	}
}

// rest has the mover move if there is something to move while nobody writes.
func (p *movePace) rest(due chan<- moveKind) {
	if p.groups >= groupsPerMove || p.changes >= changesPerMove {
		p.begin(due)
	}
}

func (p *movePace) begin(due chan<- moveKind) {
	*p = movePace{}
	select {
	case due <- movePart:
	default: // one is under way or waits already
	}
}

// askToEmpty has the mover cut the files. It is for the writer alone, which is the only one to ask.
func (p *movePace) askToEmpty(due chan moveKind) {
	select {
	case <-due:
	default:
	}
	due <- moveEmpty
}

// moveLoop checkpoints on its own connection, beside the writer: a passive checkpoint makes nobody wait. The WAL starts anew when the
// mover has caught up; should it fall behind for long, SQLite checkpoints inside a commit (see lastResort). The files are cut when nobody reads what is cut
// off, which is tried again until it is so: the mover never waits with a lock in its hand.
func (db *DB) moveLoop(ctx context.Context, due <-chan moveKind) {
	var again <-chan time.Time
	empty := false
	for {
		select {
		case <-ctx.Done():
			return
		case kind := <-due:
			empty = empty || kind == moveEmpty
		case <-again:
		}
		busy, err := db.move(empty)
		if err != nil && !isFatal(err) { // a fatal one is what Run returns
			db.log.Warn("database: commits stay in the WAL for now", "file", db.path, "err", err)
		}
		if empty = empty && busy; empty {
			again = time.After(cutAgain)
		}
	}
}

// move reports whether somebody was in the way of cutting the files.
func (db *DB) move(empty bool) (busy bool, err error) {
	for range catchUps {
		var left int
		if left, _, err = db.mover.checkpoint("PRAGMA wal_checkpoint(PASSIVE)"); left == 0 || err != nil {
			break
		}
	}
	if err == nil && empty {
		busy, err = db.cut()
	}
	return busy, db.judge(err)
}

// cut cuts both files to what they hold. SQLite keeps writers out meanwhile, and lets them wait for two seconds (busyTimeout); a slow disk takes longer for some
// gigabytes. So the two take turns here.
func (db *DB) cut() (busy bool, err error) {
	db.turn.Lock()
	defer db.turn.Unlock()
	_, busy, err = db.mover.checkpoint("PRAGMA wal_checkpoint(TRUNCATE)")
	return busy, err
}

// moveAll empties the WAL at the end. With a full disk it stays as it is and is read at the next start.
func (db *DB) moveAll() error {
	_, _, err := db.writer.checkpoint("PRAGMA wal_checkpoint(TRUNCATE)")
	err = db.judge(err)
	if errors.Is(err, ErrFull) || errors.Is(err, ErrLocked) {
		db.log.Warn("database: commits stay in the WAL until the next start", "file", db.path, "err", err)
		return nil
	}
	return err
}

// checkpoint returns how many pages stay in the WAL that are not moved, and whether somebody was in the way.
func (c *conn) checkpoint(pragma string) (left int, busy bool, err error) {
	var frames, moved int
	err = c.queryRow(pragma).Scan(&busy, &frames, &moved)
	return frames - moved, busy, err
}
