package tree

import (
	"errors"

	"golang.org/x/sys/windows"
)

// systemKind maps the system's error numbers to ours; nil when none fits.
func systemKind(err error) error {
	var number windows.Errno
	if !errors.As(err, &number) {
		return nil
	}
	switch number {
	case windows.ERROR_DISK_FULL, windows.ERROR_HANDLE_DISK_FULL, windows.ERROR_NOT_ENOUGH_QUOTA, windows.ERROR_DISK_QUOTA_EXCEEDED:
		return ErrFull
	case windows.ERROR_DIR_NOT_EMPTY:
		return ErrNotEmpty
	case windows.ERROR_SHARING_VIOLATION, windows.ERROR_LOCK_VIOLATION, windows.ERROR_USER_MAPPED_FILE:
		return ErrBusy
	case windows.ERROR_NOT_SAME_DEVICE, windows.ERROR_DIRECTORY, windows.ERROR_CANT_ACCESS_FILE:
		return ErrParent
	case windows.ERROR_WRITE_PROTECT:
		return ErrDenied
	case windows.ERROR_INVALID_NAME, windows.ERROR_FILENAME_EXCED_RANGE, windows.ERROR_BAD_PATHNAME:
		return ErrName
	}
	return nil
}
