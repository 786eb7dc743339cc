package tree

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path"
	"sort"
	"strings"

	"golang.org/x/sys/unix"
)

// handles is the sharp FS of Linux. Each call opens the parent with one openat2(2) that refuses links and mount points in every element, then acts on
// the last element relative to that handle. Nothing is cached: a directory that somebody moves out of the root between two calls is never written to.
type handles struct {
	path   string // absolute, free of links when it was opened
	fd     int
	id     ID
	volume string
}

const (
	resolveStrictly = unix.RESOLVE_BENEATH | unix.RESOLVE_NO_SYMLINKS | unix.RESOLVE_NO_MAGICLINKS | unix.RESOLVE_NO_XDEV
	maxCall         = 4000 // bytes of a path handed to one system call; PATH_MAX is 4096
	statxMask       = unix.STATX_BASIC_STATS
)

// openHandles needs Linux 5.8 (openat2, and statx telling mount points): errors.ErrUnsupported on older ones.
func openHandles(dir string) (*handles, error) {
	fd, err := unix.Open(dir, unix.O_RDONLY|unix.O_DIRECTORY|unix.O_CLOEXEC, 0)
	if err != nil {
		return nil, err
	}
	h := &handles{path: dir, fd: fd}
	probe, err := h.open("", unix.O_PATH|unix.O_DIRECTORY, 0)
	if err != nil {
		unix.Close(fd)
		return nil, fmt.Errorf("%w (%w)", errors.ErrUnsupported, err)
	}
	unix.Close(probe)
	var sx unix.Statx_t
	if err = unix.Statx(fd, "", unix.AT_EMPTY_PATH, statxMask, &sx); err == nil && sx.Attributes_mask&unix.STATX_ATTR_MOUNT_ROOT == 0 {
		err = errors.ErrUnsupported
	}
	if err == nil {
		h.id = statxID(&sx)
		h.volume, err = volumeOf(fd)
	}
	if err != nil {
		unix.Close(fd)
		return nil, err
	}
	return h, nil
}

// volumeOf names the volume by the file system's own identifier where that comes from its superblock and so outlives restarts: ext2 to ext4, btrfs.
// Others derive it from the device number.
func volumeOf(fd int) (string, error) {
	var sf unix.Statfs_t
	if err := retry(func() error { return unix.Fstatfs(fd, &sf) }); err != nil {
		return "", err
	}
	switch sf.Type {
	case unix.EXT4_SUPER_MAGIC, unix.BTRFS_SUPER_MAGIC:
		return fmt.Sprintf("%08x%08x", uint32(sf.Fsid.Val[0]), uint32(sf.Fsid.Val[1])), nil
	}
	return "", nil
}

// retry repeats a call that a signal interrupted.
func retry(call func() error) error {
	for {
		if err := call(); err != unix.EINTR {
			return err
		}
	}
}

// open opens path strictly. A path too long for one call is walked in pieces.
func (h *handles) open(p string, flags uint64, mode uint64) (int, error) {
	if err := lexical(p); err != nil {
		return -1, err
	}
	at := h.fd
	for len(p) > maxCall {
		i := strings.LastIndexByte(p[:maxCall], '/')
		next, err := openat2(at, p[:max(i, 0)], unix.O_PATH|unix.O_DIRECTORY, 0)
		if at != h.fd {
			unix.Close(at)
		}
		if err != nil {
			return -1, err
		}
		at, p = next, p[i+1:]
	}
	fd, err := openat2(at, p, flags, mode)
	if at != h.fd {
		unix.Close(at)
	}
	return fd, err
}

func openat2(at int, p string, flags, mode uint64) (int, error) {
	if p == "" {
		p = "."
	}
	how := unix.OpenHow{Flags: flags | unix.O_CLOEXEC, Mode: mode, Resolve: resolveStrictly}
	for {
		fd, err := unix.Openat2(at, p, &how)
		if err != unix.EINTR && err != unix.EAGAIN {
			return fd, err
		}
	}
}

// place is a last element and the handle of its parent.
type place struct {
	fd   int
	base string
	own  bool // fd is to be closed
}

func (p place) close() {
	if p.own {
		unix.Close(p.fd)
	}
}

func (h *handles) place(p string) (place, error) {
	if err := lexical(p); err != nil || p == "" {
		return place{}, ErrName
	}
	dir := parent(p)
	if dir == "" {
		return place{fd: h.fd, base: p}, nil
	}
	fd, err := h.open(dir, unix.O_PATH|unix.O_DIRECTORY, 0)
	return place{fd: fd, base: path.Base(p), own: true}, err
}

// at calls fn with the place of p.
func (h *handles) at(p string, fn func(place) error) error {
	at, err := h.place(p)
	if err != nil {
		return err
	}
	defer at.close()
	return retry(func() error { return fn(at) })
}

// between calls fn with the places of two paths.
func (h *handles) between(a, b string, fn func(a, b place) error) error {
	return h.at(a, func(from place) error {
		return h.at(b, func(to place) error { return fn(from, to) })
	})
}

func (h *handles) stat(fd int, base string) (Stat, error) {
	flags := unix.AT_SYMLINK_NOFOLLOW | unix.AT_NO_AUTOMOUNT
	if base == "" {
		flags |= unix.AT_EMPTY_PATH
	}
	var sx unix.Statx_t
	if err := retry(func() error { return unix.Statx(fd, base, flags, statxMask, &sx) }); err != nil {
		return Stat{}, err
	}
	s := Stat{
		Mode: fs.FileMode(sx.Mode & 0o777), Links: sx.Nlink, ID: statxID(&sx),
		Mtime: sx.Mtime.Sec*1e9 + int64(sx.Mtime.Nsec), Ctime: sx.Ctime.Sec*1e9 + int64(sx.Ctime.Nsec),
	}
	mounted := sx.Attributes&unix.STATX_ATTR_MOUNT_ROOT != 0 && base != "" // the root itself may be one
	switch kind := sx.Mode & unix.S_IFMT; {
	case kind == unix.S_IFLNK:
		s.Kind = KindLink
	case mounted, kind == unix.S_IFDIR && s.ID.Volume != h.id.Volume: // overlay file systems give files, not folders, odd volumes
		s.Kind = KindMount
	case kind == unix.S_IFDIR:
		s.Kind = KindDir
	case kind == unix.S_IFREG:
		s.Kind, s.Size, s.Exec = KindFile, int64(sx.Size), sx.Mode&0o100 != 0
	default:
		s.Kind = KindOther
	}
	return s, nil
}

func statxID(sx *unix.Statx_t) ID {
	return ID{Volume: unix.Mkdev(sx.Dev_major, sx.Dev_minor), File: sx.Ino}
}

func (h *handles) Verify() error {
	var st unix.Stat_t
	if err := retry(func() error { return unix.Lstat(h.path, &st) }); err != nil {
		return fmt.Errorf("look for %s: %w (%w)", h.path, ErrNotThisRoot, err)
	}
	if (ID{Volume: st.Dev, File: st.Ino}) != h.id {
		return fmt.Errorf("look for %s: %w", h.path, ErrNotThisRoot)
	}
	return nil
}

func (h *handles) Volume() string { return h.volume }
func (h *handles) HasExec() bool  { return true }
func (h *handles) Close() error   { return unix.Close(h.fd) }

func (h *handles) Lstat(p string) (Stat, error) {
	if p == "" {
		return h.stat(h.fd, "")
	}
	at, err := h.place(p)
	if err != nil {
		return Stat{}, about("look at", p, err)
	}
	defer at.close()
	s, err := h.stat(at.fd, at.base)
	return s, about("look at", p, err)
}

func (h *handles) List(dir string) ([]Entry, error) {
	fd, err := h.open(dir, unix.O_RDONLY|unix.O_DIRECTORY, 0)
	if err != nil {
		return nil, about("list", dir, err)
	}
	d := os.NewFile(uintptr(fd), dir)
	defer d.Close()
	names, err := d.Readdirnames(-1)
	if err != nil {
		return nil, about("list", dir, err)
	}
	sort.Strings(names)
	entries := make([]Entry, 0, len(names))
	for i, n := range names {
		if i > 0 && n == names[i-1] { // a name moved while it was being read
			continue
		}
		s, err := h.stat(fd, n)
		if errors.Is(err, fs.ErrNotExist) {
			continue
		}
		if err != nil {
			return nil, about("list", path.Join(dir, n), err)
		}
		entries = append(entries, Entry{Name: n, Stat: s})
	}
	return entries, nil
}

// openFile looks first and opens afterwards without blocking, then makes sure that it opened what it saw: opening a device may act, and a FIFO would
// wait for its other end.
func (h *handles) openFile(p string, flags uint64) (*handle, Stat, error) {
	at, err := h.place(p)
	if err != nil {
		return nil, Stat{}, err
	}
	defer at.close()
	seen, err := h.stat(at.fd, at.base)
	if err != nil {
		return nil, Stat{}, err
	}
	if seen.Kind != KindFile {
		return nil, seen, ErrNotFile
	}
	fd, err := openat2(at.fd, at.base, flags|unix.O_NOFOLLOW|unix.O_NONBLOCK|unix.O_NOCTTY, 0)
	if err != nil {
		return nil, seen, err
	}
	s, err := h.stat(fd, "")
	if err == nil && (s.Kind != KindFile || s.ID != seen.ID) {
		err = ErrChanged
	}
	if err == nil {
		_, err = unix.FcntlInt(uintptr(fd), unix.F_SETFL, 0) // else os would have the file polled, which no regular file can be
	}
	if err != nil {
		unix.Close(fd)
		return nil, s, err
	}
	return h.handle(fd, p), s, nil
}

func (h *handles) Open(p string) (File, error) {
	f, _, err := h.openFile(p, unix.O_RDONLY)
	if err != nil {
		return nil, about("open", p, err)
	}
	return f, nil
}

func (h *handles) Create(p string) (File, error) {
	at, err := h.place(p)
	if err != nil {
		return nil, about("create", p, err)
	}
	defer at.close()
	fd, err := openat2(at.fd, at.base, unix.O_RDWR|unix.O_CREAT|unix.O_EXCL|unix.O_NOFOLLOW, 0o666)
	if err != nil {
		return nil, about("create", p, err)
	}
	return h.handle(fd, p), nil
}

func (h *handles) Reopen(p string) (File, error) {
	f, s, err := h.openFile(p, unix.O_RDWR)
	if err == nil && s.Links != 1 {
		err = errors.Join(ErrNotFile, f.Close())
	}
	if err != nil {
		return nil, about("open", p, err)
	}
	return f, nil
}

func (h *handles) Mkdir(p string, mode fs.FileMode) error {
	return about("make folder", p, h.at(p, func(at place) error { return unix.Mkdirat(at.fd, at.base, uint32(mode.Perm())) }))
}

func (h *handles) Rename(from, to string) error {
	err := h.between(from, to, func(a, b place) error {
		return unix.Renameat2(a.fd, a.base, b.fd, b.base, unix.RENAME_NOREPLACE)
	})
	if err == unix.EINVAL || err == unix.ENOSYS { // some network and FUSE file systems know no flags
		err = renameByLink(h, from, to)
	}
	return about("move to", to, err)
}

func (h *handles) Supplant(from, to string) error {
	return about("replace", to, h.between(from, to, func(a, b place) error { return unix.Renameat(a.fd, a.base, b.fd, b.base) }))
}

func (h *handles) Exchange(a, b string) error {
	err := h.between(a, b, func(a, b place) error { return unix.Renameat2(a.fd, a.base, b.fd, b.base, unix.RENAME_EXCHANGE) })
	if err == unix.EINVAL || err == unix.ENOSYS {
		err = errors.ErrUnsupported
	}
	return about("replace", b, err)
}

func (h *handles) Link(from, to string) error {
	err := h.between(from, to, func(a, b place) error { return unix.Linkat(a.fd, a.base, b.fd, b.base, 0) })
	if err == unix.EPERM || err == unix.EOPNOTSUPP || err == unix.EMLINK {
		err = errors.ErrUnsupported
	}
	return about("link", to, err)
}

func (h *handles) Remove(p string) error {
	return about("remove", p, h.at(p, func(at place) error {
		err := unix.Unlinkat(at.fd, at.base, 0)
		if err == unix.EISDIR {
			err = unix.Unlinkat(at.fd, at.base, unix.AT_REMOVEDIR)
		}
		return err
	}))
}

func (h *handles) Sync(p string) error {
	fd, err := h.open(p, unix.O_RDONLY|unix.O_NONBLOCK|unix.O_NOFOLLOW, 0)
	if err != nil {
		return about("save", p, err)
	}
	defer unix.Close(fd)
	s, err := h.stat(fd, "")
	if err == nil && s.Kind != KindFile && s.Kind != KindDir {
		err = ErrNotFile
	}
	if err == nil {
		err = retry(func() error { return unix.Fsync(fd) })
	}
	return about("save", p, err)
}

// SyncAll reports errors of writing back since the root was opened: Linux keeps them for each open handle.
func (h *handles) SyncAll() error {
	return about("save", h.path, retry(func() error { return unix.Syncfs(h.fd) }))
}

// Busy takes a read lease for an instant: the kernel grants none while anybody has the file open for writing (fcntl(2), F_SETLEASE).
func (h *handles) Busy(p string) error {
	f, _, err := h.openFile(p, unix.O_RDONLY)
	if err != nil {
		return about("look at", p, err)
	}
	defer f.Close()
	return f.Busy()
}

func (h *handles) Space() (Space, error) {
	var sf unix.Statfs_t
	if err := retry(func() error { return unix.Fstatfs(h.fd, &sf) }); err != nil {
		return Space{}, about("measure", h.path, err)
	}
	return Space{Free: sf.Bavail * uint64(sf.Frsize), Total: sf.Blocks * uint64(sf.Frsize)}, nil
}

func (h *handles) Bounds() (Bounds, error) {
	var sf unix.Statfs_t
	if err := retry(func() error { return unix.Fstatfs(h.fd, &sf) }); err != nil {
		return Bounds{}, about("measure", h.path, err)
	}
	return boundsOf(int64(sf.Type), int64(sf.Namelen)), nil
}
