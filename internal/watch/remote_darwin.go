package watch

import (
	"fmt"

	"golang.org/x/sys/unix"
)

// Remote reports whether a folder lies on a network drive: what other machines change there the system tells nobody.
func Remote(dir string) (bool, error) {
	var s unix.Statfs_t
	if err := unix.Statfs(dir, &s); err != nil {
		return false, fmt.Errorf("look what disk %s lies on: %w", dir, err)
	}
	return s.Flags&unix.MNT_LOCAL == 0, nil
}
