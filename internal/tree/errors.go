package tree

import (
	"errors"
	"fmt"
	"io/fs"

	"lanyard/internal/name"
)

// Errors that callers tell apart with errors.Is, besides fs.ErrNotExist (nothing there, or no parent) and errors.ErrUnsupported. The texts end a
// sentence that says what was being done and with which path.
var (
	ErrExists      = errors.New("something is there already")
	ErrChanged     = errors.New("what lies there is not what was expected")
	ErrBusy        = errors.New("a program has it open: close it there")
	ErrFull        = errors.New("the disk is full: make room on it")
	ErrDenied      = errors.New("the system refuses access: check who may read and change it")
	ErrNotThisRoot = errors.New("this is not the folder it was: put that one back, or connect its disk")
	ErrParent      = errors.New("a folder above it is a link, a file or another disk")
	ErrNotFile     = errors.New("it is not a regular file")
	ErrNotDir      = errors.New("it is not a folder")
	ErrNotEmpty    = errors.New("the folder is not empty")
	ErrName        = errors.New("the name is not allowed here")
	ErrBroken      = errors.New("the disk did not keep what was written: check the disk and start Lanyard again")
)

// about says what was being done with which path. A nil error stays nil.
func about(doing, path string, err error) error {
	if err == nil {
		return nil
	}
	return fmt.Errorf("%s %s: %w", doing, name.Quote(path), classify(err))
}

// classify puts our own error in front of the system's, once.
func classify(err error) error {
	for _, known := range []error{ErrExists, ErrChanged, ErrBusy, ErrFull, ErrDenied, ErrParent, ErrNotFile, ErrNotDir, ErrNotEmpty, ErrName} {
		if errors.Is(err, known) {
			return err
		}
	}
	kind := systemKind(err)
	switch {
	case kind != nil:
	case errors.Is(err, fs.ErrExist):
		kind = ErrExists
	case errors.Is(err, fs.ErrPermission):
		kind = ErrDenied
	default:
		return err
	}
	return fmt.Errorf("%w (%w)", kind, err)
}
