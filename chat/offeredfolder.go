package chat

import (
	"context"
	"errors"
	"fmt"
	"os"
	"slices"
	"time"

	"lanyard/chat/event"
	"lanyard/chat/manifest"
	"lanyard/internal/blob"
	"lanyard/internal/tree"
)

// offeredFolder is what is remembered of an offered folder, as whoever takes it asks for one file after the other.
type offeredFolder struct {
	of    event.ID
	index *manifest.Index
	names *tree.Names // where the disk has its files
}

// foldersAtOnce is of how many offered folders that is remembered: of those that were asked for last.
const foldersAtOnce = 4

// folderOf returns what is known of an offered folder.
func (f *files) folderOf(t *transfer) (*offeredFolder, error) {
	f.mu.Lock()
	known := f.folderLocked(t)
	f.mu.Unlock()
	if known != nil {
		return known, nil
	}
	encoded, err := f.listOf(context.Background(), t)
	if err != nil {
		return nil, err
	}
	index, err := manifest.NewIndex(encoded, t.offer)
	if err != nil {
		return nil, err
	}
	f.mu.Lock()
	defer f.mu.Unlock()
	if known := f.folderLocked(t); known != nil { // another link asked at the same time
		return known, nil
	}
	folder := &offeredFolder{of: t.id, index: index, names: new(tree.Names)}
	f.folders = slices.Insert(f.folders, 0, folder)
	f.folders = slices.Delete(f.folders, min(len(f.folders), foldersAtOnce), len(f.folders))
	return folder, nil
}

// folderLocked returns what is remembered of an offered folder, nil if nothing is.
func (f *files) folderLocked(t *transfer) *offeredFolder {
	at := slices.IndexFunc(f.folders, func(o *offeredFolder) bool { return o.of == t.id })
	if at < 0 {
		return nil
	}
	folder := f.folders[at]
	f.folders = slices.Insert(slices.Delete(f.folders, at, at+1), 0, folder)
	return folder
}

// openWithin opens a content of an offered folder, from any of the files that hold it: one of them may have been changed meanwhile.
func (f *files) openWithin(folder *offeredFolder, path string, all []*manifest.Entry, read func(at int64, n int) error) (blob.Content, error) {
	var failed error
	for _, e := range all {
		where, err := f.stored(folder.names, path, e.Path)
		if err != nil {
			failed = errors.Join(failed, err)
			continue
		}
		content, err := f.openFile(where, int64(e.Size), func(s tree.Stat) bool { return time.Unix(0, s.Mtime).UnixMilli() == e.Time }, read)
		if err == nil {
			return content, nil
		}
		failed = errors.Join(failed, err)
	}
	return nil, excused(path, all, failed)
}

// errDebris says that what cannot be had of an offered folder is debris alone: who takes the folder goes on without it.
var errDebris = errors.New("it is nobody's work")

// excused returns why a content of an offered folder cannot be had, given which files hold it, work before debris. Where the folder itself is gone nobody goes on with nothing.
func excused(path string, all []*manifest.Entry, failed error) error {
	if !all[0].IsDebris() {
		return failed
	}
	if info, err := os.Stat(path); err != nil || !info.IsDir() {
		return errors.Join(blob.ErrGone, failed)
	}
	return fmt.Errorf("%w: %w", errDebris, failed)
}
