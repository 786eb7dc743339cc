package doctor

import (
	"math"
	"path/filepath"

	"golang.org/x/sys/windows"
)

// space returns how many bytes this user may still write at folder, and a name of its disk.
func space(folder string) (free int64, disk string, err error) {
	path, err := windows.UTF16PtrFromString(folder)
	if err != nil {
		return 0, folder, err
	}
	var available uint64
	if err := windows.GetDiskFreeSpaceEx(path, &available, nil, nil); err != nil {
		return 0, folder, err
	}
	return int64(min(available, math.MaxInt64)), filepath.VolumeName(folder), nil
}
