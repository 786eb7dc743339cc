package watch

import (
	"fmt"

	"golang.org/x/sys/unix"
)

// Magic numbers of file systems that other machines change (statfs(2)). FUSE is not among them: most of what it carries is local.
const (
	nfs  = 0x6969
	smb  = 0x517b
	cifs = 0xff534d42
	smb2 = 0xfe534d42
	afs  = 0x5346414f
	ceph = 0x00c36400
	p9   = 0x01021997
)

// Remote reports whether a folder lies on a network drive: what other machines change there the system tells nobody.
func Remote(dir string) (bool, error) {
	var s unix.Statfs_t
	if err := unix.Statfs(dir, &s); err != nil {
		return false, fmt.Errorf("look what disk %s lies on: %w", dir, err)
	}
	switch uint32(s.Type) {
	case nfs, smb, cifs, smb2, afs, ceph, p9:
		return true, nil
	}
	return false, nil
}
