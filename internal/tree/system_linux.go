package tree

import (
	"errors"
	"os"
	"syscall"

	"golang.org/x/sys/unix"
)

func changeTime(st *syscall.Stat_t) int64 { return st.Ctim.Nano() }

func systemVolume(dir string) (string, error) {
	fd, err := unix.Open(dir, unix.O_PATH|unix.O_CLOEXEC, 0)
	if err != nil {
		return "", err
	}
	defer unix.Close(fd)
	return volumeOf(fd)
}

func systemRename(*os.Root, string, string) error   { return errors.ErrUnsupported }
func systemExchange(*os.Root, string, string) error { return errors.ErrUnsupported }
