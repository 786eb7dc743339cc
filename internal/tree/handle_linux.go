package tree

import (
	"errors"
	"io/fs"
	"os"
	"unsafe"

	"golang.org/x/sys/unix"
)

// handle is an open file of handles.
type handle struct {
	*os.File
	on *handles
	fd int // File's, which its Fd method would make system calls for; -1 once closed
}

func (h *handles) handle(fd int, p string) *handle {
	return &handle{File: os.NewFile(uintptr(fd), p), on: h, fd: fd}
}

func (f *handle) Close() error {
	f.fd = -1
	return f.File.Close()
}

func (f *handle) Stat() (Stat, error) {
	s, err := f.on.stat(f.fd, "")
	return s, about("look at", f.Name(), err)
}

func (f *handle) SetMeta(mtime int64, mode fs.FileMode) error {
	if mode != 0 {
		if err := f.Chmod(mode.Perm()); err != nil {
			return about("set mode of", f.Name(), err)
		}
	}
	return about("set time of", f.Name(), setTime(f.fd, mtime))
}

// setTime sets the modification time of an open file.
func setTime(fd int, mtime int64) error {
	times := [2]unix.Timespec{{Nsec: unix.UTIME_OMIT}, unix.NsecToTimespec(mtime)}
	// With no path the call acts on the handle itself; x/sys has no function for that form.
	_, _, number := unix.Syscall6(unix.SYS_UTIMENSAT, uintptr(fd), 0, uintptr(unsafe.Pointer(&times)), 0, 0, 0)
	if number != 0 {
		return number
	}
	return nil
}

func (f *handle) Sync() error { return about("save", f.Name(), f.File.Sync()) }
func (f *handle) WriteAt(p []byte, off int64) (int, error) {
	n, err := f.File.WriteAt(p, off)
	return n, about("write", f.Name(), err)
}

// leased takes and gives back the lease.
func leased(fd int) error {
	_, err := unix.FcntlInt(uintptr(fd), unix.F_SETLEASE, unix.F_RDLCK)
	if err == nil {
		_, err = unix.FcntlInt(uintptr(fd), unix.F_SETLEASE, unix.F_UNLCK)
	}
	return err
}

// Busy takes and gives back the lease.
func (f *handle) Busy() error {
	err := leased(f.fd)
	switch err {
	case unix.EAGAIN:
		err = ErrBusy
	case unix.EACCES, unix.EINVAL, unix.ENOSYS, unix.EOPNOTSUPP: // another's file, or a file system without leases
		err = errors.ErrUnsupported
	}
	return about("look at", f.Name(), err)
}
