package share

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"runtime"
	"sync"

	"lanyard/internal/tree"
	"lanyard/sync/index"
)

// flight is what was done on disk and is being made durable and stored while the worker goes on. There is one at most, and batches of new files wait for
// it together (due): writing out much at once costs the disk less. All lands before the worker rests, and before it asks the database about anything that
// they may change.
type flight struct {
	b    *applying
	done chan error // capacity 1
}

// flightFiles is from how many new files on they are made durable and stored while more come; maxDue is how many may wait for that.
const (
	flightFiles = 1024
	maxDue      = 8192
)

// launch makes a batch durable and stores it: beside, when it is only of new files and storing it needs nothing of the worker's.
func (w *worker) launch(ctx context.Context, b *applying) error {
	if len(b.publish) == 0 && b.plain {
		w.due = w.due.join(b)
		if w.due.files < flightFiles || w.airborne() && w.due.files < maxDue {
			return nil
		}
		return w.depart(ctx)
	}
	if err := w.land(ctx); err != nil {
		return err
	}
	if err := b.store(ctx); err != nil {
		return err
	}
	b.tell()
	return nil
}

// join returns both batches as one; a may be nil.
func (a *applying) join(b *applying) *applying {
	if a == nil {
		return b
	}
	maps.Copy(a.paths, b.paths)
	a.rows, a.drop, a.displaced = append(a.rows, b.rows...), append(a.drop, b.drop...), append(a.displaced, b.displaced...)
	a.notices, a.lists, a.born = append(a.notices, b.notices...), append(a.lists, b.lists...), append(a.born, b.born...)
	a.files, a.bytes, a.came = a.files+b.files, a.bytes+b.bytes, append(a.came, b.came...)
	return a
}

// depart stores what is due, once what departed before has landed.
func (w *worker) depart(ctx context.Context) error {
	if err := w.arrive(); err != nil || w.due == nil {
		return err
	}
	f := &flight{b: w.due, done: make(chan error, 1)}
	w.flight, w.due = f, nil
	go func() { f.done <- f.b.store(ctx) }()
	return nil
}

// arrive waits for the flight and passes on what has become true.
func (w *worker) arrive() error {
	if w.flight == nil {
		return nil
	}
	return w.landed(<-w.flight.done)
}

func (w *worker) landed(err error) error {
	b := w.flight.b
	w.flight = nil
	if err != nil {
		return err
	}
	b.tell()
	return nil
}

// land waits until everything that was done is stored.
func (w *worker) land(ctx context.Context) error {
	departed := w.depart(ctx)
	return errors.Join(departed, w.arrive())
}

// approach has what is due stored, and waits until that is done or there is something else to do: a fetch that goes on meanwhile must not wait for the disk.
func (w *worker) approach(ctx context.Context) error {
	if w.flight == nil {
		if err := w.depart(ctx); err != nil {
			return err
		}
	}
	select {
	case err := <-w.flight.done:
		return w.landed(err)
	case a := <-w.s.arrive:
		w.arrived(a)
	case <-w.s.wake:
	}
	return nil
}

// airborne reports whether a flight is still under way.
func (w *worker) airborne() bool { return w.flight != nil && len(w.flight.done) == 0 }

// aloft reports whether something done is not stored yet.
func (w *worker) aloft() bool { return w.flight != nil || w.due != nil }

// plain reports whether the paths are only those of new files that wait for their first content, which nothing in flight can concern.
func (w *worker) plain(paths []index.Path) bool {
	for _, p := range paths {
		if _, ok := w.fresh[p]; !ok {
			return false
		}
	}
	return true
}

// store makes what was done durable and stores it.
func (b *applying) store(ctx context.Context) error {
	if b.w.s.mutant() == unflushed {
		return b.commit(ctx)
	}
	if err := b.w.s.tree.Flush(ctx); err != nil {
		return fmt.Errorf("make changes durable: %w", err)
	}
	return b.commit(ctx)
}

// setDown is a file that was put in place ahead of its turn, or why it was not.
type setDown struct {
	stat tree.Stat
	err  error
}

// placeMany puts new small files in place, several at a time. Its acts stand in the order of a plan from the first Place on, so that whatever makes room
// for one of them is done.
func (b *applying) placeMany(acts []index.Action) {
	ours := make([]*index.Action, 0, len(acts))
	contents := make(map[index.Hash]bool, len(acts))
	for i := range acts {
		a := &acts[i]
		_, here := b.w.wants.content[a.Want.Content]
		if a.Verb == index.Place && here && !contents[a.Want.Content] && !b.paths[a.Path].failed {
			contents[a.Want.Content] = true // of two files with one content the second is placed in its turn
			ours = append(ours, a)
		}
	}
	if len(ours) <= fewPaths {
		return
	}
	results := make([]setDown, len(ours))
	var all sync.WaitGroup
	each := (len(ours) + runtime.GOMAXPROCS(0) - 1) / runtime.GOMAXPROCS(0)
	for from := 0; from < len(ours); from += each {
		all.Go(func() {
			for i := from; i < min(from+each, len(ours)); i++ {
				a := ours[i]
				results[i].stat, results[i].err = b.placeBytes(*a, b.w.wants.content[a.Want.Content])
			}
		})
	}
	all.Wait()
	b.down = make(map[index.Path]setDown, len(ours))
	for i, a := range ours {
		b.down[a.Path] = results[i]
	}
}

func (b *applying) placeBytes(a index.Action, bytes []byte) (tree.Stat, error) {
	return b.w.s.tree.PlaceSmall(incomingName(a.Want.Content), string(a.Path), bytes, a.Want.Mtime, a.Want.Exec)
}
