package tree

import (
	"golang.org/x/sys/unix"

	"lanyard/internal/name"
)

// What statfs calls the disks that carry Windows' rules with them.
const (
	typeFAT   = unix.MSDOS_SUPER_MAGIC
	typeExFAT = 0x2011bab0
)

// boundsOf are the bounds of a kind of file system whose names have so many bytes at most. Encrypted home folders have names of 143 bytes.
func boundsOf(kind, longest int64) (b Bounds) {
	b.Windows = kind == typeFAT || kind == typeExFAT
	if kind == typeFAT {
		b.File = largestOnFAT
	}
	if longest > 0 && longest < name.MaxElement {
		b.Element = int(longest)
	}
	return b
}

func systemBounds(dir string) (Bounds, error) {
	var sf unix.Statfs_t
	if err := unix.Statfs(dir, &sf); err != nil {
		return Bounds{}, err
	}
	return boundsOf(int64(sf.Type), int64(sf.Namelen)), nil
}
