package tree

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"time"

	"lanyard/internal/name"
)

// memoryFile is an open file of a Memory.
type memoryFile struct {
	m     *Memory
	n     *node
	path  string
	write bool
	done  bool
}

// do runs fn as one call on the open file.
func (f *memoryFile) do(doing string, fn func(d *medium) error) error {
	return f.m.call(doing, f.path, func(d *medium) error {
		if f.done {
			return fs.ErrClosed
		}
		return fn(d)
	})
}

func (f *memoryFile) Stat() (s Stat, err error) {
	err = f.do("look at", func(*medium) error { s = f.n.stat(); return nil })
	return s, err
}

func (f *memoryFile) Busy() error {
	return f.do("look at", func(*medium) error {
		if f.n.writers > 0 {
			return ErrBusy
		}
		return nil
	})
}

func (f *memoryFile) ReadAt(p []byte, off int64) (n int, err error) {
	err = f.do("read", func(*medium) error {
		if off < int64(len(f.n.content.now)) {
			n = copy(p, f.n.content.now[off:])
		}
		return nil
	})
	if err == nil && n < len(p) {
		err = io.EOF
	}
	return n, err
}

// WriteAt writes what fits when the disk is full, and half when it is to fail by plan.
func (f *memoryFile) WriteAt(p []byte, off int64) (n int, err error) {
	if !f.write {
		return 0, about("write", f.path, ErrDenied)
	}
	ran := false
	write := func(d *medium, p []byte) {
		d.edit(f.n, func(c *content) { c.write(p, off) })
		n = len(p)
	}
	err = f.do("write", func(d *medium) error {
		ran = true
		more := off + int64(len(p)) - int64(len(f.n.content.now))
		room := d.options.Size - d.used
		if most := d.options.File; most > 0 {
			room = min(room, most-int64(len(f.n.content.now)))
		}
		if more > room {
			if p = p[:max(0, int64(len(p))-(more-room))]; len(p) > 0 {
				write(d, p)
			}
			return ErrFull
		}
		write(d, p)
		return nil
	})
	if half := len(p) / 2; err != nil && !ran && half > 0 && !errors.Is(err, errPowerOff) {
		f.m.d.mu.Lock()
		defer f.m.d.mu.Unlock()
		write(f.m.d, p[:half])
	}
	return n, err
}

func (f *memoryFile) Truncate(size int64) error {
	return f.do("cut", func(d *medium) error {
		if !f.write || size < 0 {
			return ErrDenied
		}
		d.edit(f.n, func(c *content) { c.truncate(size) })
		return nil
	})
}

func (f *memoryFile) SetMeta(mtime int64, mode fs.FileMode) error {
	return f.do("set time of", func(*medium) error {
		f.n.mtime, f.n.ctime = mtime, time.Now().UnixNano()
		if mode != 0 {
			f.n.mode = mode.Perm()
		}
		return nil
	})
}

func (f *memoryFile) Sync() error {
	return f.do("save", func(*medium) error { f.n.sync(); return nil })
}

func (f *memoryFile) Close() error {
	f.m.d.mu.Lock()
	defer f.m.d.mu.Unlock()
	if f.done {
		return fmt.Errorf("close %s: %w", name.Quote(f.path), fs.ErrClosed)
	}
	f.done = true
	if f.write {
		f.n.writers--
	}
	return nil
}
