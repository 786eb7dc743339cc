package tree

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"path"
	"sort"
	"strings"
	"sync"
	"time"

	"lanyard/internal/name"
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
}

// medium is the state behind a Memory.
type medium struct {
	options MemoryOptions
	hook    func(call int, doing, path string)

	mu     sync.Mutex
	root   *node
	late   []change // directory changes not durable yet, oldest first
	nextID uint64
	used   int64 // bytes of all files that have a name
	calls  int
	plan   failure
	state  error // set once the power is off or the root was moved away
}

// failure is what FailAt asked for.
type failure struct {
	from, to int // calls
	err      error
}

// node is a file, directory or other thing.
type node struct {
	id      uint64
	kind    Kind
	mode    fs.FileMode
	mtime   int64
	ctime   int64
	links   uint32
	saved   meta // what the disk has of mode and mtime
	writers int  // open handles for writing
	content content
	entries map[string]entry // directories: by key
	onDisk  map[string]entry
}

// meta is what SetMeta sets.
type meta struct {
	mode  fs.FileMode
	mtime int64
}

type entry struct {
	name string
	node *node
}

// change is one atomic directory change.
type change struct {
	slots []slot
	node  []*node // moved or made
}

// slot is what a change leaves at a name; a nil node is nothing.
type slot struct {
	dir   *node
	key   string
	entry entry
}

const memoryVolume = 7

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
	case call > 0 && d.plan.from <= call && call <= d.plan.to:
		return about(doing, p, d.plan.err)
	}
	return about(doing, p, fn(d))
}

func (d *medium) count() int {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.calls++
	return d.calls
}

func (d *medium) newNode(kind Kind, mode fs.FileMode) *node {
	d.nextID++
	n := &node{id: d.nextID, kind: kind, mode: mode, links: 1}
	n.mtime = time.Now().UnixNano()
	n.ctime = n.mtime
	if kind == KindDir {
		n.entries, n.onDisk = map[string]entry{}, map[string]entry{}
	}
	return n
}

func (d *medium) key(element string) string {
	if d.options.CaseBlind {
		return name.Fold(element)
	}
	return element
}

// dir finds a directory without following anything.
func (d *medium) dir(p string) (*node, error) {
	n := d.root
	if p == "" {
		return n, nil
	}
	for element := range strings.SplitSeq(p, "/") {
		e, ok := n.entries[d.key(element)]
		switch {
		case !ok:
			return nil, fs.ErrNotExist
		case e.node.kind != KindDir:
			return nil, ErrParent
		}
		n = e.node
	}
	return n, nil
}

// find returns p's parent and, when there is one, its entry.
func (d *medium) find(p string) (dir *node, key string, e entry, err error) {
	if p == "" {
		return nil, "", entry{node: d.root}, nil
	}
	dir, err = d.dir(parent(p))
	if err != nil {
		return nil, "", entry{}, err
	}
	key = d.key(path.Base(p))
	return dir, key, dir.entries[key], nil
}

// existing is find for something that must be there.
func (d *medium) existing(p string) (*node, error) {
	_, _, e, err := d.find(p)
	if err == nil && e.node == nil {
		err = fs.ErrNotExist
	}
	return e.node, err
}

// free is find for a name that must be free.
func (d *medium) free(p string) (slot, error) {
	dir, key, e, err := d.find(p)
	if err == nil && (dir == nil || e.node != nil) {
		err = ErrExists
	}
	return slot{dir: dir, key: key, entry: entry{name: path.Base(p)}}, err
}

// apply does a change now and remembers it as not durable.
func (d *medium) apply(c change) {
	now := time.Now().UnixNano()
	for _, s := range c.slots {
		s.put(s.dir.entries)
		s.dir.mtime, s.dir.ctime = now, now
	}
	for _, n := range c.node {
		n.ctime = now
	}
	d.late = append(d.late, c)
}

func (s slot) put(entries map[string]entry) {
	if s.entry.node == nil {
		delete(entries, s.key)
		return
	}
	entries[s.key] = s.entry
}

func (n *node) stat() Stat {
	s := Stat{Kind: n.kind, Mode: n.mode, Links: n.links, Mtime: n.mtime, Ctime: n.ctime, ID: ID{Volume: memoryVolume, File: n.id}}
	if n.kind == KindFile {
		s.Size, s.Exec = int64(len(n.content.now)), n.mode&0o100 != 0
	}
	return s
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

func (d *medium) openNode(m *Memory, n *node, p string, write bool) *memoryFile {
	if write {
		n.writers++
	}
	return &memoryFile{m: m, n: n, path: p, write: write}
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

func (d *medium) create(p string, kind Kind, mode fs.FileMode) (*node, error) {
	s, err := d.free(p)
	if err != nil {
		return nil, err
	}
	n := d.newNode(kind, mode)
	s.entry.node = n
	d.apply(change{slots: []slot{s}, node: []*node{n}})
	return n, nil
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

func (d *medium) rename(from, to string, over bool) error {
	dir, key, e, err := d.find(from)
	if err == nil && e.node == nil {
		err = fs.ErrNotExist
	}
	if err != nil {
		return err
	}
	toDir, toKey, there, err := d.find(to)
	if err != nil {
		return err
	}
	switch {
	case there.node == e.node && e.name == path.Base(to):
		return nil
	case there.node == nil:
	case !over:
		return ErrExists
	case there.node != e.node && there.node.kind == KindDir && len(there.node.entries) > 0:
		return ErrNotEmpty
	}
	if e.node.kind == KindDir && strings.HasPrefix(to+"/", from+"/") && from != to {
		return ErrName
	}
	c := change{node: []*node{e.node}, slots: []slot{{dir: dir, key: key}, {dir: toDir, key: toKey, entry: entry{path.Base(to), e.node}}}}
	if there.node != nil && there.node != e.node {
		d.unlink(there.node)
		c.node = append(c.node, there.node)
	}
	d.apply(c)
	return nil
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

func (d *medium) remove(p string) error {
	dir, key, e, err := d.find(p)
	switch {
	case err != nil:
		return err
	case e.node == nil:
		return fs.ErrNotExist
	case dir == nil || e.node.kind == KindMount:
		return ErrBusy
	case e.node.kind == KindDir && len(e.node.entries) > 0:
		return ErrNotEmpty
	}
	d.unlink(e.node)
	d.apply(change{slots: []slot{{dir: dir, key: key}}, node: []*node{e.node}})
	return nil
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

// Space implements FS.
func (m *Memory) Space() (s Space, err error) {
	err = m.call("measure", "", func(d *medium) error {
		s = Space{Total: uint64(d.options.Size), Free: uint64(max(0, d.options.Size-d.used))}
		return nil
	})
	return s, err
}

// unlink takes one of n's names away.
func (d *medium) unlink(n *node) {
	if n.links--; n.links == 0 {
		d.used -= int64(len(n.content.now))
	}
}

// edit changes n's content by fn, counts its bytes and moves its time on.
func (d *medium) edit(n *node, fn func(*content)) {
	before := len(n.content.now)
	fn(&n.content)
	if n.links > 0 {
		d.used += int64(len(n.content.now) - before)
	}
	n.mtime = max(time.Now().UnixNano(), n.ctime+1) // finer than synctest's clock, as the clocks of real disks are
	n.ctime = n.mtime
}

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
		if room := d.options.Size - d.used; more > room {
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
