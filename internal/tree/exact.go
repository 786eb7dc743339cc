package tree

import (
	"errors"
	"fmt"
	"io/fs"
	"path"
	"strings"
	"sync"

	"lanyard/internal/name"
)

// Exact makes a marked root on a disk that takes "a" and "A" for one name look like one that tells them apart, so that what is above it need know
// nothing of the difference. On other disks it returns disk itself.
//
// Of names that the disk takes for one, twins, the bytewise lowest lies under its own name; each other one lies under another, as name.Numbered makes it:
// "a (2).txt". Which lies where stands in the hidden folder, durable before a twin is put in place; a twin's name is so known by more than its looks.
// When a lower name comes, the one that had the place moves aside; when it goes, Tidy gives the place to the next.
//
// Call Tidy once the root has been verified: it also takes back what a sudden end has left half done.
//
// Only where two names have met is the spelling on disk looked at. Elsewhere Lstat finds what the disk finds; Spells tells whether it is spelled so.
func Exact(disk FS) (FS, error) {
	_, err := disk.Lstat(strings.ToUpper(markerPath))
	if errors.Is(err, fs.ErrNotExist) {
		return disk, nil
	}
	if err != nil {
		return nil, err
	}
	x := &exact{FS: disk, dirs: map[string]spelling{}}
	if x.twins, err = readTwins(disk); err != nil {
		return nil, err
	}
	return x, nil
}

// exact is an FS over a disk that is blind to case.
type exact struct {
	FS

	placing sync.Mutex // held while twins are put in place, one after the other

	mu    sync.RWMutex
	twins twins
	dirs  map[string]spelling // directories known to be spelled as they are asked for
}

// disk returns where a path lies on the disk, as far as twins are known.
func (x *exact) disk(p string) string {
	x.mu.RLock()
	defer x.mu.RUnlock()
	return x.twins.disk(p)
}

// shown returns the path of what lies somewhere on the disk.
func (x *exact) shown(disk string) string {
	x.mu.RLock()
	defer x.mu.RUnlock()
	return x.twins.shown(disk)
}

// met reports whether p is of a group of twins and not placed itself, so that what the disk finds under its name may be another; or surely is.
func (x *exact) met(p string) (maybe, surely bool) {
	x.mu.RLock()
	defer x.mu.RUnlock()
	if len(x.twins) == 0 {
		return false, false
	}
	surely = x.twins.shown(x.twins.disk(p)) != p
	return surely || x.twins.met(p), surely
}

// there looks at a path and finds nothing where one of its twins lies.
func (x *exact) there(p string) (Stat, error) {
	s, err := x.FS.Lstat(x.disk(p))
	maybe, surely := x.met(p)
	if err != nil || !maybe {
		return s, err
	}
	ok := false
	if !surely {
		ok, err = x.spells(p)
	}
	if err == nil && !ok {
		err = about("look at", p, fs.ErrNotExist)
	}
	return s, err
}

// spells reports whether each element of a path that is there is spelled on the disk as it is asked for.
func (x *exact) spells(p string) (bool, error) {
	if p == "" {
		return true, nil
	}
	if ok, err := x.spells(parent(p)); err != nil || !ok {
		return ok, err
	}
	entries, err := x.FS.List(x.disk(parent(p)))
	if err != nil {
		return false, err
	}
	want := path.Base(x.disk(p))
	for _, e := range entries {
		if e.Name == want {
			return true, nil
		}
	}
	return false, nil
}

// spelling is a directory, and the state of the one it lies in, when its name was found to be spelled as it is asked for.
type spelling struct {
	dir, above   ID
	mtime, ctime int64 // of the one above: a new name in it moves them
}

// inDir reports whether a directory is there under exactly this name. What was found once is believed while it is the same directory, and no name where it
// lies has changed: a person may change the case of a name at any time.
func (x *exact) inDir(dir string) (bool, error) {
	if dir == "" || hidden(dir) {
		return true, nil
	}
	if ok, err := x.inDir(parent(dir)); err != nil || !ok {
		return ok, err
	}
	s, err := x.FS.Lstat(x.disk(dir))
	if err != nil {
		return false, err
	}
	above, err := x.FS.Lstat(x.disk(parent(dir)))
	if err != nil {
		return false, err
	}
	now := spelling{dir: s.ID, above: above.ID, mtime: above.Mtime, ctime: above.Ctime}
	x.mu.RLock()
	known := x.dirs[dir]
	x.mu.RUnlock()
	if known == now && s.ID != (ID{}) && above.ID != (ID{}) {
		return true, nil
	}
	ok, err := x.spells(dir)
	if ok && err == nil {
		x.mu.Lock()
		x.dirs[dir] = now
		x.mu.Unlock()
	}
	return ok, err
}

// hidden reports whether a path lies in the hidden folder, where no twins are.
func hidden(p string) bool {
	first, _, _ := strings.Cut(p, "/")
	return name.Fold(first) == name.Hidden
}

// arrive does what puts something new at a path, and makes room for it where the disk takes its name for another's.
func (x *exact) arrive(p string, do func(disk string) error) error {
	if hidden(p) {
		return do(p)
	}
	switch ok, err := x.inDir(parent(p)); {
	case err != nil:
		return err
	case !ok:
		return about("find", parent(p), fs.ErrNotExist) // a twin of it is there
	}
	err := do(x.disk(p))
	if !errors.Is(err, ErrExists) {
		return err
	}
	x.placing.Lock()
	defer x.placing.Unlock()
	mate, err := x.mate(p)
	if err != nil {
		return err
	}
	if mate == "" {
		return about("make", p, ErrExists) // it is there itself
	}
	if err := x.makeRoom(p, mate); err != nil {
		return fmt.Errorf("place %s beside its twin: %w", name.Quote(p), err)
	}
	return do(x.disk(p))
}

// mate returns the path of what lies where the disk would put p, "" if that is p itself.
func (x *exact) mate(p string) (string, error) {
	at := x.disk(p)
	s, err := x.FS.Lstat(at)
	if err != nil {
		return "", err
	}
	entries, err := x.FS.List(parent(at))
	if err != nil {
		return "", err
	}
	for _, e := range entries {
		if e.ID == s.ID && name.Fold(e.Name) == name.Fold(path.Base(at)) {
			if other := x.shown(path.Join(parent(at), e.Name)); other != p {
				return other, nil
			}
		}
	}
	return "", nil
}

// makeRoom places p and its mate: the lower one gets the name, unless the mate lies under a name that is not its own; then the mate goes elsewhere.
func (x *exact) makeRoom(p, mate string) error {
	at := x.disk(mate)
	if at == path.Join(parent(at), path.Base(mate)) && mate < p {
		free, err := x.free(p)
		if err != nil {
			return err
		}
		return x.place(p, free)
	}
	free, err := x.free(mate)
	if err != nil {
		return err
	}
	if err := x.place(mate, free); err != nil {
		return err
	}
	if err := x.FS.Rename(at, path.Join(parent(at), free)); err != nil {
		return errors.Join(err, x.place(mate, path.Base(at)))
	}
	return x.FS.Sync(parent(at))
}

// maxTwins bounds the search for a name.
const maxTwins = 1000

// free finds the name under which a twin can lie.
func (x *exact) free(p string) (string, error) {
	dir := parent(x.disk(p))
	for n := 2; n < maxTwins; n++ {
		free := name.Numbered(path.Base(p), n)
		_, err := x.FS.Lstat(path.Join(dir, free))
		if errors.Is(err, fs.ErrNotExist) {
			return free, nil
		}
		if err != nil {
			return "", err
		}
	}
	return "", about("find a name for", p, ErrExists)
}

// place notes durably under which name of its directory a path lies from now on.
func (x *exact) place(p, at string) error {
	x.mu.Lock()
	x.twins = x.twins.with(p, at)
	now := x.twins
	x.mu.Unlock()
	return now.save(x.FS)
}

// Tidy gives names back: the lowest of a group whose own name nothing has lies under it again. What is known of twins that are gone is forgotten.
func (x *exact) Tidy() error {
	x.placing.Lock()
	defer x.placing.Unlock()
	x.mu.RLock()
	all := x.twins.paths()
	x.mu.RUnlock()
	for _, p := range all { // the lowest first
		if err := x.tidy(p); err != nil {
			return fmt.Errorf("give %s its name back: %w", name.Quote(p), err)
		}
	}
	return nil
}

func (x *exact) tidy(p string) error {
	at := x.disk(p)
	own := path.Join(parent(at), path.Base(p))
	_, err := x.FS.Lstat(own)
	taken := err == nil
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return ignoreParent(err)
	}
	_, err = x.FS.Lstat(at)
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	gone := err != nil
	switch {
	case gone && taken:
		x.mu.RLock()
		plain := x.twins.without(p)
		x.mu.RUnlock()
		if ok, err := spelled(x.FS, plain.disk(p)); err != nil || !ok {
			return err // its twin is there, and it is not
		}
	case taken:
		return nil
	case !gone:
		if err := x.FS.Rename(at, own); err != nil {
			return err
		}
		if err := x.FS.Sync(parent(at)); err != nil {
			return err
		}
	}
	return x.place(p, path.Base(p))
}

// ignoreParent lets a twin rest whose folder is gone: it is forgotten with the next one.
func ignoreParent(err error) error {
	if errors.Is(err, ErrParent) {
		return nil
	}
	return err
}

// spelled reports whether an entry of the disk has exactly this name.
func spelled(disk FS, p string) (bool, error) {
	entries, err := disk.List(parent(p))
	if err != nil {
		return false, err
	}
	for _, e := range entries {
		if e.Name == path.Base(p) {
			return true, nil
		}
	}
	return false, nil
}
