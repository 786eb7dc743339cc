package tree

import (
	"cmp"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"maps"
	"path"
	"slices"
	"strings"

	"lanyard/internal/jsontext"
	"lanyard/internal/name"
)

// twins says of paths that cannot lie under their own names under which they do: path -> name in its directory. It is a value.
type twins map[string]string

const (
	twinsPath    = name.Hidden + "/twins"
	twinsScratch = name.Hidden + "/twins.new"
	maxTwinsFile = 16 << 20
)

// disk returns where a path lies.
func (t twins) disk(p string) string {
	if len(t) == 0 || p == "" {
		return p
	}
	at, ok := t[p]
	if !ok {
		at = path.Base(p)
	}
	return path.Join(t.disk(parent(p)), at)
}

// shown returns the path of what lies at a place on the disk.
func (t twins) shown(disk string) string {
	if len(t) == 0 || disk == "" {
		return disk
	}
	dir, element := t.shown(parent(disk)), path.Base(disk)
	for p, at := range t {
		if at == element && parent(p) == dir {
			return p
		}
	}
	return path.Join(dir, element)
}

// met reports whether a path or a directory above it may be taken for a twin: one that is placed has the same name to the disk, and it is not placed itself.
func (t twins) met(p string) bool {
	for q := range t {
		if above := upTo(p, strings.Count(q, "/")); above != q && t[above] == "" && name.Fold(q) == name.Fold(above) {
			return true
		}
	}
	return false
}

// upTo cuts a path after its element of that depth.
func upTo(p string, depth int) string {
	for i := range len(p) {
		if p[i] == '/' {
			if depth == 0 {
				return p[:i]
			}
			depth--
		}
	}
	return p
}

// with returns twins in which p lies under at; under its own name it needs no mention.
func (t twins) with(p, at string) twins {
	out := maps.Clone(t)
	if out == nil {
		out = twins{}
	}
	if out[p] = at; at == path.Base(p) {
		delete(out, p)
	}
	return out
}

func (t twins) without(p string) twins { return t.with(p, path.Base(p)) }

// moved returns twins after a directory, or a placed path, was renamed.
func (t twins) moved(from, to string) twins {
	out := twins{}
	for p, at := range t {
		if rest, below := strings.CutPrefix(p, from+"/"); below {
			p = to + "/" + rest
		}
		out[p] = at
	}
	return out
}

// paths are all placed paths, sorted by their bytes.
func (t twins) paths() []string { return slices.Sorted(maps.Keys(t)) }

// readTwins reads what the hidden folder says; nothing is said while there are no twins.
func readTwins(disk FS) (twins, error) {
	f, err := disk.Open(twinsPath)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	defer f.Close()
	b, err := io.ReadAll(io.NewSectionReader(f, 0, maxTwinsFile))
	if err != nil {
		return nil, fmt.Errorf("read the list of twins: %w", err)
	}
	var out twins
	if err := cmp.Or(jsontext.Check(b), json.Unmarshal(b, &out)); err != nil {
		return nil, fmt.Errorf("read the list of twins: %w", err)
	}
	for p, at := range out {
		if name.CheckPath(p) != nil || name.CheckElement(at) != nil || hidden(p) {
			return nil, fmt.Errorf("the list of twins has %s at %s", name.Quote(p), name.Quote(at))
		}
	}
	return out, nil
}

// save makes the list durable.
func (t twins) save(disk FS) error {
	b, err := json.Marshal(t)
	if err != nil {
		return fmt.Errorf("write the list of twins: %w", err)
	}
	if err := disk.Remove(twinsScratch); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	f, err := disk.Create(twinsScratch)
	if err != nil {
		return err
	}
	_, err = f.WriteAt(b, 0)
	if err == nil {
		err = f.Sync()
	}
	if err = errors.Join(err, f.Close()); err != nil {
		return fmt.Errorf("write the list of twins: %w", err)
	}
	err = disk.Supplant(twinsScratch, twinsPath)
	if errors.Is(err, fs.ErrNotExist) {
		err = disk.Rename(twinsScratch, twinsPath)
	}
	if err != nil {
		return fmt.Errorf("write the list of twins: %w", err)
	}
	return disk.Sync(name.Hidden)
}
