package watch

import (
	"fmt"
	"path/filepath"

	"golang.org/x/sys/windows"
)

// Remote reports whether a folder lies on a network drive: what other machines change there is told late or not at all.
func Remote(dir string) (bool, error) {
	root, err := windows.UTF16PtrFromString(filepath.VolumeName(dir) + `\`)
	if err != nil {
		return false, fmt.Errorf("look what disk %s lies on: %w", dir, err)
	}
	return windows.GetDriveType(root) == windows.DRIVE_REMOTE, nil
}
