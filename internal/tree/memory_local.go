package tree

import (
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"path"
	"slices"

	"lanyard/internal/name"
)

// Local is a person or program at the machine that a Memory stands for: it works past Tree, is not counted, and never fails by plan. Paths are as in FS.
type Local struct{ d *medium }

// Local returns the person at this machine.
func (m *Memory) Local() Local { return Local{m.d} }

func (l Local) do(doing, p string, fn func(d *medium) error) error {
	l.d.mu.Lock()
	defer l.d.mu.Unlock()
	if errors.Is(l.d.state, errPowerOff) {
		return fmt.Errorf("%s %s: %w", doing, name.Quote(p), l.d.state)
	}
	return about(doing, p, fn(l.d))
}

// WriteFile writes p in place, or anew with the folders above it; its time moves on even when the clock stands still.
func (l Local) WriteFile(p string, b []byte) error {
	if err := l.MkdirAll(parent(p)); err != nil {
		return err
	}
	return l.do("write", p, func(d *medium) error {
		n, err := d.existing(p)
		if errors.Is(err, fs.ErrNotExist) {
			n, err = d.create(p, KindFile, 0o644)
		}
		if err != nil {
			return err
		}
		if n.kind != KindFile {
			return ErrNotFile
		}
		d.edit(n, func(c *content) { c.truncate(0); c.write(b, 0) })
		return nil
	})
}

// Save writes content to a temporary file and renames it over p, as editors do.
func (l Local) Save(p string, content []byte) error {
	scratch := path.Join(parent(p), ".#"+path.Base(p))
	if err := l.WriteFile(scratch, content); err != nil {
		return err
	}
	return l.Rename(scratch, p)
}

// ReadFile returns what a program sees in p.
func (l Local) ReadFile(p string) (content []byte, err error) {
	err = l.do("read", p, func(d *medium) error {
		n, err := d.existing(p)
		if err == nil && n.kind != KindFile {
			err = ErrNotFile
		}
		if err == nil {
			content = slices.Clone(n.content.now)
		}
		return err
	})
	return content, err
}

// Stat returns what lies at p.
func (l Local) Stat(p string) (s Stat, err error) {
	err = l.do("look at", p, func(d *medium) error {
		n, err := d.existing(p)
		if err == nil {
			s = n.stat()
		}
		return err
	})
	return s, err
}

// Rename moves from to to and replaces a file there.
func (l Local) Rename(from, to string) error {
	return l.do("move to", to, func(d *medium) error { return d.rename(from, to, true) })
}

// Remove deletes a file, link or empty folder.
func (l Local) Remove(p string) error {
	return l.do("remove", p, func(d *medium) error { return d.remove(p) })
}

// MkdirAll makes p and what is missing above it.
func (l Local) MkdirAll(p string) error {
	if p == "" {
		return nil
	}
	if err := l.MkdirAll(parent(p)); err != nil {
		return err
	}
	return l.do("make folder", p, func(d *medium) error {
		_, err := d.create(p, KindDir, 0o755)
		if errors.Is(err, ErrExists) {
			_, err = d.dir(p)
		}
		return err
	})
}

// Put makes something that is neither file nor folder: a link, a mount point, a FIFO.
func (l Local) Put(p string, kind Kind) error {
	return l.do("make", p, func(d *medium) error {
		_, err := d.create(p, kind, 0o777)
		return err
	})
}

// Unplug makes the disk look like another one at its path, as after a move of the root; Replug undoes it.
func (l Local) Unplug() error {
	return l.do("unplug", "", func(d *medium) error { d.state = ErrNotThisRoot; return nil })
}

// Replug undoes Unplug.
func (l Local) Replug() error {
	return l.do("plug in", "", func(d *medium) error { d.state = nil; return nil })
}

// Open opens p and keeps it open, as a program that goes on writing into it whatever its name becomes.
func (l Local) Open(p string) (File, error) { return (&Memory{d: l.d, quiet: true}).open(p, true) }

// Sync makes p durable, and its name: what was changed before that it builds on becomes so with it.
func (l Local) Sync(p string) error {
	return l.do("save", p, func(d *medium) error {
		dir, key, e, err := d.find(p)
		if err == nil && e.node == nil {
			err = fs.ErrNotExist
		}
		if err != nil {
			return err
		}
		if e.node.kind == KindFile {
			e.node.sync()
		}
		d.harden(func(c change) bool {
			return slices.ContainsFunc(c.slots, func(s slot) bool { return s.dir == dir && s.key == key })
		})
		return nil
	})
}

// Settle brings all that is late to the disk, as systems do by themselves after a while.
func (l Local) Settle() error {
	return l.do("save", "", func(d *medium) error { d.settle(); return nil })
}

// Walk shows everything on the disk, folders before what lies in them, by name.
func (l Local) Walk(show func(p string, s Stat, content []byte)) error {
	return l.do("list", "", func(d *medium) error {
		d.root.walk("", show)
		return nil
	})
}

func (n *node) walk(dir string, show func(string, Stat, []byte)) {
	for _, key := range slices.Sorted(maps.Keys(n.entries)) {
		e := n.entries[key]
		p := path.Join(dir, e.name)
		show(p, e.node.stat(), e.node.content.now)
		e.node.walk(p, show)
	}
}
