package share

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"path/filepath"
	"strings"
	"sync"
	"time"

	"lanyard/internal/chunk"
	"lanyard/internal/peer"
	"lanyard/internal/store"
	"lanyard/internal/tree"
	"lanyard/internal/watch"
	"lanyard/sync/index"
)

// QuietDelete is how long a file is away before it counts as deleted.
const QuietDelete = quietDelete

// Look has a share look at its whole folder now: a disk in memory tells nobody what happens on it.
func Look(e *Engine, id ID) {
	if s := e.shareOf(id); s != nil {
		s.tell(func(in *inbox) { in.all = true })
	}
}

// NextLook returns how long it is until a share looks at its whole folder by itself.
func NextLook(ctx context.Context, e *Engine, id ID) (rest time.Duration, err error) {
	s := e.shareOf(id)
	if s == nil {
		return 0, errUnknown
	}
	err = s.order(ctx, func(_ context.Context, w *worker) error {
		rest = time.Until(w.check)
		return nil
	})
	return rest, err
}

// Deaf ends all watches of a share, so that what happens next is not heard.
func Deaf(ctx context.Context, e *Engine, id ID) error {
	s := e.shareOf(id)
	if s == nil {
		return errUnknown
	}
	return s.order(ctx, func(context.Context, *worker) error {
		e.watcher.mu.Lock()
		defer e.watcher.mu.Unlock()
		e.watcher.unwatchLocked(s.root)
		return nil
	})
}

// Overflow says to the engine what the system says when it has lost events.
func Overflow(e *Engine) { e.watcher.lost(watch.ErrLost) }

// Freeze copies the databases of a profile, as they are at one instant, to another profile, and calls at while no commit can happen.
func Freeze(e *Engine, id ID, from, to string, at func()) error {
	s := e.shareOf(id)
	if s == nil {
		return errUnknown
	}
	return s.db.Write(context.Background(), func(*store.Tx) error {
		file := filepath.Join("shares", id.String()+".db")
		err := copyDB(filepath.Join(from, file), filepath.Join(to, file))
		if err == nil {
			err = copyDB(filepath.Join(from, "lanyard.db"), filepath.Join(to, "lanyard.db"))
		}
		if err == nil {
			at()
		}
		return err
	})
}

func copyDB(from, to string) error {
	db, err := sql.Open("sqlite", from)
	if err != nil {
		return err
	}
	_, err = db.Exec(`VACUUM INTO ?`, to)
	return errors.Join(err, db.Close())
}

// Pending describes the paths that wait, for the report of a test that has failed.
func Pending(e *Engine, id ID) string {
	s := e.shareOf(id)
	if s == nil {
		return "not at work\n"
	}
	var b strings.Builder
	err := s.db.Read(context.Background(), func(tx *store.Tx) error {
		all, err := allBranches(tx)
		if err != nil {
			return err
		}
		paths, err := pendingPaths(tx)
		if err != nil {
			return err
		}
		for _, p := range paths {
			view, hs, err := look(tx, namesOf(all), p)
			if err != nil {
				return err
			}
			r, err := rowAt(tx, p)
			if err != nil {
				return err
			}
			fmt.Fprintf(&b, "pending %s: %s with %d heads and %d conflicts", p, view.Kind, len(hs), len(view.Conflicts))
			for _, h := range hs {
				fmt.Fprintf(&b, "; %s %x by %s", h.Kind, h.Content[:4], h.Author)
			}
			for _, c := range view.Conflicts {
				known, err := copyState(tx, c)
				fmt.Fprintf(&b, "; copy %s %+v %v", c.Copy, known, err)
			}
			if r != nil {
				fmt.Fprintf(&b, "; row %s %x", r.Kind, r.Content[:4])
			}
			fmt.Fprintln(&b)
		}
		return nil
	})
	fmt.Fprintln(&b, err)
	return b.String()
}

// Hint says to a share what a watcher says when something happened at a path; it returns when that was looked at.
func Hint(ctx context.Context, e *Engine, id ID, p string) error {
	s := e.shareOf(id)
	if s == nil {
		return errUnknown
	}
	s.hint(event{path: index.Path(p), made: true, at: time.Now()})
	for round := 0; ; round++ { // the first order may be heard before the hint
		var open bool
		err := s.order(ctx, func(_ context.Context, w *worker) error {
			open = w.settle.hints[index.Path(p)] != nil || len(w.settle.gone) > 0
			return nil
		})
		if err != nil || !open && round > 0 {
			return err
		}
		time.Sleep(20 * time.Millisecond)
	}
}

// Named returns which path of a share lies at a place on its disk.
func Named(e *Engine, id ID, disk string) string {
	if s := e.shareOf(id); s != nil {
		return s.tree.Named(disk)
	}
	return disk
}

// Published returns of how many files and folders the rows of a share speak, and how many bytes they have.
func Published(ctx context.Context, e *Engine, id ID) (n, size int) {
	s := e.shareOf(id)
	if s == nil {
		return -1, 0
	}
	err := s.db.Read(ctx, func(tx *store.Tx) error {
		return tx.QueryRow(`SELECT count(*), ifnull(sum(size), 0) FROM disk WHERE kind < 3`).Scan(&n, &size)
	})
	if err != nil {
		return -1, 0
	}
	return n, size
}

// Miscounted says by how much the number of files and bytes that a share keeps differs from what its rows say; "" when it does not.
func Miscounted(ctx context.Context, e *Engine, id ID) (wrong string, err error) {
	s := e.shareOf(id)
	if s == nil {
		return "", nil
	}
	err = s.order(ctx, func(ctx context.Context, w *worker) error {
		kept := s.total
		err := w.recount(ctx)
		if err == nil && s.total != kept {
			wrong = fmt.Sprintf("%+v are kept, %+v counted", kept, s.total)
		}
		return err
	})
	return wrong, err
}

// Frame is what a desk says of a share's members now, to be said again later.
type Frame struct{ frame membersFrame }

// InvitationNow returns the invitation that a desk would send now.
func InvitationNow(e *Engine, id ID) Frame {
	f, _ := e.folder(id)
	return Frame{membersFrame{Share: id, List: f.members.signed.Body, Signature: f.members.signed.Signature, Answers: f.members.signedAnswers()}}
}

// Arrives has a desk take an invitation that comes over a link.
func Arrives(ctx context.Context, e *Engine, l *peer.Link, f Frame) error {
	return e.invited(ctx, l, f.frame)
}

// Age has a share believe that what lies in its trash got there earlier than it did.
func Age(ctx context.Context, e *Engine, id ID, by time.Duration) error {
	s := e.shareOf(id)
	if s == nil {
		return errUnknown
	}
	return s.order(ctx, func(ctx context.Context, w *worker) error {
		return s.db.Write(ctx, func(tx *store.Tx) error {
			if _, err := tx.Exec(`UPDATE late SET at = at - ?1, due = max(due - ?1, 1) WHERE due > 0`, by.Milliseconds()); err != nil {
				return err
			}
			return w.loadLate(tx)
		})
	})
}

// Watched returns how many things in the trash will be looked at again.
func Watched(ctx context.Context, e *Engine, id ID) (n int, err error) {
	s := e.shareOf(id)
	if s == nil {
		return 0, errUnknown
	}
	err = s.db.Read(ctx, func(tx *store.Tx) error { return tx.QueryRow(`SELECT count(*) FROM late WHERE due > 0`).Scan(&n) })
	return n, err
}

// PurgeAll purges the trash of a share as if everything in it were old.
func PurgeAll(ctx context.Context, e *Engine, id ID) error {
	s := e.shareOf(id)
	if s == nil {
		return errUnknown
	}
	return s.order(ctx, func(ctx context.Context, w *worker) error { return w.purgeBy(ctx, tree.Policy{}) })
}

// Round has a share do one round in which nothing is to be done, and returns how long it took and when the next one is due.
func Round(ctx context.Context, e *Engine, id ID) (took, next time.Duration, err error) {
	s := e.shareOf(id)
	if s == nil {
		return 0, 0, errUnknown
	}
	err = s.order(ctx, func(ctx context.Context, w *worker) error {
		begin := time.Now()
		err := w.turn(ctx)
		took, next = time.Since(begin), time.Until(w.next())
		return err
	})
	return took, next, err
}

// Shows returns what a share's records say that stands at a path.
func Shows(e *Engine, id ID, p index.Path) index.Kind {
	s := e.shareOf(id)
	if s == nil {
		return index.None
	}
	var view index.View
	err := s.db.Read(context.Background(), func(tx *store.Tx) error {
		all, err := allBranches(tx)
		if err == nil {
			view, _, err = look(tx, namesOf(all), p)
		}
		return err
	})
	if err != nil {
		return index.None
	}
	return view.Kind
}

// Orphan writes into the rows that a folder is gone, and leaves the rows of what lies in it.
func Orphan(ctx context.Context, e *Engine, id ID, dir index.Path) error {
	s := e.shareOf(id)
	if s == nil {
		return errUnknown
	}
	return s.db.Write(ctx, func(tx *store.Tx) error {
		r, err := rowAt(tx, dir)
		if err != nil {
			return err
		}
		return saveRows(tx, []row{tombRow(dir, r.Seen)})
	})
}

// Together has a share's worker find in one inbox what came during a time in which it was kept busy, and then an order to publish what lies at a path.
func Together(ctx context.Context, e *Engine, id ID, p index.Path, meanwhile func(came func() bool)) error {
	s := e.shareOf(id)
	if s == nil {
		return errUnknown
	}
	begun, goOn := make(chan struct{}), make(chan struct{})
	s.tell(func(in *inbox) {
		in.orders = append(in.orders, func(context.Context, *worker) { close(begun); <-goOn })
	})
	<-begun
	release := sync.OnceFunc(func() { close(goOn) })
	defer release() // when the test fails meanwhile
	meanwhile(func() bool {
		s.mu.Lock()
		defer s.mu.Unlock()
		_, ok := s.inbox.fresh[p]
		return ok
	})
	done := make(chan error, 1)
	s.tell(func(in *inbox) {
		in.orders = append(in.orders, func(ctx context.Context, w *worker) {
			at, err := s.tree.Lstat(string(p))
			if err == nil {
				err = w.publish(ctx, []finding{w.finding(p, at, nil)})
			}
			done <- err
		})
	})
	release()
	return <-done
}

// Relocate writes into a profile's database, which nobody has open, that its shares lie elsewhere.
func Relocate(profile, to string) error {
	db, err := sql.Open("sqlite", profile)
	if err != nil {
		return err
	}
	_, err = db.Exec(`UPDATE share SET path = ? WHERE path <> ''`, to)
	return errors.Join(err, db.Close())
}

// CountRows returns how many rows a table of a share has.
func CountRows(ctx context.Context, e *Engine, id ID, table string) (n int, err error) {
	s := e.shareOf(id)
	if s == nil {
		return 0, errUnknown
	}
	err = s.db.Read(ctx, func(tx *store.Tx) error { return tx.QueryRow(`SELECT count(*) FROM ` + table).Scan(&n) })
	return n, err
}

// Lists returns how many contents' chunks a share knows, and of how many of them nothing lies here.
func Lists(ctx context.Context, e *Engine, id ID) (known, stale int, err error) {
	s := e.shareOf(id)
	if s == nil {
		return 0, 0, errUnknown
	}
	err = s.db.Read(ctx, func(tx *store.Tx) error {
		return tx.QueryRow(`SELECT count(*), ifnull(sum(`+bereft+`), 0) FROM chunks`).Scan(&known, &stale)
	})
	return known, stale, err
}

// ForgetLists has a share know no chunks, as one that was made before there were any.
func ForgetLists(ctx context.Context, e *Engine, id ID) error {
	return withDB(ctx, e, id, func(tx *store.Tx) error {
		_, err := tx.Exec(`DELETE FROM chunks`)
		return err
	})
}

// FalsifyLists changes every list that a share knows.
func FalsifyLists(ctx context.Context, e *Engine, id ID, change func(chunk.List) chunk.List) error {
	return withDB(ctx, e, id, func(tx *store.Tx) error {
		rows, err := tx.Query(`SELECT content FROM chunks`)
		if err != nil {
			return err
		}
		var contents []index.Hash
		for rows.Next() {
			var b []byte
			if err := rows.Scan(&b); err != nil {
				return errors.Join(err, rows.Close())
			}
			contents = append(contents, index.Hash(b))
		}
		if err := errors.Join(rows.Err(), rows.Close()); err != nil {
			return err
		}
		for _, c := range contents {
			list, err := listAt(tx, c)
			if err != nil {
				return err
			}
			if _, err := tx.Exec(`UPDATE chunks SET list = ? WHERE content = ?`, change(list).Encode(), c[:]); err != nil {
				return err
			}
		}
		return nil
	})
}

func withDB(ctx context.Context, e *Engine, id ID, do func(*store.Tx) error) error {
	s := e.shareOf(id)
	if s == nil {
		return errUnknown
	}
	return s.db.Write(ctx, do)
}

// Remembered returns how many deletions a share still remembers.
func Remembered(e *Engine, id ID) (n int) {
	s := e.shareOf(id)
	if s == nil {
		return -1
	}
	err := s.db.Read(context.Background(), func(tx *store.Tx) error {
		return tx.QueryRow(`SELECT count(*) FROM record WHERE kind = 3`).Scan(&n)
	})
	if err != nil {
		return -1
	}
	return n
}

// HeadsAt returns how many versions of a path nothing has superseded.
func HeadsAt(e *Engine, id ID, p index.Path) (n int) {
	s := e.shareOf(id)
	if s == nil {
		return -1
	}
	err := s.db.Read(context.Background(), func(tx *store.Tx) error {
		return tx.QueryRow(`SELECT count(*) FROM record WHERE path = ?`, string(p)).Scan(&n)
	})
	if err != nil {
		return -1
	}
	return n
}

// SeenAt returns what the only version of a path had seen of it.
func SeenAt(e *Engine, id ID, p index.Path) (seen index.Context, err error) {
	s := e.shareOf(id)
	if s == nil {
		return nil, errUnknown
	}
	err = s.db.Read(context.Background(), func(tx *store.Tx) error {
		all, err := allBranches(tx)
		if err != nil {
			return err
		}
		hs, err := headsAt(tx, namesOf(all), p)
		if err == nil && len(hs) != 1 {
			err = errors.New("there is not one version")
		}
		if err == nil {
			seen = hs[0].Context
		}
		return err
	})
	return seen, err
}

// Deletion returns the record by which a path is deleted.
func Deletion(e *Engine, id ID, p index.Path) (d index.Dot, err error) {
	s := e.shareOf(id)
	if s == nil {
		return d, errUnknown
	}
	err = s.db.Read(context.Background(), func(tx *store.Tx) error {
		all, err := allBranches(tx)
		if err != nil {
			return err
		}
		hs, err := headsAt(tx, namesOf(all), p)
		if err == nil && (len(hs) != 1 || hs[0].Kind != index.Tombstone) {
			err = errors.New("it is not deleted")
		}
		if err == nil {
			d = hs[0].Dot
		}
		return err
	})
	return d, err
}
