package agent

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"lanyard/chat"
)

// What is kept of what was pasted or dropped on the window and that nobody waits for any more: it lies nowhere else, and whoever sent it looks at it and passes it on
// as others do.
const (
	keptBytes    = 20 * megabyte // of one; a larger one goes
	keptFiles    = 1000          // in one; what has more goes
	keptAllBytes = 1 << 30       // of all; the oldest go
	keptAllFiles = 10_000        // of all: a disk has only so many names, and what is kept is looked through
)

// noCopy is said of what was removed by these rules.
const noCopy = "Lanyard keeps no copy of this any more (of what is pasted or dropped it keeps what has up to 20 MB and 1,000 files, the newest gigabyte or 10,000 files of it): send it from where it lies"

// wantedCopies returns the copies that somebody may ask for, and those that are kept. All files are the newest first; copyOf tells which copy lies at a path.
func wantedCopies(all []chat.File, copyOf func(path string) (id string, ours bool)) map[string]bool {
	wanted, counted := map[string]bool{}, map[string]bool{} // counted: what was passed on is one copy
	bytes, files := int64(keptAllBytes), keptAllFiles
	for _, f := range all {
		id, ours := copyOf(f.Path)
		switch {
		case !f.Mine || !ours:
		case !over(f):
			wanted[id] = true
		case f.State != chat.FileWithdrawn && f.Offer.Size <= keptBytes && f.Offer.Files <= keptFiles:
			if !counted[id] {
				counted[id] = true
				bytes -= f.Offer.Size
				files -= max(f.Offer.Files, 1)
			}
			if bytes >= 0 && files >= 0 {
				wanted[id] = true
			}
		}
	}
	return wanted
}

// over reports whether nobody will ask for a file of ours any more.
func over(f chat.File) bool {
	return f.State == chat.FileReceived || f.State == chat.FileDeclined || f.State == chat.FileWithdrawn || f.State == chat.FileRefused
}

// copyOf tells which copy of what was pasted or dropped lies at a path, if one of ours does.
func (u *uploads) copyOf(path string) (id string, ours bool) {
	below, err := filepath.Rel(filepath.Join(u.profile, sentFolder), path)
	if err != nil || !filepath.IsLocal(below) {
		return "", false
	}
	id, _, ours = strings.Cut(below, string(filepath.Separator))
	return id, ours
}

// holds reports whether a path is that of a copy that we keep of what was pasted or dropped.
func (u *uploads) holds(path string) bool {
	_, ours := u.copyOf(path)
	return ours
}

// copies returns those that are there.
func (u *uploads) copies() (ids []string, err error) {
	there, err := os.ReadDir(filepath.Join(u.profile, sentFolder))
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return nil, fmt.Errorf("look for sent uploads: %w", err)
	}
	for _, e := range there {
		ids = append(ids, e.Name())
	}
	return ids, nil
}

// removeCopy removes one of them.
func (u *uploads) removeCopy(id string) error {
	if err := os.RemoveAll(filepath.Join(u.profile, sentFolder, id)); err != nil {
		return fmt.Errorf("remove an upload that was fetched: %w", err)
	}
	return nil
}
