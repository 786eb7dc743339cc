package tree

import "golang.org/x/sys/unix"

func systemBounds(dir string) (Bounds, error) {
	var sf unix.Statfs_t
	if err := unix.Statfs(dir, &sf); err != nil {
		return Bounds{}, err
	}
	switch unix.ByteSliceToString(sf.Fstypename[:]) {
	case "msdos":
		return Bounds{Windows: true, File: largestOnFAT}, nil
	case "exfat":
		return Bounds{Windows: true}, nil
	}
	return Bounds{}, nil
}
