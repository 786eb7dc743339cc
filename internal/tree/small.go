package tree

import (
	"errors"
	"io"
	"slices"
)

// Small files are read and placed whole, in one call each: with thousands of them, opening, looking and closing costs more than their bytes do. A disk may
// know a shorter way (shortcut); what is promised is the same.

// shortcut is what a disk may offer beside FS. Whoever wraps an FS hides it, and everything goes the long way.
type shortcut interface {
	// readSmall is ReadSmall.
	readSmall(p string, want Stat, b []byte) error
	// placeSmall makes in, which must be new, and moves it to a path where nothing is. After any error before that move in is what it has become, and the
	// long way begins anew with it.
	placeSmall(in, to string, b []byte, mtime int64) (s Stat, moved bool, err error)
	// lstatEach is LstatEach.
	lstatEach(paths []string, each func(i int, s Stat, err error))
}

// LstatEach does what Lstat does for many paths. Those of one folder that stand together cost one look at the folder.
func (t *Tree) LstatEach(paths []string, each func(i int, s Stat, err error)) {
	quick, ok := t.fs.(shortcut)
	if ok && !slices.ContainsFunc(paths, func(p string) bool { return allow(p) != nil }) {
		quick.lstatEach(paths, each)
		return
	}
	for i, p := range paths {
		s, err := t.Lstat(p)
		each(i, s, err)
	}
}

// ReadSmall reads the file path, which must be what want says (a Stat from Lstat or List) before, during and after, into b, which has its size. ErrChanged when
// it is not; ErrBusy while a program has it open for writing, where the system can tell.
func (t *Tree) ReadSmall(path string, want Stat, b []byte) error {
	if err := allow(path); err != nil {
		return err
	}
	if quick, ok := t.fs.(shortcut); ok {
		return quick.readSmall(path, want, b)
	}
	f, err := t.fs.Open(path)
	if err != nil {
		return err
	}
	return errors.Join(t.readOpen(f, path, want, b), f.Close())
}

func (t *Tree) readOpen(f File, path string, want Stat, b []byte) error {
	before, err := f.Stat()
	if err == nil && !before.unwritten(want) {
		err = about("read", path, ErrChanged)
	}
	if err != nil {
		return err
	}
	if err := f.Busy(); errors.Is(err, ErrBusy) {
		return err
	}
	if n, err := f.ReadAt(b, 0); n < len(b) {
		if err == nil || errors.Is(err, io.EOF) {
			err = about("read", path, ErrChanged)
		}
		return err
	}
	after, err := t.fs.Lstat(path)
	if err != nil || !after.unwritten(want) {
		return about("read", path, ErrChanged)
	}
	if want.ID != (ID{}) {
		return nil // it is that very file
	}
	if after, err = f.Stat(); err == nil && !after.unwritten(want) {
		err = about("read", path, ErrChanged)
	}
	return err
}

// unwritten reports whether nobody changed anything of a file between two looks.
func (s Stat) unwritten(t Stat) bool { return s.Same(t) && s.Ctime == t.Ctime }

// PlaceSmall does for content in memory what Incoming, Write, SetMeta and Place do: name is the Incoming's.
func (t *Tree) PlaceSmall(name, path string, content []byte, mtime int64, exec bool) (Stat, error) {
	if quick, ok := t.fs.(shortcut); ok && !exec && t.traits.Exchange { // else Place takes a lock
		if s, done, err := t.placeQuick(quick, name, path, content, mtime); done {
			return s, err
		}
	}
	in, err := t.Incoming(name)
	if err != nil {
		return Stat{}, err
	}
	if in.Size() > 0 {
		err = in.Truncate(0)
	}
	if err == nil && len(content) > 0 {
		_, err = in.Write(content)
	}
	if err == nil {
		err = in.SetMeta(mtime, exec)
	}
	if err != nil {
		return Stat{}, errors.Join(err, in.Discard())
	}
	s, err := t.Place(in, path)
	if err != nil {
		return s, errors.Join(err, in.Close())
	}
	return s, nil
}

// placeQuick reports with done whether the long way need not be gone.
func (t *Tree) placeQuick(quick shortcut, name, path string, content []byte, mtime int64) (s Stat, done bool, err error) {
	if !plainName(name) || t.ready(path) != nil {
		return Stat{}, false, nil
	}
	s, done, err = quick.placeSmall(incomingPath(name), path, content, mtime)
	if done {
		t.note(work{}.file(path).dir(parent(path)))
	}
	return s, done, err
}
