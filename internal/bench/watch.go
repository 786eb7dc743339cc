package main

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"time"

	"github.com/fsnotify/fsnotify"
)

// watcher is a running `lanyard watch --json`.
type watcher struct {
	scanner *bufio.Scanner
	command *exec.Cmd
	cancel  context.CancelFunc
}

func (f *field) watch(ctx context.Context, host int) (*watcher, error) {
	ctx, cancel := context.WithCancel(ctx)
	command := exec.CommandContext(ctx, f.lanyard, "watch", "--json", "--profile", f.profile(host))
	out, err := command.StdoutPipe()
	if err == nil {
		err = command.Start()
	}
	if err != nil {
		cancel()
		return nil, fmt.Errorf("watch host %d: %w", host, err)
	}
	scanner := bufio.NewScanner(out)
	scanner.Buffer(nil, 1<<20)
	return &watcher{scanner, command, cancel}, nil
}

func (w *watcher) close() {
	w.cancel()
	_ = w.command.Wait() // ended by us
}

// awaitFile returns as soon as the name appears, told by the file system.
func awaitFile(ctx context.Context, path string) error {
	for {
		ok, err := awaitIn(ctx, path)
		if ok || err != nil {
			return err
		}
	}
}

// awaitIn watches the nearest folder that exists until something in it changes or path is there.
func awaitIn(ctx context.Context, path string) (bool, error) {
	w, err := fsnotify.NewWatcher()
	if err != nil {
		return false, err
	}
	defer w.Close()
	dir := filepath.Dir(path)
	for w.Add(dir) != nil {
		dir = filepath.Dir(dir)
	}
	for {
		if _, err := os.Lstat(path); err == nil || !errors.Is(err, fs.ErrNotExist) {
			return err == nil, err
		}
		if _, err := os.Lstat(filepath.Join(dir, firstBelow(dir, path))); err == nil && dir != filepath.Dir(path) {
			return false, nil // a folder on the way has appeared: watch that one
		}
		select {
		case <-w.Events:
		case err := <-w.Errors:
			return false, err
		case <-ctx.Done():
			return false, ctx.Err()
		}
	}
}

func firstBelow(dir, path string) string {
	for filepath.Dir(path) != dir {
		path = filepath.Dir(path)
	}
	return filepath.Base(path)
}

// arrivals reports each name of a folder as it is created or replaced there, with the moment.
type arrivals struct {
	w *fsnotify.Watcher
}

func watchFolder(dir string) (*arrivals, error) {
	w, err := fsnotify.NewBufferedWatcher(4096)
	if err != nil {
		return nil, err
	}
	return &arrivals{w}, w.Add(dir)
}

// wait returns the moment at which name holds exactly size bytes.
func (a *arrivals) wait(ctx context.Context, path string, size int64) (time.Time, error) {
	for {
		select {
		case <-a.w.Events:
			now := time.Now()
			if info, err := os.Lstat(path); err == nil && info.Size() == size {
				return now, nil
			}
		case err := <-a.w.Errors:
			return time.Time{}, err
		case <-ctx.Done():
			return time.Time{}, fmt.Errorf("wait for %s: %w", filepath.Base(path), ctx.Err())
		}
	}
}

func (a *arrivals) close() { _ = a.w.Close() }

// awaitAll returns when all paths exist with their sizes. It looks at the first that was still missing every few milliseconds: watching
// thousands of folders would cost more than it measures.
func awaitAll(ctx context.Context, paths []string, size int64) error {
	tick := time.NewTicker(5 * time.Millisecond)
	defer tick.Stop()
	for next := 0; next < len(paths); {
		info, err := os.Lstat(paths[next])
		if err == nil && info.Size() == size {
			next++
			continue
		}
		select {
		case <-tick.C:
		case <-ctx.Done():
			return fmt.Errorf("%d of %d files arrived: %w", next, len(paths), ctx.Err())
		}
	}
	return nil
}
