package share_test

import (
	"errors"
	"io/fs"
	"strings"

	"lanyard/internal/name"
	"lanyard/internal/tree"
)

// carelessDisk is a disk as a program sees it that does not look closely.
type carelessDisk struct {
	tree.FS
	mistake *mistake
	marker  *[]byte // that was seen in the folder
}

// unseeing, trusting and unchecked are what is not looked at.
type carelessness uint8

const (
	careful   carelessness = iota
	unseeing               // that names which differ by case are one
	trusting               // whose folder it is
	unchecked              // whether what was written was written
)

const markerPath = name.Hidden + "/marker"

// Lstat does not find what is asked for in upper case, which is how a disk shows whether it is blind to case.
func (d carelessDisk) Lstat(p string) (tree.Stat, error) {
	if d.mistake.careless == unseeing && p == strings.ToUpper(markerPath) {
		return tree.Stat{}, fs.ErrNotExist
	}
	return d.FS.Lstat(p)
}

// Verify takes any folder for the one that was shared.
func (d carelessDisk) Verify() error {
	if d.mistake.careless == trusting {
		return nil
	}
	return d.FS.Verify()
}

// Open marks any folder as the one that was shared.
func (d carelessDisk) Open(p string) (tree.File, error) {
	f, err := d.FS.Open(p)
	if p != markerPath || d.mistake.careless != trusting {
		return d.file(f), err
	}
	if err == nil {
		s, err := f.Stat()
		*d.marker = make([]byte, s.Size)
		_, readErr := f.ReadAt(*d.marker, 0)
		return f, errors.Join(err, readErr)
	}
	if *d.marker == nil {
		return nil, err
	}
	if err := d.FS.Mkdir(name.Hidden, 0o700); err != nil && !errors.Is(err, tree.ErrExists) {
		return nil, err
	}
	if f, err = d.FS.Create(p); err != nil {
		return nil, err
	}
	_, err = f.WriteAt(*d.marker, 0)
	return f, err
}

// Create does not look whether what is written is.
func (d carelessDisk) Create(p string) (tree.File, error) {
	f, err := d.FS.Create(p)
	return d.file(f), err
}

func (d carelessDisk) file(f tree.File) tree.File {
	if d.mistake.careless != unchecked || f == nil {
		return f
	}
	return carelessFile{f}
}

type carelessFile struct{ tree.File }

func (f carelessFile) WriteAt(b []byte, off int64) (int, error) {
	if _, err := f.File.WriteAt(b, off); err != nil && !errors.Is(err, tree.ErrFull) {
		return 0, err
	}
	return len(b), nil
}
