package tree

import (
	"errors"
	"io/fs"
	"sort"
)

// Memory is an FS in memory for tests of this and other packages, with what real disks do at bad moments: a power cut that loses or keeps any part of
// what was not synced (PowerCut), calls that fail (FailAt), a full disk (Options), and a local program that acts between two calls (Hook, Local).
//
// Its model of a power cut: each directory change is atomic; of those not synced, any subset reaches the disk that is closed under "changes the same
// name, moves the same file, or lies in a directory made by"; of a file's unsynced writes any subset, the last of them perhaps in part. That is more
// than journalling file systems lose.
//
// A call is counted when it reads, changes or syncs anything, on the FS or on an open File.
type Memory struct {
	d     *medium
	quiet bool // Local's: not counted, no hook, no planned failure
}

// MemoryOptions choose the kind of disk.
type MemoryOptions struct {
	CaseBlind  bool   // names that fold alike are one
	NoExchange bool   // Exchange is unsupported, as on Windows
	NoLinks    bool   // Link is unsupported, as on FAT
	NoSyncAll  bool   // SyncAll is unsupported, as everywhere but Linux
	Size       int64  // bytes of content it holds; 0 = 1 GiB
	Volume     string // what Volume returns
	Bounds            // names and sizes that it refuses
}

// NewMemory returns an empty disk.
func NewMemory(options MemoryOptions) *Memory {
	if options.Size == 0 {
		options.Size = 1 << 30
	}
	d := &medium{options: options}
	d.root = d.newNode(KindDir, 0o755)
	return &Memory{d: d}
}

// Hook sets what runs before each call, outside the lock: a local program. It may use Local on the same Memory. Set it before use.
func (m *Memory) Hook(hook func(call int, doing, path string)) { m.d.hook = hook }

// FailAt lets calls from the first to the last one given fail with err, counted from now, starting with 1. A failing write writes half.
func (m *Memory) FailAt(first, last int, err error) {
	m.d.mu.Lock()
	defer m.d.mu.Unlock()
	m.d.plan = failure{from: m.d.calls + first, to: m.d.calls + last, err: err}
}

// FullAt lets what is written to files find no room among such calls; all else is done.
func (m *Memory) FullAt(first, last int) {
	m.d.mu.Lock()
	defer m.d.mu.Unlock()
	m.d.plan = failure{from: m.d.calls + first, to: m.d.calls + last, err: ErrFull, writes: true}
}

// Calls returns the number of calls so far.
func (m *Memory) Calls() int {
	m.d.mu.Lock()
	defer m.d.mu.Unlock()
	return m.d.calls
}

// errPowerOff is what every call on a disk returns after its power cut.
var errPowerOff = errors.New("the machine is off")

// call runs fn under the lock as one call.
func (m *Memory) call(doing, p string, fn func(d *medium) error) error {
	d := m.d
	if err := lexical(p); err != nil {
		return about(doing, p, err)
	}
	call := 0
	if !m.quiet {
		call = d.count()
		if d.hook != nil {
			d.hook(call, doing, p)
		}
	}
	d.mu.Lock()
	defer d.mu.Unlock()
	switch {
	case errors.Is(d.state, errPowerOff):
		return about(doing, p, d.state)
	case d.plan.err != nil && call > 0 && d.plan.from <= call && call <= d.plan.to && (doing == "write" || !d.plan.writes):
		return about(doing, p, d.plan.err)
	}
	return about(doing, p, fn(d))
}

// Verify implements FS; Local.Unplug makes it fail.
func (m *Memory) Verify() error {
	return m.call("look for", "", func(d *medium) error { return d.state })
}

// Volume implements FS.
func (m *Memory) Volume() string { return m.d.options.Volume }

// HasExec implements FS.
func (m *Memory) HasExec() bool { return true }

// Close implements FS. The disk can be used again by another Tree.
func (m *Memory) Close() error { return nil }

// Lstat implements FS.
func (m *Memory) Lstat(p string) (s Stat, err error) {
	err = m.call("look at", p, func(d *medium) error {
		n, err := d.existing(p)
		if err == nil {
			s = n.stat()
		}
		return err
	})
	return s, err
}

// List implements FS.
func (m *Memory) List(dir string) (all []Entry, err error) {
	err = m.call("list", dir, func(d *medium) error {
		n, err := d.dir(dir)
		if err != nil {
			return err
		}
		for _, e := range n.entries {
			all = append(all, Entry{Name: e.name, Stat: e.node.stat()})
		}
		return nil
	})
	sort.Slice(all, func(i, j int) bool { return all[i].Name < all[j].Name })
	return all, err
}

// Open implements FS.
func (m *Memory) Open(p string) (File, error) { return m.open(p, false) }

// Reopen implements FS.
func (m *Memory) Reopen(p string) (File, error) { return m.open(p, true) }

func (m *Memory) open(p string, write bool) (File, error) {
	var f *memoryFile
	err := m.call("open", p, func(d *medium) error {
		n, err := d.existing(p)
		if err == nil && (n.kind != KindFile || write && n.links != 1) {
			err = ErrNotFile
		}
		if err == nil {
			f = d.openNode(m, n, p, write)
		}
		return err
	})
	if err != nil {
		return nil, err
	}
	return f, nil
}

// Create implements FS.
func (m *Memory) Create(p string) (File, error) {
	var f *memoryFile
	err := m.call("create", p, func(d *medium) error {
		n, err := d.create(p, KindFile, 0o644)
		if err == nil {
			f = d.openNode(m, n, p, true)
		}
		return err
	})
	if err != nil {
		return nil, err
	}
	return f, nil
}

// Mkdir implements FS.
func (m *Memory) Mkdir(p string, mode fs.FileMode) error {
	return m.call("make folder", p, func(d *medium) error {
		_, err := d.create(p, KindDir, mode)
		return err
	})
}

// Rename implements FS.
func (m *Memory) Rename(from, to string) error {
	return m.call("move to", to, func(d *medium) error { return d.rename(from, to, false) })
}

// Supplant implements FS.
func (m *Memory) Supplant(from, to string) error {
	return m.call("replace", to, func(d *medium) error { return d.rename(from, to, true) })
}

// Exchange implements FS.
func (m *Memory) Exchange(a, b string) error {
	if m.d.options.NoExchange {
		return about("replace", b, errors.ErrUnsupported)
	}
	return m.call("replace", b, func(d *medium) error {
		dirA, keyA, x, errA := d.find(a)
		dirB, keyB, y, errB := d.find(b)
		if err := errors.Join(errA, errB); err != nil {
			return err
		}
		if x.node == nil || y.node == nil {
			return fs.ErrNotExist
		}
		d.apply(change{node: []*node{x.node, y.node}, slots: []slot{{dirA, keyA, entry{x.name, y.node}}, {dirB, keyB, entry{y.name, x.node}}}})
		return nil
	})
}

// Link implements FS.
func (m *Memory) Link(from, to string) error {
	if m.d.options.NoLinks {
		return about("link", to, errors.ErrUnsupported)
	}
	return m.call("link", to, func(d *medium) error {
		n, err := d.existing(from)
		if err != nil {
			return err
		}
		s, err := d.free(to)
		if err != nil {
			return err
		}
		n.links++
		s.entry.node = n
		d.apply(change{slots: []slot{s}, node: []*node{n}})
		return nil
	})
}

// Remove implements FS.
func (m *Memory) Remove(p string) error {
	return m.call("remove", p, func(d *medium) error { return d.remove(p) })
}

// Busy implements FS.
func (m *Memory) Busy(p string) error {
	return m.call("look at", p, func(d *medium) error {
		n, err := d.existing(p)
		if err == nil && n.writers > 0 {
			err = ErrBusy
		}
		return err
	})
}

// Bounds implements FS.
func (m *Memory) Bounds() (Bounds, error) { return m.d.options.Bounds, nil }

// Space implements FS.
func (m *Memory) Space() (s Space, err error) {
	err = m.call("measure", "", func(d *medium) error {
		s = Space{Total: uint64(d.options.Size), Free: uint64(max(0, d.options.Size-d.used))}
		return nil
	})
	return s, err
}
