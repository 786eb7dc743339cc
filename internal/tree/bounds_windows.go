package tree

import (
	"path/filepath"
	"strings"

	"golang.org/x/sys/windows"
)

// systemBounds asks the volume for its kind; where that cannot be had (a folder that a share of another computer is mounted at) the rules of Windows are what is known.
func systemBounds(dir string) (Bounds, error) {
	b := Bounds{Windows: true}
	root, err := windows.UTF16PtrFromString(filepath.VolumeName(dir) + `\`)
	if err != nil {
		return b, err
	}
	var kind [windows.MAX_PATH + 1]uint16
	if err := windows.GetVolumeInformation(root, nil, 0, nil, nil, nil, &kind[0], uint32(len(kind))); err != nil {
		return b, nil
	}
	if k := windows.UTF16ToString(kind[:]); k != "exFAT" && strings.HasPrefix(k, "FAT") {
		b.File = largestOnFAT
	}
	return b, nil
}
