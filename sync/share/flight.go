package share

import (
	"context"
	"fmt"
	"runtime"
	"sync"

	"lanyard/internal/tree"
	"lanyard/sync/index"
)

// flight is a batch that is done on disk and is being made durable and stored, while the worker does the next one. There is one at most. It lands before
// the worker asks the database about anything that it may change.
type flight struct {
	b    *applying
	done chan error // capacity 1
}

// launch makes a batch durable and stores it: beside, when it is only of new files and storing it needs nothing of the worker's.
func (w *worker) launch(ctx context.Context, b *applying) error {
	if err := w.land(); err != nil {
		return err
	}
	if len(b.publish) > 0 || !b.plain {
		if err := b.store(ctx); err != nil {
			return err
		}
		b.tell()
		return nil
	}
	f := &flight{b: b, done: make(chan error, 1)}
	w.flight = f
	go func() { f.done <- b.store(ctx) }()
	return nil
}

// land waits for the batch in flight and passes on what has become true.
func (w *worker) land() error {
	f := w.flight
	if f == nil {
		return nil
	}
	w.flight = nil
	if err := <-f.done; err != nil {
		return err
	}
	f.b.tell()
	return nil
}

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
	var ours []index.Action
	contents := map[index.Hash]bool{}
	for _, a := range acts {
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
				results[i].stat, results[i].err = b.placeBytes(a, b.w.wants.content[a.Want.Content])
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
	in, err := b.fromMemory(a.Want, bytes)
	if err != nil {
		return tree.Stat{}, err
	}
	return b.placeIncoming(a, in)
}
