package share

import (
	"errors"
	"fmt"
	"io/fs"
	"strings"
	"time"

	"lanyard/internal/name"
	"lanyard/internal/store"
	"lanyard/internal/tree"
)

// troubleOf says in one sentence why a share cannot be used now, and what to do: f is the share, file its database.
func troubleOf(f folder, file string, err error) *Problem {
	title, p := name.Quote(f.members.list.Name), &Problem{Since: time.Now(), Act: ActYou}
	switch {
	case errors.Is(err, store.ErrCorrupt), errors.Is(err, store.ErrNotOurs):
		p.Text = fmt.Sprintf("What Lanyard has noted of the shared folder %s is damaged: %s.", title, file)
		p.Remedy = "Move this file away: the folder is then compared with the others' anew, and no file in it is lost."
	case errors.Is(err, store.ErrNewer):
		p.Text = fmt.Sprintf("What Lanyard has noted of the shared folder %s was written by a newer Lanyard.", title)
		p.Remedy = "Start the newer one."
	case errors.Is(err, store.ErrFull), errors.Is(err, tree.ErrFull):
		p.Text, p.Remedy = fmt.Sprintf("The shared folder %s cannot be used now: the disk is full.", title), "Make room on it."
	case errors.Is(err, store.ErrReadOnly), errors.Is(err, store.ErrLocked):
		p.Text = fmt.Sprintf("The shared folder %s cannot be used now: %s cannot be written to.", title, file)
		p.Remedy = "Close other programs that use this file, and make it and its folder writable for you."
	case errors.Is(err, fs.ErrNotExist), errors.Is(err, tree.ErrNotThisRoot):
		return rootGone(f.path, err)
	default:
		first, _, _ := strings.Cut(err.Error(), "\n") // what was joined to it follows from it
		p.Text = fmt.Sprintf("The shared folder %s cannot be used now: %s.", title, strings.TrimSuffix(first, "."))
		p.Remedy = "Check the disk, and start Lanyard again if this stays."
	}
	return p
}

// rootGone says that a share's folder is not there, or another one in its place. A disk that was taken away shows as either.
func rootGone(path string, err error) *Problem {
	p := &Problem{Text: "The folder " + name.Quote(path) + " is not there.", Remedy: "Put it back where it was, or connect its disk.", Since: time.Now(), Act: ActYou}
	if !errors.Is(err, fs.ErrNotExist) {
		p.Text, p.Remedy = name.Quote(path)+" is not the folder that was shared.", "Put that one back there, or connect its disk."
	}
	return p
}
