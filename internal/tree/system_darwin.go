package tree

import (
	"errors"
	"os"
	"path/filepath"
	"syscall"

	"golang.org/x/sys/unix"
)

func changeTime(st *syscall.Stat_t) int64 { return st.Ctimespec.Nano() }

// systemVolume: the identifier that macOS gives a volume comes from the device number and does not last.
func systemVolume(string) (string, error) { return "", nil }

func systemRename(root *os.Root, a, b string) error {
	return renamex(root, a, b, unix.RENAME_EXCL)
}

func systemExchange(root *os.Root, a, b string) error {
	return renamex(root, a, b, unix.RENAME_SWAP)
}

// renamex calls renameatx_np(2) relative to both parents; errors.ErrUnsupported on disks that lack it (HFS+, FAT).
func renamex(root *os.Root, a, b string, flag uint32) error {
	from, err := root.Open(filepath.Dir(a))
	if err != nil {
		return err
	}
	defer from.Close()
	to, err := root.Open(filepath.Dir(b))
	if err != nil {
		return err
	}
	defer to.Close()
	err = unix.RenameatxNp(int(from.Fd()), filepath.Base(a), int(to.Fd()), filepath.Base(b), flag)
	if errors.Is(err, unix.ENOTSUP) || errors.Is(err, unix.EINVAL) {
		return errors.ErrUnsupported
	}
	return err
}
