//go:build linux || darwin

package doctor

import (
	"fmt"
	"math"

	"golang.org/x/sys/unix"
)

// space returns how many bytes this user may still write at folder, and a name of its disk; errNoDisk where nothing is stored at all.
func space(folder string) (free int64, disk string, err error) {
	var s unix.Statfs_t
	if err := unix.Statfs(folder, &s); err != nil {
		return 0, folder, err
	}
	if s.Blocks == 0 { // /proc and its like
		return 0, folder, errNoDisk
	}
	var st unix.Stat_t
	if err := unix.Stat(folder, &st); err != nil {
		return 0, folder, err
	}
	return int64(min(uint64(s.Bavail)*uint64(s.Bsize), math.MaxInt64)), fmt.Sprint(st.Dev), nil
}
