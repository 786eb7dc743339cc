package share

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"time"

	"lanyard/internal/identity"
	"lanyard/internal/name"
	"lanyard/internal/store"
	"lanyard/internal/tree"
	"lanyard/sync/index"
)

// A program that has a file open goes on writing to it when it has been replaced or deleted: what it saves then is in the trash, where nobody looks.
// So each thing in the trash is looked at again some times, and before it is purged; one that was written to comes back to light.

// lateLooks are the times after a displacement at which the trash is looked at again.
var lateLooks = [...]time.Duration{time.Minute, 10 * time.Minute, time.Hour, 24 * time.Hour}

// lateTable keeps what lies in the trash as it was when it got there. due is when to look next (ms), 0 when only before purging; peer, name, time and zone
// are the writer of what has its name now.
const lateTable = `
CREATE TABLE late (trash TEXT PRIMARY KEY, path TEXT NOT NULL, content BLOB NOT NULL, size INTEGER NOT NULL, mtime INTEGER NOT NULL, at INTEGER NOT NULL,
	due INTEGER NOT NULL, peer BLOB NOT NULL, name TEXT NOT NULL, time INTEGER NOT NULL, zone INTEGER NOT NULL) WITHOUT ROWID;
CREATE INDEX late_due ON late (due) WHERE due > 0;`

// late is a thing in the trash into which something may be written.
type late struct {
	id      tree.TrashID
	path    index.Path
	content index.Hash
	size    int64
	mtime   int64
	at      time.Time
	winner  index.Writer // of what displaced it
}

// nextLook returns when a thing that was displaced at a time is to be looked at next, after now; zero when no look is left.
func nextLook(at, now time.Time) time.Time {
	for _, after := range lateLooks {
		if due := at.Add(after); due.After(now) {
			return due
		}
	}
	return time.Time{}
}

func milli(t time.Time) int64 {
	if t.IsZero() {
		return 0
	}
	return t.UnixMilli()
}

func saveLate(tx *store.Tx, d displacement) error {
	now := tx.Now()
	_, err := tx.Exec(`INSERT OR REPLACE INTO late VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`, string(d.id), string(d.path), d.content[:], d.size, d.mtime,
		now.UnixMilli(), milli(nextLook(now, now)), d.winner.Peer, d.winner.Name, d.winner.Time, d.winner.Zone)
	return err
}

// forgetTrash forgets what left the trash.
func forgetTrash(tx *store.Tx, id tree.TrashID) error {
	_, err := tx.Exec(`DELETE FROM displaced WHERE trash = ?`, string(id))
	if err == nil {
		_, err = tx.Exec(`DELETE FROM late WHERE trash = ?`, string(id))
	}
	return err
}

func lateWhere(tx *store.Tx, where string, args ...any) ([]late, error) {
	rows, err := tx.Query(`SELECT trash, path, content, size, mtime, at, peer, name, time, zone FROM late `+where, args...)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	var out []late
	for rows.Next() {
		var l late
		var id, path string
		var content, peer []byte
		var at int64
		if err := rows.Scan(&id, &path, &content, &l.size, &l.mtime, &at, &peer, &l.winner.Name, &l.winner.Time, &l.winner.Zone); err != nil {
			return nil, err
		}
		l.id, l.path, l.at = tree.TrashID(id), index.Path(path), time.UnixMilli(at)
		copy(l.content[:], content)
		l.winner.Peer = identity.PeerID(peer)
		out = append(out, l)
	}
	return out, rows.Err()
}

// loadLate reads when the trash is to be looked at next.
func (w *worker) loadLate(tx *store.Tx) error {
	var due *int64
	if err := tx.QueryRow(`SELECT min(due) FROM late WHERE due > 0`).Scan(&due); err != nil {
		return fmt.Errorf("read when to look at the trash: %w", err)
	}
	w.late = time.Time{}
	if due != nil {
		w.late = time.UnixMilli(*due)
	}
	return nil
}

// displacedNow notes that something got into the trash.
func (w *worker) displacedNow() {
	if first := time.Now().Add(lateLooks[0]); w.late.IsZero() || first.Before(w.late) {
		w.late = first
	}
}

// lookAtTrash looks at what is due in the trash.
func (w *worker) lookAtTrash(ctx context.Context) error {
	now := time.Now()
	if w.late.IsZero() || w.late.After(now) || !w.joined {
		return nil
	}
	var due []late
	err := w.s.db.Read(ctx, func(tx *store.Tx) (err error) {
		due, err = lateWhere(tx, `WHERE due > 0 AND due <= ? LIMIT ?`, now.UnixMilli(), scanBatch)
		return err
	})
	if err != nil {
		return fmt.Errorf("read what to look at in the trash: %w", err)
	}
	return w.lookAtLate(ctx, due, now)
}

// lookAtLate brings to light what was written to, and notes when to look at the rest.
func (w *worker) lookAtLate(ctx context.Context, list []late, now time.Time) error {
	var gone, again []late
	for _, l := range list {
		written, err := w.lateWritten(ctx, l)
		if err == nil && written {
			err = w.surface(ctx, l)
		}
		switch {
		case ctx.Err() != nil:
			return ctx.Err()
		case errors.Is(err, fs.ErrNotExist), err == nil && written:
			gone = append(gone, l)
		case err != nil:
			w.s.log.Warn("a file in the trash that may have been written to could not be brought back; it is tried again", "share", w.s.id, "path", string(l.path), "error", err)
			fallthrough
		default:
			again = append(again, l)
		}
	}
	return w.s.db.Write(ctx, func(tx *store.Tx) error {
		for _, l := range gone {
			if err := forgetTrash(tx, l.id); err != nil {
				return err
			}
		}
		for _, l := range again {
			if _, err := tx.Exec(`UPDATE late SET due = ? WHERE trash = ?`, milli(nextLook(l.at, now)), string(l.id)); err != nil {
				return err
			}
		}
		return w.loadLate(tx)
	})
}

// lateWritten reports whether something else lies in the trash than was put there.
func (w *worker) lateWritten(ctx context.Context, l late) (bool, error) {
	s, err := w.s.tree.TrashStat(l.id)
	if err != nil || s.Kind != tree.KindFile || s.Size == l.size && s.Mtime == l.mtime {
		return false, err
	}
	f, err := w.s.tree.TrashRead(l.id)
	if err != nil {
		return false, err
	}
	defer f.Close()
	h, err := hashFile(ctx, f, s.Size)
	return h != l.content, err // the same bytes written once more are no change
}

// surface moves a thing out of the trash to where people see it: back to its name if nothing has that now, else beside it as the copy of a conflict. A
// program that still writes to it goes on writing there, which is then a change as any other.
func (w *worker) surface(ctx context.Context, l late) error {
	free, err := w.vacant(ctx, l.path)
	if err != nil {
		return err
	}
	to, how := l.path, broughtBack{back: true}
	if !free {
		to = index.Path(name.Conflict(string(l.path), w.self().Name, time.Now().Format("2006-01-02 15.04.05"), []byte(l.id)))
		how = broughtBack{beside: &index.Beside{Path: l.path, Loser: w.writer(), Winner: l.winner}}
	}
	p, _, err := w.s.tree.Restore(l.id, string(to))
	if err != nil {
		return fmt.Errorf("bring back what was written to %q in the trash: %w", l.path, err)
	}
	w.aside[index.Path(p)] = how
	w.settle.again(index.Path(p), time.Now(), quietWrite) // should it be written to just now, it is published when that has ended
	if err := w.s.tree.Flush(ctx); err != nil {
		return err
	}
	w.s.log.Info("a program has written to a file after it was replaced or deleted; it is back", "share", w.s.id, "path", p)
	return nil
}

// broughtBack says how something came to its name by our hand that is a person's own to publish.
type broughtBack struct {
	beside *index.Beside // beside what has its name
	back   bool          // to its own name
	local  bool          // it was on this machine only
}

// vacant reports whether nothing has a name, now and when all is applied.
func (w *worker) vacant(ctx context.Context, p index.Path) (bool, error) {
	if _, err := w.s.tree.Lstat(string(p)); !errors.Is(err, fs.ErrNotExist) {
		return false, err
	}
	var view index.View
	err := w.s.db.Read(ctx, func(tx *store.Tx) error {
		all, err := allBranches(tx)
		if err == nil {
			view, _, err = look(tx, namesOf(all), p)
		}
		return err
	})
	return !view.Kind.Live(), err
}

// spare keeps from being purged what was written to since it was last looked at, and has it looked at.
func (w *worker) spare(ctx context.Context, found *[]late) func(tree.Trashed) bool {
	return func(t tree.Trashed) bool {
		var list []late
		err := w.s.db.Read(ctx, func(tx *store.Tx) (err error) {
			list, err = lateWhere(tx, `WHERE trash = ?`, string(t.ID))
			return err
		})
		if err != nil {
			return true // what cannot be compared stays
		}
		for _, l := range list {
			if written, err := w.lateWritten(ctx, l); err != nil || written {
				*found = append(*found, l)
				return true
			}
		}
		return false
	}
}
