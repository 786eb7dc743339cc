package tree

import (
	"errors"
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
			n.content.sync()
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
		for _, c := range d.late {
			c.reach()
		}
		d.late = nil
		d.root.syncAll()
		return nil
	})
}

func (n *node) syncAll() {
	n.content.sync()
	for _, e := range n.entries {
		e.node.syncAll()
	}
}

// harden makes the changes that are wanted, and those that they build on, durable.
func (d *medium) harden(want func(change) bool) {
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
	var rest []change
	for i, c := range d.late {
		if !chosen[i] {
			rest = append(rest, c)
			continue
		}
		c.reach()
	}
	d.late = rest
}

// reach puts the change on the disk.
func (c change) reach() {
	for _, s := range c.slots {
		s.put(s.dir.onDisk)
	}
}

// buildsOn tells whether c cannot reach the disk without the earlier change.
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
	keep := chance.IntN(4) // of four
	d.harden(func(change) bool { return chance.IntN(4) < keep })
	after := &medium{options: d.options, nextID: d.nextID}
	after.root = d.root.afterCut(chance, map[*node]*node{})
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

// afterCut copies what the disk has of n. A file with two names stays one.
func (n *node) afterCut(chance *rand.Rand, done map[*node]*node) *node {
	if c, ok := done[n]; ok {
		c.links++
		return c
	}
	c := &node{id: n.id, kind: n.kind, mode: n.mode, mtime: n.mtime, ctime: n.ctime, links: 1}
	done[n] = c
	c.content.now = n.content.afterCut(chance)
	c.content.sync()
	if n.kind != KindDir {
		return c
	}
	c.entries, c.onDisk = map[string]entry{}, map[string]entry{}
	keys := make([]string, 0, len(n.onDisk))
	for key := range n.onDisk {
		keys = append(keys, key)
	}
	slices.Sort(keys) // the seed alone decides
	for _, key := range keys {
		e := entry{n.onDisk[key].name, n.onDisk[key].node.afterCut(chance, done)}
		c.entries[key], c.onDisk[key] = e, e
	}
	return c
}
