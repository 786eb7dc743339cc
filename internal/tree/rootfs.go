package tree

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"sort"
	"time"

	"lanyard/internal/name"
)

// rootFS is the portable FS over os.Root. It looks at every parent before it acts, so a link that a local program swaps in between look and act may be
// followed, but os.Root never lets that lead out of the root. What systems do differently is in system_*.go.
type rootFS struct {
	root   *os.Root
	path   string
	info   fs.FileInfo
	volume string
	id     ID
}

func openRoot(dir string) (*rootFS, error) {
	root, err := os.OpenRoot(dir)
	if err != nil {
		return nil, err
	}
	r := &rootFS{root: root, path: dir}
	if r.info, err = root.Stat("."); err == nil {
		r.id = r.statOf("", r.info).ID
		r.volume, err = systemVolume(dir)
	}
	if err != nil {
		return nil, errors.Join(err, root.Close())
	}
	return r, nil
}

// local is p as os.Root takes it, after a look at its parents.
func (r *rootFS) local(p string) (string, error) {
	if err := lexical(p); err != nil {
		return "", err
	}
	for i := range len(p) {
		if p[i] != '/' {
			continue
		}
		info, err := r.root.Lstat(filepath.FromSlash(p[:i]))
		if err != nil {
			return "", err
		}
		if r.statOf(p[:i], info).Kind != KindDir {
			return "", ErrParent
		}
	}
	if p == "" {
		return ".", nil
	}
	return filepath.FromSlash(p), nil
}

// do calls fn with the local form of p.
func (r *rootFS) do(doing, p string, fn func(local string) error) error {
	l, err := r.local(p)
	if err == nil {
		err = fn(l)
	}
	return about(doing, p, err)
}

// both calls fn with the local forms of two paths.
func (r *rootFS) both(doing, a, b string, fn func(a, b string) error) error {
	return r.do(doing, b, func(to string) error {
		from, err := r.local(a)
		if err != nil {
			return err
		}
		return fn(from, to)
	})
}

// statOf turns what the system says of p into a Stat.
func (r *rootFS) statOf(p string, info fs.FileInfo) Stat {
	s := Stat{Mode: info.Mode().Perm(), Links: 1, Mtime: info.ModTime().UnixNano()}
	systemStat(r.root, p, info, &s)
	switch mode := info.Mode(); {
	case mode&(fs.ModeSymlink|fs.ModeIrregular) != 0:
		s.Kind = KindLink
	case mode.IsDir() && r.id.Volume != 0 && s.ID.Volume != r.id.Volume:
		s.Kind = KindMount
	case mode.IsDir():
		s.Kind = KindDir
	case mode.IsRegular():
		s.Kind, s.Size, s.Exec = KindFile, info.Size(), systemExec && mode&0o100 != 0
	default:
		s.Kind = KindOther
	}
	return s
}

func (r *rootFS) Verify() error {
	info, err := os.Lstat(r.path)
	if err != nil {
		return fmt.Errorf("look for %s: %w (%w)", r.path, ErrNotThisRoot, err)
	}
	if !os.SameFile(info, r.info) {
		return fmt.Errorf("look for %s: %w", r.path, ErrNotThisRoot)
	}
	return nil
}

func (r *rootFS) Volume() string { return r.volume }
func (r *rootFS) HasExec() bool  { return systemExec }
func (r *rootFS) Close() error   { return r.root.Close() }

func (r *rootFS) Lstat(p string) (s Stat, err error) {
	err = r.do("look at", p, func(l string) error {
		info, err := r.root.Lstat(l)
		if err == nil {
			s = r.statOf(p, info)
		}
		return err
	})
	return s, err
}

func (r *rootFS) List(dir string) (entries []Entry, err error) {
	err = r.do("list", dir, func(l string) error {
		info, err := r.root.Lstat(l)
		if err != nil {
			return err
		}
		if r.statOf(dir, info).Kind != KindDir {
			return ErrParent
		}
		d, err := r.root.Open(l)
		if err != nil {
			return err
		}
		defer d.Close()
		infos, err := d.Readdir(-1)
		if err != nil {
			return err
		}
		for _, info := range infos {
			entries = append(entries, Entry{Name: info.Name(), Stat: r.statOf(path.Join(dir, info.Name()), info)})
		}
		return nil
	})
	sort.Slice(entries, func(i, j int) bool { return entries[i].Name < entries[j].Name })
	return entries, err
}

// openFile looks first, opens without blocking, and makes sure that it opened what it saw.
func (r *rootFS) openFile(p string, flags int) (f *rootFile, s Stat, err error) {
	err = r.do("open", p, func(l string) error {
		info, err := r.root.Lstat(l)
		if err != nil {
			return err
		}
		if s = r.statOf(p, info); s.Kind != KindFile {
			return ErrNotFile
		}
		opened, err := r.root.OpenFile(l, flags|systemNonblock, 0)
		if err != nil {
			return err
		}
		after, err := opened.Stat()
		if err == nil && !os.SameFile(info, after) {
			err = ErrChanged
		}
		if err != nil {
			return errors.Join(err, opened.Close())
		}
		f = &rootFile{File: opened, on: r, path: p}
		return nil
	})
	return f, s, err
}

func (r *rootFS) Open(p string) (File, error) {
	f, _, err := r.openFile(p, os.O_RDONLY)
	if err != nil {
		return nil, err
	}
	return f, nil
}

func (r *rootFS) Create(p string) (f File, err error) {
	err = r.do("create", p, func(l string) error {
		opened, err := r.root.OpenFile(l, os.O_RDWR|os.O_CREATE|os.O_EXCL, 0o666)
		f = &rootFile{File: opened, on: r, path: p}
		return err
	})
	if err != nil {
		return nil, err
	}
	return f, nil
}

func (r *rootFS) Reopen(p string) (File, error) {
	f, s, err := r.openFile(p, os.O_RDWR)
	if err == nil && s.Links != 1 {
		err = about("open", p, errors.Join(ErrNotFile, f.Close()))
	}
	if err != nil {
		return nil, err
	}
	return f, nil
}

func (r *rootFS) Mkdir(p string, mode fs.FileMode) error {
	return r.do("make folder", p, func(l string) error {
		err := r.root.Mkdir(l, mode)
		if err == nil && p == name.Hidden {
			err = systemHide(filepath.Join(r.path, l))
		}
		return err
	})
}

func (r *rootFS) Rename(from, to string) error {
	return r.both("move to", from, to, func(a, b string) error {
		err := systemRename(r.root, a, b)
		if errors.Is(err, errors.ErrUnsupported) {
			err = renameByLink(r, from, to)
		}
		return err
	})
}

// renameByLink renames without replacing on systems and disks that have no such call. A file gets its new name as a second one first, which fails
// when the name is taken; where links are unknown (FAT) the name is reserved by an empty file. A directory replaces at most an empty one.
func renameByLink(f FS, from, to string) error {
	s, err := f.Lstat(from)
	if err != nil {
		return err
	}
	if s.Kind == KindFile {
		err := f.Link(from, to)
		if err == nil {
			return f.Remove(from)
		}
		if !errors.Is(err, errors.ErrUnsupported) {
			return err
		}
		reserved, err := f.Create(to)
		if err != nil {
			return err
		}
		return errors.Join(reserved.Close(), f.Supplant(from, to))
	}
	if _, err := f.Lstat(to); err == nil {
		return ErrExists
	} else if !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	return f.Supplant(from, to)
}

func (r *rootFS) Supplant(from, to string) error { return r.both("replace", from, to, r.root.Rename) }

func (r *rootFS) Exchange(a, b string) error {
	return r.both("replace", a, b, func(a, b string) error { return systemExchange(r.root, a, b) })
}

func (r *rootFS) Link(from, to string) error {
	return r.both("link", from, to, func(a, b string) error {
		err := r.root.Link(a, b)
		if systemNoLinks(err) {
			err = errors.ErrUnsupported
		}
		return err
	})
}

func (r *rootFS) Remove(p string) error { return r.do("remove", p, r.root.Remove) }

func (r *rootFS) Sync(p string) error {
	return r.do("save", p, func(l string) error {
		info, err := r.root.Lstat(l)
		if err != nil {
			return err
		}
		if kind := r.statOf(p, info).Kind; kind != KindFile && kind != KindDir {
			return ErrNotFile
		}
		return systemSync(r.root, l)
	})
}

func (r *rootFS) SyncAll() error { return errors.ErrUnsupported }

func (r *rootFS) Busy(p string) error {
	return r.do("look at", p, func(l string) error { return systemBusy(filepath.Join(r.path, l)) })
}

func (r *rootFS) Space() (Space, error) {
	s, err := systemSpace(r.path)
	return s, about("measure", r.path, err)
}

func (r *rootFS) Bounds() (Bounds, error) {
	b, err := systemBounds(r.path)
	return b, about("measure", r.path, err)
}

// rootFile is an open file of rootFS.
type rootFile struct {
	*os.File
	on   *rootFS
	path string
}

func (f *rootFile) Busy() error { return f.on.Busy(f.path) }

func (f *rootFile) Stat() (Stat, error) {
	info, err := f.File.Stat()
	if err != nil {
		return Stat{}, about("look at", f.path, err)
	}
	s := f.on.statOf("", info)
	systemFileStat(f.File, &s)
	return s, nil
}

// SetMeta sets the time by name, since no portable call does it by handle, and only while the name is still this file's.
func (f *rootFile) SetMeta(mtime int64, mode fs.FileMode) error {
	if mode != 0 && systemExec {
		if err := f.Chmod(mode.Perm()); err != nil {
			return about("set mode of", f.path, err)
		}
	}
	return f.on.do("set time of", f.path, func(l string) error {
		now, err := f.on.root.Lstat(l)
		if err != nil {
			return err
		}
		if mine, err := f.File.Stat(); err != nil || !os.SameFile(now, mine) {
			return errors.Join(ErrChanged, err)
		}
		return f.on.root.Chtimes(l, time.Time{}, time.Unix(0, mtime))
	})
}

func (f *rootFile) Sync() error { return about("save", f.path, f.File.Sync()) }

func (f *rootFile) WriteAt(p []byte, off int64) (int, error) {
	n, err := f.File.WriteAt(p, off)
	return n, about("write", f.path, err)
}
