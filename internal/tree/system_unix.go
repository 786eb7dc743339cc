//go:build linux || darwin

package tree

import (
	"errors"
	"io/fs"
	"os"
	"syscall"

	"golang.org/x/sys/unix"
)

const (
	systemExec     = true
	systemNonblock = unix.O_NONBLOCK | unix.O_NOFOLLOW
)

// systemStat fills in what fs.FileInfo keeps to itself.
func systemStat(_ *os.Root, _ string, info fs.FileInfo, s *Stat) {
	if st, ok := info.Sys().(*syscall.Stat_t); ok {
		s.ID = ID{Volume: uint64(st.Dev), File: st.Ino}
		s.Links = uint32(st.Nlink)
		s.Ctime = changeTime(st)
	}
}

func systemFileStat(*os.File, *Stat) {}

func systemHide(string) error { return nil } // the leading dot hides it

// systemSync makes a file or directory durable; on macOS os.File.Sync asks the drive too (F_FULLFSYNC).
func systemSync(root *os.Root, local string) error {
	f, err := root.OpenFile(local, os.O_RDONLY|systemNonblock, 0)
	if err != nil {
		return err
	}
	return errors.Join(f.Sync(), f.Close())
}

func systemNoLinks(err error) bool {
	return errors.Is(err, unix.EPERM) || errors.Is(err, unix.EOPNOTSUPP) || errors.Is(err, unix.EMLINK)
}

func systemBusy(string) error { return errors.ErrUnsupported }

func systemSpace(dir string) (Space, error) {
	var sf unix.Statfs_t
	if err := unix.Statfs(dir, &sf); err != nil {
		return Space{}, err
	}
	return Space{Free: sf.Bavail * uint64(sf.Bsize), Total: sf.Blocks * uint64(sf.Bsize)}, nil
}
