//go:build linux || darwin

package agent

import (
	"fmt"
	"math"

	"golang.org/x/sys/unix"
)

// freeSpace is how many bytes this user may still write on the disk of dir.
func freeSpace(dir string) (int64, error) {
	var s unix.Statfs_t
	if err := unix.Statfs(dir, &s); err != nil {
		return 0, fmt.Errorf("look at the disk of %s: %w", dir, err)
	}
	free := uint64(s.Bavail) * uint64(s.Bsize)
	return int64(min(free, math.MaxInt64)), nil
}
