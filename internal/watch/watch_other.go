//go:build !windows

package watch

import (
	"context"
	"errors"
	"fmt"
	"syscall"

	"github.com/fsnotify/fsnotify"
)

// queued is how many events wait in memory while they are being told; more wait in the system's own queue, which is bounded.
const queued = 1024

// Watcher hears what happens in the folders that were added to it.
type Watcher struct {
	fs    *fsnotify.Watcher
	files *budget
}

// New returns a watcher of nothing.
func New() (*Watcher, error) {
	fs, err := fsnotify.NewBufferedWatcher(queued)
	if err != nil {
		return nil, fmt.Errorf("ask the system to tell of changes: %w", limited(err))
	}
	return &Watcher{fs: fs, files: systemBudget()}, nil
}

// Deep reports whether a watch covers what lies deeper than directly in the folder.
func (w *Watcher) Deep() bool { return false }

// Run tells what happens until ctx ends: heard of an event, lost of an error, [ErrLost] among them. Both are called by one goroutine, in order.
func (w *Watcher) Run(ctx context.Context, heard func(Event), lost func(error)) error {
	for {
		select {
		case <-ctx.Done():
			return w.fs.Close()
		case e, open := <-w.fs.Events:
			if !open {
				return nil
			}
			it := told(e)
			w.files.count(it)
			heard(it)
		case err, open := <-w.fs.Errors:
			if !open {
				return nil
			}
			if errors.Is(err, fsnotify.ErrEventOverflow) {
				err = ErrLost
			}
			lost(err)
		}
	}
}

func told(e fsnotify.Event) Event {
	return Event{Path: e.Name, Made: e.Has(fsnotify.Create), Wrote: e.Has(fsnotify.Write), Gone: e.Has(fsnotify.Rename) || e.Has(fsnotify.Remove)}
}

// Add watches a folder. Errors: [ErrLimit], those of the file system.
func (w *Watcher) Add(dir string) error {
	if err := w.files.take(dir); err != nil {
		return fmt.Errorf("watch %s: %w", dir, limited(err))
	}
	if err := w.fs.Add(dir); err != nil {
		w.files.give(dir)
		return fmt.Errorf("watch %s: %w", dir, limited(err))
	}
	return nil
}

// Remove ends the watch of a folder. That there is none is no error: the system ends it with the folder.
func (w *Watcher) Remove(dir string) error {
	w.files.give(dir)
	if err := w.fs.Remove(dir); err != nil && !errors.Is(err, fsnotify.ErrNonExistentWatch) {
		return fmt.Errorf("watch %s no more: %w", dir, err)
	}
	return nil
}

// limited is err, as [ErrLimit] where it means that.
func limited(err error) error {
	if errors.Is(err, syscall.ENOSPC) || errors.Is(err, syscall.EMFILE) || errors.Is(err, syscall.ENFILE) {
		return fmt.Errorf("%w (%w)", ErrLimit, err)
	}
	return err
}
