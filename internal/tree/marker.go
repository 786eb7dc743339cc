package tree

import (
	"crypto/rand"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"strings"

	"lanyard/internal/jsontext"
	"lanyard/internal/name"
)

// Marker says which share a root holds. It lies in ".lanyard/marker" as JSON. Share and Volume guard against another folder at the path, Token against
// a copy of the folder or a marker that somebody made by hand: the owner's database keeps all three.
type Marker struct {
	Share  string `json:"share"`  // the share's ID as text; a word of its own for roots that hold no share
	Volume string `json:"volume"` // the volume at creation, filled by Create; "" where the system has no name that lasts
	Token  string `json:"token"`  // random; filled by Create when empty
}

// markerFile is the marker with a word to whoever finds it.
type markerFile struct {
	Note string `json:"note"`
	Marker
}

const (
	markerPath = name.Hidden + "/marker"
	markerNew  = inDir + "/marker"
	maxMarker  = 4096 // bytes
	markerNote = "Lanyard keeps this folder equal on several computers. Without this file it stops doing so. Deleted and replaced files are in trash."
)

// ReadMarker returns the marker of a root, or fs.ErrNotExist when it has none.
func ReadMarker(f FS) (Marker, error) {
	file, err := f.Open(markerPath)
	if err != nil {
		return Marker{}, fmt.Errorf("read the folder's marker: %w", err)
	}
	defer file.Close()
	b := make([]byte, maxMarker+1)
	n, err := file.ReadAt(b, 0)
	if err != nil && !errors.Is(err, io.EOF) {
		return Marker{}, fmt.Errorf("read the folder's marker: %w", classify(err))
	}
	var m markerFile
	if n > maxMarker || jsontext.Check(b[:n]) != nil || json.Unmarshal(b[:n], &m) != nil || m.Share == "" || m.Token == "" {
		return Marker{}, fmt.Errorf("read the folder's marker: %w", ErrNotThisRoot)
	}
	return m.Marker, nil
}

// Create marks the root as m.Share's, durably, and opens it; it fills in m's volume and, when empty, its token. A marker of the same share is replaced
// (linking a folder anew, with the person's consent). One of another share is refused with ErrNotThisRoot. What else lies in the root stays untouched.
func Create(f FS, m Marker) (*Tree, error) {
	old, err := ReadMarker(f)
	switch {
	case err == nil && old.Share != m.Share:
		return nil, fmt.Errorf("mark the folder as shared: it belongs to another share: %w", ErrNotThisRoot)
	case err != nil && !errors.Is(err, fs.ErrNotExist) && !errors.Is(err, ErrNotThisRoot):
		return nil, err
	}
	if m.Volume = f.Volume(); m.Token == "" {
		m.Token = rand.Text()
	}
	t := &Tree{fs: f, marker: m}
	if err := t.prepare(); err != nil {
		return nil, err
	}
	if err := t.writeMarker(); err != nil {
		return nil, fmt.Errorf("mark the folder as shared: %w", err)
	}
	return t, t.probe()
}

// Open opens a root that Create has marked: ErrNotThisRoot when the marker is missing or differs from want in any field, or the volume is another.
func Open(f FS, want Marker) (*Tree, error) {
	t := &Tree{fs: f, marker: want}
	if err := t.Check(); err != nil {
		return nil, err
	}
	if f.Volume() != want.Volume {
		return nil, fmt.Errorf("open the folder: it lies on another disk: %w", ErrNotThisRoot)
	}
	if err := t.prepare(); err != nil {
		return nil, err
	}
	return t, t.probe()
}

// prepare makes the hidden folders.
func (t *Tree) prepare() error {
	for _, dir := range []string{inDir, trashDir} {
		if err := t.makeDirs(dir, 0o700); err != nil {
			return err
		}
	}
	return nil
}

func (t *Tree) writeMarker() error {
	b, err := json.MarshalIndent(markerFile{Note: markerNote, Marker: t.marker}, "", "  ")
	if err != nil {
		return err
	}
	if err := t.clear(markerNew); err != nil {
		return err
	}
	f, err := t.fs.Create(markerNew)
	if err != nil {
		return err
	}
	_, err = f.WriteAt(append(b, '\n'), 0)
	if err == nil {
		err = f.Sync()
	}
	if err = errors.Join(err, f.Close()); err != nil {
		return err
	}
	err = t.fs.Rename(markerNew, markerPath)
	if errors.Is(err, ErrExists) {
		err = t.fs.Supplant(markerNew, markerPath)
	}
	for _, dir := range []string{"", name.Hidden} {
		if err == nil {
			err = t.fs.Sync(dir)
		}
	}
	return err
}

// clear removes a scratch file left by a crash.
func (t *Tree) clear(p string) error {
	if err := t.fs.Remove(p); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	return nil
}

// probe finds out what the disk can do.
func (t *Tree) probe() (err error) {
	t.traits.Exec = t.fs.HasExec()
	if t.traits.Bounds, err = t.fs.Bounds(); err != nil {
		return err
	}
	_, err = t.fs.Lstat(strings.ToUpper(markerPath))
	switch {
	case err == nil:
		t.traits.CaseBlind = true
	case !errors.Is(err, fs.ErrNotExist):
		return err
	}
	scratch := []string{inDir + "/probe-a", inDir + "/probe-b"}
	for _, p := range scratch {
		if err := t.clear(p); err != nil {
			return err
		}
		f, err := t.fs.Create(p)
		if err == nil {
			err = f.Close()
		}
		if err != nil {
			return err
		}
	}
	err = t.fs.Exchange(scratch[0], scratch[1])
	t.traits.Exchange = err == nil
	if errors.Is(err, errors.ErrUnsupported) {
		err = nil
	}
	return errors.Join(err, t.clear(scratch[0]), t.clear(scratch[1]))
}
