package tree

import (
	"io/fs"
	"path"
	"strings"
	"sync"
	"time"

	"lanyard/internal/name"
)

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
	writes   bool // only them
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
	if err == nil {
		err = d.options.hold(p)
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

func (d *medium) openNode(m *Memory, n *node, p string, write bool) *memoryFile {
	if write {
		n.writers++
	}
	return &memoryFile{m: m, n: n, path: p, write: write}
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

func (d *medium) rename(from, to string, over bool) error {
	dir, key, e, err := d.find(from)
	if err == nil && e.node == nil {
		err = fs.ErrNotExist
	}
	if err != nil {
		return err
	}
	toDir, toKey, there, err := d.find(to)
	if err == nil {
		err = d.options.hold(to)
	}
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
