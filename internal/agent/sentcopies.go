package agent

import (
	"path/filepath"
	"strings"

	"lanyard/chat"
)

// What is kept of what was pasted or dropped on the window and that nobody waits for any more: it lies nowhere else, and whoever sent it looks at it and passes it on
// as others do.
const (
	keptBytes    = 20 * megabyte // of one; a larger one goes
	keptAllBytes = 1 << 30       // of all; the oldest go
)

// noCopy is said of what was removed by these rules.
const noCopy = "Lanyard keeps no copy of this any more (of what is pasted or dropped it keeps files up to 20 MB, the newest gigabyte of them): send it from where it lies"

// wantedCopies returns the paths of what we offer and somebody may ask for, and of copies of ours that are kept. All are the newest first.
func wantedCopies(all []chat.File, ours func(path string) bool) (paths []string) {
	room := int64(keptAllBytes)
	counted := map[string]bool{} // what was passed on is one copy
	for _, f := range all {
		switch {
		case !f.Mine || f.Path == "":
		case !over(f):
			paths = append(paths, f.Path)
		case ours(f.Path) && f.State != chat.FileWithdrawn && f.Offer.Size <= keptBytes:
			if !counted[f.Path] {
				counted[f.Path] = true
				room -= f.Offer.Size
			}
			if room >= 0 {
				paths = append(paths, f.Path)
			}
		}
	}
	return paths
}

// over reports whether nobody will ask for a file of ours any more.
func over(f chat.File) bool {
	return f.State == chat.FileReceived || f.State == chat.FileDeclined || f.State == chat.FileWithdrawn || f.State == chat.FileRefused
}

// holds reports whether a path is that of a copy that we keep of what was pasted or dropped.
func (u *uploads) holds(path string) bool {
	below, err := filepath.Rel(filepath.Join(u.profile, sentFolder), path)
	return err == nil && filepath.IsLocal(below) && strings.Contains(below, string(filepath.Separator))
}
