package agent

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"syscall"

	"lanyard/internal/api"
	"lanyard/internal/store"
)

// fullDisk says that something could not be stored in the profile.
const fullDisk = "the disk is full, the one that holds Lanyard's own files, and nothing was stored: make room on it and try again"

// told makes an error for people and programs.
func told(code, format string, args ...any) *api.Error {
	return &api.Error{Code: code, Text: fmt.Sprintf(format, args...)}
}

// diskError tells an error of the file system, a full disk by its own code. What is an *api.Error already stays one.
func diskError(doing string, err error) error {
	var already *api.Error
	switch {
	case errors.As(err, &already):
		return already
	case errors.Is(err, syscall.ENOSPC):
		return told(api.CodeDiskFull, "%s: the disk is full; free some space and try again", doing)
	case errors.Is(err, fs.ErrPermission):
		return told(api.CodeRefused, "%s: %v; make it writable for you", doing, err)
	}
	return fmt.Errorf("%s: %w", doing, err)
}

// diskErrorOr gives an error whose text is a sentence already a code: that of a full disk, or the one for everything else.
func diskErrorOr(err error, code string) error {
	var already *api.Error
	switch {
	case errors.As(err, &already):
		return already
	case errors.Is(err, context.Canceled), errors.Is(err, context.DeadlineExceeded):
		return err
	case errors.Is(err, store.ErrFull):
		return told(api.CodeDiskFull, fullDisk)
	case errors.Is(err, syscall.ENOSPC):
		code = api.CodeDiskFull
	case errors.Is(err, store.ErrClosed):
		code = api.CodeStopping
	}
	return told(code, "%v", err)
}
