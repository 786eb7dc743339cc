package watch_test

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"sync"
	"testing"
	"time"

	"lanyard/internal/watch"
)

// ear keeps what a watcher told.
type ear struct {
	t *testing.T
	w *watch.Watcher

	mu   sync.Mutex
	told []watch.Event
	lost []error
	more chan struct{} // capacity 1: something was told
}

// listen watches folders until the test ends. With later, nothing is told before hear is called.
func listen(t *testing.T, dirs ...string) *ear {
	t.Helper()
	w, err := watch.New()
	if err != nil {
		t.Fatal(err)
	}
	e := &ear{t: t, w: w, more: make(chan struct{}, 1)}
	for _, dir := range dirs {
		e.add(dir)
	}
	return e
}

func (e *ear) add(dir string) {
	e.t.Helper()
	if err := e.w.Add(dir); err != nil {
		e.t.Fatal(err)
	}
}

// hear begins to take what is told, until the test ends.
func (e *ear) hear() *ear {
	ctx, cancel := context.WithCancel(e.t.Context())
	ended := make(chan error)
	go func() {
		ended <- e.w.Run(ctx, func(it watch.Event) { e.keep(func() { e.told = append(e.told, it) }) }, func(err error) { e.keep(func() { e.lost = append(e.lost, err) }) })
	}()
	e.t.Cleanup(func() {
		cancel()
		if err := <-ended; err != nil {
			e.t.Error(err)
		}
	})
	return e
}

func (e *ear) keep(put func()) {
	e.mu.Lock()
	defer e.mu.Unlock()
	put()
	select {
	case e.more <- struct{}{}:
	default:
	}
}

// until waits for a word that fits and returns it.
func (e *ear) until(what string, fits func(watch.Event) bool) {
	e.t.Helper()
	patience := time.After(time.Minute)
	for {
		e.mu.Lock()
		for _, it := range e.told {
			if fits(it) {
				e.mu.Unlock()
				return
			}
		}
		told := fmt.Sprint(e.told, e.lost)
		e.mu.Unlock()
		select {
		case <-e.more:
		case <-patience:
			e.t.Fatalf("nobody told that %s; what was told: %s", what, told)
		}
	}
}

// forget begins anew.
func (e *ear) forget() {
	e.mu.Lock()
	defer e.mu.Unlock()
	e.told = nil
}

func made(path string) func(watch.Event) bool {
	return func(it watch.Event) bool { return it.Path == path && it.Made }
}

func gone(path string) func(watch.Event) bool {
	return func(it watch.Event) bool { return it.Path == path && it.Gone }
}

func write(t *testing.T, path, text string) {
	t.Helper()
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(path, []byte(text), 0o644); err != nil {
		t.Fatal(err)
	}
}

func rename(t *testing.T, from, to string) {
	t.Helper()
	if err := os.Rename(from, to); err != nil {
		t.Fatal(err)
	}
}

// TestWhatHappens: what programs do with files in a watched folder is told.
func TestWhatHappens(t *testing.T) {
	dir := t.TempDir()
	file, second := filepath.Join(dir, "Größe.txt"), filepath.Join(dir, "second.txt")
	e := listen(t, dir)
	write(t, file, "before anybody hears")
	e.hear().until("it was made", made(file))
	e.forget()
	f, err := os.OpenFile(file, os.O_WRONLY|os.O_APPEND, 0)
	if err != nil {
		t.Fatal(err)
	}
	_, err = f.WriteString(" and more")
	if err := errors.Join(err, f.Close()); err != nil {
		t.Fatal(err)
	}
	e.until("it was written", func(it watch.Event) bool { return it.Path == file && it.Wrote })
	rename(t, file, second)
	e.until("its old name is gone", gone(file))
	e.until("its new name is there", made(second))
	e.forget()
	if err := os.Remove(second); err != nil {
		t.Fatal(err)
	}
	e.until("it was deleted", gone(second))
}

// TestBelow: what happens further down is told by the same watch where it is deep, else by one of its own.
func TestBelow(t *testing.T) {
	dir := t.TempDir()
	deep := filepath.Join(dir, "one", "two")
	write(t, filepath.Join(deep, "a.txt"), "a")
	e := listen(t, dir).hear()
	if !e.w.Deep() {
		e.add(deep)
	}
	write(t, filepath.Join(deep, "b.txt"), "b")
	e.until("a file was made two folders down", made(filepath.Join(deep, "b.txt")))
}

// TestMovedTree: a tree that is moved in is told by its uppermost name.
func TestMovedTree(t *testing.T) {
	dir, other := t.TempDir(), t.TempDir()
	write(t, filepath.Join(other, "tree", "below", "a.txt"), "a")
	e := listen(t, dir).hear()
	rename(t, filepath.Join(other, "tree"), filepath.Join(dir, "tree"))
	e.until("a folder has come", made(filepath.Join(dir, "tree")))
}

// TestRoot: the watched folder itself being moved away, and being deleted, is told; a new one in its place can be watched.
func TestRoot(t *testing.T) {
	above := t.TempDir()
	dir, away := filepath.Join(above, "Plans"), filepath.Join(above, "elsewhere")
	write(t, filepath.Join(dir, "a.txt"), "a")
	e := listen(t, dir).hear()
	rename(t, dir, away)
	e.until("the folder was moved", gone(dir))
	if err := e.w.Remove(dir); err != nil {
		t.Fatal(err)
	}
	e.forget()
	write(t, filepath.Join(dir, "b.txt"), "another folder")
	e.add(dir)
	write(t, filepath.Join(dir, "c.txt"), "c")
	e.until("a file was made in the new folder", made(filepath.Join(dir, "c.txt")))
	if err := os.RemoveAll(dir); err != nil {
		t.Fatal(err)
	}
	e.until("the folder was deleted", gone(dir))
}

// TestRemove: what is not watched any more is not told; to remove what is not watched does nothing.
func TestRemove(t *testing.T) {
	dir, other := t.TempDir(), t.TempDir()
	e := listen(t, dir, other).hear()
	for range 2 {
		if err := e.w.Remove(dir); err != nil {
			t.Fatal(err)
		}
	}
	write(t, filepath.Join(dir, "a.txt"), "nobody asks")
	write(t, filepath.Join(other, "b.txt"), "b")
	e.until("a file was made where it is watched", made(filepath.Join(other, "b.txt")))
	e.mu.Lock()
	defer e.mu.Unlock()
	for _, it := range e.told {
		if strings.HasPrefix(it.Path, dir) {
			t.Errorf("told of %+v", it)
		}
	}
}

// TestMissing: a folder that is not there cannot be watched, and the error says which.
func TestMissing(t *testing.T) {
	missing := filepath.Join(t.TempDir(), "missing")
	err := listen(t).hear().w.Add(missing)
	if !errors.Is(err, os.ErrNotExist) || !strings.Contains(err.Error(), missing) {
		t.Errorf("%v", err)
	}
}

// TestLost: when more happens than the system keeps, that is told, and what happens afterwards is heard again.
func TestLost(t *testing.T) {
	dir := t.TempDir()
	e := listen(t, dir)
	many, width := 2000, 100 // 64 KiB of names many times over
	if runtime.GOOS == "linux" {
		many, width = queueOf(t)+5000, 10
	}
	f := filepath.Join(dir, strings.Repeat("x", width))
	for range many / 2 {
		write(t, f, "")
		if err := os.Remove(f); err != nil {
			t.Fatal(err)
		}
	}
	e.hear().until("events were lost", func(watch.Event) bool { return len(e.lost) > 0 })
	e.mu.Lock()
	first := e.lost[0]
	e.mu.Unlock()
	if !errors.Is(first, watch.ErrLost) {
		t.Errorf("%v", first)
	}
	write(t, filepath.Join(dir, "after.txt"), "a")
	e.until("a file was made afterwards", made(filepath.Join(dir, "after.txt")))
}

// queueOf is how many events the system keeps.
func queueOf(t *testing.T) (n int) {
	text, err := os.ReadFile("/proc/sys/fs/inotify/max_queued_events")
	if err == nil {
		_, err = fmt.Sscan(string(text), &n)
	}
	if err != nil {
		t.Fatal(err)
	}
	return n
}

// TestEnds: Run returns with its context, at once when that has ended before.
func TestEnds(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	e := listen(t, t.TempDir(), t.TempDir())
	if err := e.w.Run(ctx, func(watch.Event) {}, func(error) {}); err != nil {
		t.Error(err)
	}
}
