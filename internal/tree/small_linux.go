package tree

import (
	"os"
	"path"

	"golang.org/x/sys/unix"
)

// readSmall opens what was looked at before without blocking and compares it with that: a FIFO or device that took its place since is never read.
func (h *handles) readSmall(p string, want Stat, b []byte) error {
	at, err := h.place(p)
	if err != nil {
		return about("open", p, err)
	}
	defer at.close()
	if want.Kind != KindFile {
		return about("open", p, ErrNotFile)
	}
	fd, err := openat2(at.fd, at.base, unix.O_RDONLY|unix.O_NOFOLLOW|unix.O_NONBLOCK|unix.O_NOCTTY, 0)
	if err != nil {
		return about("open", p, err)
	}
	defer unix.Close(fd)
	same := func(fd int, base string) error {
		s, err := h.stat(fd, base)
		if err == nil && !s.unwritten(want) {
			err = ErrChanged
		}
		return err
	}
	if err := same(fd, ""); err != nil {
		return about("read", p, err)
	}
	if leased(fd) == unix.EAGAIN {
		return about("read", p, ErrBusy)
	}
	if err := readFull(fd, b); err != nil {
		return about("read", p, err)
	}
	if err := same(at.fd, at.base); err != nil {
		return about("read", p, ErrChanged)
	}
	return nil
}

// readFull reads as much as b holds; ErrChanged when there is less.
func readFull(fd int, b []byte) error {
	for off := 0; off < len(b); {
		n, err := unix.Pread(fd, b[off:], int64(off))
		switch {
		case err == unix.EINTR:
		case err != nil:
			return err
		case n == 0:
			return ErrChanged
		default:
			off += n
		}
	}
	return nil
}

// lstatEach holds the folder of the paths at hand open, for the others that lie in it.
func (h *handles) lstatEach(paths []string, each func(i int, s Stat, err error)) {
	var at place
	var dir string
	var err error
	for i, p := range paths {
		if i == 0 || parent(p) != dir {
			at.close()
			dir = parent(p)
			at, err = h.place(p)
		}
		if err != nil {
			each(i, Stat{}, about("look at", p, err))
			continue
		}
		s, err := h.stat(at.fd, path.Base(p))
		each(i, s, about("look at", p, err))
	}
	at.close()
}

// placeSmall holds each folder open only for as long as it takes, like all others here.
func (h *handles) placeSmall(in, to string, b []byte, mtime int64) (Stat, bool, error) {
	from, err := h.place(in)
	if err != nil {
		return Stat{}, false, err
	}
	defer from.close()
	fd, err := openat2(from.fd, from.base, unix.O_WRONLY|unix.O_CREAT|unix.O_EXCL|unix.O_NOFOLLOW, 0o666)
	if err != nil {
		return Stat{}, false, err
	}
	defer unix.Close(fd)
	if err := writeFull(fd, b); err != nil {
		return Stat{}, false, err
	}
	if err := setTime(fd, mtime); err != nil {
		return Stat{}, false, err
	}
	mine, err := h.stat(fd, "")
	if err != nil {
		return Stat{}, false, err
	}
	at, err := h.place(to)
	if err != nil {
		return Stat{}, false, err
	}
	defer at.close()
	if err := retry(func() error { return unix.Renameat2(from.fd, from.base, at.fd, at.base, unix.RENAME_NOREPLACE) }); err != nil {
		return Stat{}, false, err
	}
	s, err := h.stat(fd, "") // after the move, which changes Ctime
	return mine.moved(s), true, about("place", to, err)
}

func writeFull(fd int, b []byte) error {
	for off := 0; off < len(b); {
		n, err := unix.Pwrite(fd, b[off:], int64(off))
		if err != nil && err != unix.EINTR {
			return os.NewSyscallError("pwrite", err)
		}
		off += max(n, 0)
	}
	return nil
}
