//go:build unix

package tree

import (
	"errors"
	"syscall"
)

// systemKind maps the system's error numbers to ours; nil when none fits.
func systemKind(err error) error {
	var number syscall.Errno
	if !errors.As(err, &number) {
		return nil
	}
	switch number {
	case syscall.ENOSPC, syscall.EDQUOT, syscall.EFBIG:
		return ErrFull
	case syscall.ENOTEMPTY: // before fs.ErrExist, which it also matches
		return ErrNotEmpty
	case syscall.EBUSY, syscall.ETXTBSY:
		return ErrBusy
	case syscall.ELOOP, syscall.ENOTDIR, syscall.EXDEV:
		return ErrParent
	case syscall.EROFS:
		return ErrDenied
	case syscall.ENAMETOOLONG, syscall.EILSEQ:
		return ErrName
	}
	return nil
}
