package tree

import (
	"errors"
	"maps"
	"math/rand/v2"
	"slices"
)

// content is a file's bytes: as programs see them, as the disk has them for certain, and what lies between.
type content struct {
	now     []byte
	durable []byte
	late    []piece
}

// piece is one write or, with cut set, a truncation to off.
type piece struct {
	off int64
	p   []byte
	cut bool
}

func (c *content) write(p []byte, off int64) {
	w := piece{off: off, p: slices.Clone(p)}
	c.now = w.into(c.now)
	c.late = append(c.late, w)
}

func (c *content) truncate(size int64) {
	w := piece{off: size, cut: true}
	c.now = w.into(c.now)
	c.late = append(c.late, w)
}

func (c *content) sync() {
	c.durable, c.late = slices.Clone(c.now), nil
}

func (w piece) into(b []byte) []byte {
	if w.cut {
		if w.off <= int64(len(b)) {
			return b[:w.off:w.off]
		}
		return append(b, make([]byte, w.off-int64(len(b)))...)
	}
	if end := w.off + int64(len(w.p)); end > int64(len(b)) {
		b = append(b, make([]byte, end-int64(len(b)))...)
	}
	copy(b[w.off:], w.p)
	return b
}

// afterCut is what a power cut leaves of the content.
func (c *content) afterCut(chance *rand.Rand) []byte {
	b := slices.Clone(c.durable)
	for i, w := range c.late {
		if chance.IntN(2) == 0 {
			continue
		}
		if i == len(c.late)-1 && len(w.p) > 0 {
			w.p = w.p[:1+chance.IntN(len(w.p))]
		}
		b = w.into(b)
	}
	return b
}

// Sync implements FS.
func (m *Memory) Sync(p string) error {
	return m.call("save", p, func(d *medium) error {
		n, err := d.existing(p)
		if err != nil {
			return err
		}
		switch n.kind {
		case KindFile:
			n.sync()
		case KindDir:
			d.harden(func(c change) bool { return slices.ContainsFunc(c.slots, func(s slot) bool { return s.dir == n }) })
		default:
			return ErrNotFile
		}
		return nil
	})
}

// SyncAll implements FS.
func (m *Memory) SyncAll() error {
	if m.d.options.NoSyncAll {
		return about("save", "", errors.ErrUnsupported)
	}
	return m.call("save", "", func(d *medium) error {
		d.settle()
		return nil
	})
}

// settle brings all that is late to the disk.
func (d *medium) settle() {
	for _, c := range d.late {
		c.reach()
	}
	d.late = nil
	d.root.syncAll()
}

// sync makes a file durable.
func (n *node) sync() {
	n.content.sync()
	n.saved = meta{n.mode, n.mtime}
}

func (n *node) syncAll() {
	n.sync()
	for _, e := range n.entries {
		e.node.syncAll()
	}
}

// harden makes the changes that are wanted, and those that they build on, durable.
func (d *medium) harden(want func(change) bool) {
	chosen := d.choose(want)
	var rest []change
	for i, c := range d.late {
		if chosen[i] {
			c.reach()
		} else {
			rest = append(rest, c)
		}
	}
	d.late = rest
}

// choose returns which of the late changes are wanted or needed by one that is.
func (d *medium) choose(want func(change) bool) []bool {
	chosen := make([]bool, len(d.late))
	for i, c := range d.late {
		chosen[i] = want(c)
	}
	for i := len(d.late) - 1; i >= 0; i-- {
		for j := range i {
			if chosen[i] && d.late[i].buildsOn(d.late[j]) {
				chosen[j] = true
			}
		}
	}
	return chosen
}

// reach puts the change on the disk.
func (c change) reach() {
	for _, s := range c.slots {
		s.put(s.dir.onDisk)
	}
}

// buildsOn tells whether c does not reach the disk without the earlier change.
func (c change) buildsOn(earlier change) bool {
	for _, s := range c.slots {
		if slices.Contains(earlier.node, s.dir) {
			return true
		}
		for _, t := range earlier.slots {
			if s.dir == t.dir && s.key == t.key {
				return true
			}
		}
	}
	return slices.ContainsFunc(c.node, func(n *node) bool { return slices.Contains(earlier.node, n) })
}

// PowerCut switches this disk off, so that every later call on it fails, and returns what is found after power is back: what was synced, and of the
// rest whatever the seed chooses.
func (m *Memory) PowerCut(seed uint64) *Memory {
	d := m.d
	d.mu.Lock()
	defer d.mu.Unlock()
	d.state = errPowerOff
	chance := rand.New(rand.NewPCG(seed, 1))
	keep := chance.IntN(5) // of four
	found := &aftermath{chance: chance, done: map[*node]*node{}, entries: map[*node]map[string]entry{}}
	for i, chosen := range d.choose(func(change) bool { return chance.IntN(4) < keep }) {
		if chosen {
			found.reach(d.late[i])
		}
	}
	after := &medium{options: d.options, nextID: d.nextID}
	after.root = found.copy(d.root)
	after.used = used(after.root, map[*node]bool{})
	return &Memory{d: after}
}

func used(n *node, counted map[*node]bool) int64 {
	if counted[n] {
		return 0
	}
	counted[n] = true
	total := int64(len(n.content.now))
	for _, e := range n.entries {
		total += used(e.node, counted)
	}
	return total
}

// aftermath builds what one power cut leaves, and leaves the disk before it as it was, so that another cut can be tried.
type aftermath struct {
	chance  *rand.Rand
	done    map[*node]*node            // copies made; a file with two names stays one
	entries map[*node]map[string]entry // directories that late changes reached
}

func (a *aftermath) reach(c change) {
	for _, s := range c.slots {
		if a.entries[s.dir] == nil {
			a.entries[s.dir] = maps.Clone(s.dir.onDisk)
		}
		s.put(a.entries[s.dir])
	}
}

// copy returns what the disk has of n.
func (a *aftermath) copy(n *node) *node {
	if c, ok := a.done[n]; ok {
		c.links++
		return c
	}
	c := &node{id: n.id, kind: n.kind, mode: n.mode, mtime: n.mtime, ctime: n.ctime, links: 1}
	a.done[n] = c
	if n.kind == KindFile && a.chance.IntN(2) == 0 {
		c.mode, c.mtime = n.saved.mode, n.saved.mtime
	}
	c.content.now = n.content.afterCut(a.chance)
	c.sync()
	if n.kind != KindDir {
		return c
	}
	from := n.onDisk
	if reached, ok := a.entries[n]; ok {
		from = reached
	}
	c.entries, c.onDisk = map[string]entry{}, map[string]entry{}
	for _, key := range slices.Sorted(maps.Keys(from)) { // the seed alone decides
		e := entry{from[key].name, a.copy(from[key].node)}
		c.entries[key], c.onDisk[key] = e, e
	}
	return c
}

// Copy returns another disk that holds what m holds now, as when a machine is restored from an image or cloned. All that is late in m reaches its disk
// first; both go on by themselves.
func (m *Memory) Copy() *Memory {
	d := m.d
	d.mu.Lock()
	defer d.mu.Unlock()
	d.settle()
	found := &aftermath{chance: rand.New(rand.NewPCG(1, 1)), done: map[*node]*node{}, entries: map[*node]map[string]entry{}}
	after := &medium{options: d.options, nextID: d.nextID}
	after.root = found.copy(d.root)
	after.used = used(after.root, map[*node]bool{})
	return &Memory{d: after}
}
