package tree

import (
	"crypto/rand"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"path"
	"slices"
	"strings"
	"time"

	"lanyard/internal/name"
)

// TrashID names one thing in the trash: a drawer, named by time and chance, and the original path: "20261121T092000Z-k7f3ab/Reports/Q3.xlsx".
type TrashID string

// Path is the original path.
func (id TrashID) Path() string {
	_, p, _ := strings.Cut(string(id), "/")
	return p
}

// Time is when it got there, to the second.
func (id TrashID) Time() time.Time {
	drawer, _, _ := strings.Cut(string(id), "/")
	when, _, _ := strings.Cut(drawer, "-")
	at, err := time.Parse(drawerTime, when)
	if err != nil {
		return time.Time{}
	}
	return at
}

// check refuses what is no ID of ours.
func (id TrashID) check() error {
	drawer, p, _ := strings.Cut(string(id), "/")
	_, chance, _ := strings.Cut(drawer, "-")
	if id.Time().IsZero() || chance == "" || strings.Trim(chance, "abcdefghijklmnopqrstuvwxyz234567") != "" || !fs.ValidPath(p) || p == "." {
		return fmt.Errorf("look for %q in the trash: %w", name.Quote(string(id)), ErrName)
	}
	return nil
}

// Trashed is one file in the trash.
type Trashed struct {
	ID      TrashID
	Removed time.Time
	Stat
}

const drawerTime = "20060102T150405Z"

// openDrawer returns this second's drawer, or a new one when the present one cannot take something.
func (t *Tree) openDrawer(fresh bool) string {
	t.mu.Lock()
	defer t.mu.Unlock()
	now := time.Now().UTC().Format(drawerTime)
	if fresh || !strings.HasPrefix(t.drawer, now) {
		t.drawer = now + "-" + strings.ToLower(rand.Text()[:8])
	}
	return t.drawer
}

// drawerTries: a second drawer is empty and takes anything; the third is for a drawer that another goroutine fills meanwhile.
const drawerTries = 4

// intoDrawer calls put with places in the trash for p until one is free.
func (t *Tree) intoDrawer(p string, put func(to string) error) (TrashID, error) {
	var err error
	for try := range drawerTries {
		id := TrashID(t.openDrawer(try > 0) + "/" + p)
		if err = put(trashPath(id)); err == nil {
			return id, nil
		}
		if !errors.Is(err, ErrExists) && !errors.Is(err, ErrParent) {
			break
		}
	}
	return "", err
}

// intoTrash moves what lies at from into the trash as p.
func (t *Tree) intoTrash(from, p string) (TrashID, error) {
	return t.intoDrawer(p, func(to string) error { return t.renameMaking(from, to) })
}

// keep gives the file at p a second name in the trash, or a durable copy where there are no second names.
// It returns what it kept.
func (t *Tree) keep(p string) (id TrashID, kept Stat, err error) {
	id, err = t.intoDrawer(p, func(to string) error {
		if err := t.makeDirs(parent(to), 0o700); err != nil {
			return err
		}
		err := t.fs.Link(p, to)
		switch {
		case errors.Is(err, errors.ErrUnsupported):
			if kept, err = t.copyFile(p, to); err == nil {
				err = t.syncUp(parent(to))
			}
		case err == nil:
			kept, err = t.fs.Lstat(to)
		}
		t.note(work{}.dir(parent(to)))
		return err
	})
	return id, kept, err
}

// syncUp makes a folder of the trash and those above it durable: a copy, unlike a second name, does not reach the disk by itself before the original
// is replaced.
func (t *Tree) syncUp(dir string) error {
	for ; strings.HasPrefix(dir, trashDir); dir = parent(dir) {
		if err := t.fs.Sync(dir); err != nil {
			return t.fail(err)
		}
	}
	return nil
}

const copyPiece = 1 << 20 // bytes

// copyFile makes to a durable copy of from, its time included, and returns what it copied.
func (t *Tree) copyFile(from, to string) (Stat, error) {
	src, err := t.fs.Open(from)
	if err != nil {
		return Stat{}, err
	}
	defer src.Close()
	before, err := src.Stat()
	if err != nil {
		return Stat{}, err
	}
	dst, err := t.fs.Create(to)
	if err != nil {
		return Stat{}, err
	}
	_, err = io.CopyBuffer(io.NewOffsetWriter(dst, 0), io.NewSectionReader(src, 0, before.Size), make([]byte, copyPiece))
	if err == nil {
		err = dst.SetMeta(before.Mtime, before.Mode)
	}
	if err == nil {
		err = dst.Sync()
	}
	after, looked := src.Stat()
	if err == nil && looked == nil && !after.Same(before) {
		err = about("keep", from, ErrChanged)
	}
	if err = errors.Join(err, looked, dst.Close()); err != nil {
		return Stat{}, errors.Join(classify(err), t.clear(to))
	}
	return before, nil
}

// TrashList returns every file in the trash, oldest first.
func (t *Tree) TrashList() ([]Trashed, error) {
	drawers, err := t.fs.List(trashDir)
	if err != nil {
		return nil, err
	}
	var all []Trashed
	for _, d := range drawers {
		id := TrashID(d.Name + "/x")
		if d.Kind != KindDir || id.check() != nil {
			continue // not ours
		}
		if all, err = t.trashWalk(all, d.Name, id.Time()); err != nil {
			return nil, err
		}
	}
	return all, nil
}

func (t *Tree) trashWalk(all []Trashed, dir string, removed time.Time) ([]Trashed, error) {
	entries, err := t.fs.List(path.Join(trashDir, dir))
	for _, e := range entries {
		p := path.Join(dir, e.Name)
		switch e.Kind {
		case KindDir:
			if all, err = t.trashWalk(all, p, removed); err != nil {
				return nil, err
			}
		case KindMount:
		default:
			all = append(all, Trashed{ID: TrashID(p), Removed: removed, Stat: e.Stat})
		}
	}
	return all, err
}

// TrashStat describes a thing in the trash as it is now: it differs from what was displaced when a program wrote on through a handle it held.
func (t *Tree) TrashStat(id TrashID) (Stat, error) {
	if err := id.check(); err != nil {
		return Stat{}, err
	}
	return t.fs.Lstat(trashPath(id))
}

// TrashRead opens a file in the trash.
func (t *Tree) TrashRead(id TrashID) (File, error) {
	if err := id.check(); err != nil {
		return nil, err
	}
	return t.fs.Open(trashPath(id))
}

// restoreTries bounds how many names beside an occupied path are tried.
const restoreTries = 100

// Restore moves a thing from the trash to p, or beside it under a name that says "(restored ...)" when p is occupied. It returns the path it got.
func (t *Tree) Restore(id TrashID, p string) (string, Stat, error) {
	err := id.check()
	if err == nil {
		err = t.ready(p)
	}
	if err != nil {
		return "", Stat{}, err
	}
	when := time.Now().Format("2006-01-02 15.04")
	to := p
	for n := 1; n <= restoreTries; n++ {
		if err = t.renameMaking(trashPath(id), to); !errors.Is(err, ErrExists) {
			break
		}
		to = name.Restored(p, when, n)
	}
	if err != nil {
		return "", Stat{}, err
	}
	t.note(work{}.file(to))
	t.prune(parent(trashPath(id)))
	s, err := t.fs.Lstat(to)
	return to, s, err
}

// prune removes folders of the trash that have become empty, from dir upwards. It is housekeeping: one that is not empty, or that cannot be removed,
// stays for the next purge.
func (t *Tree) prune(dir string) {
	for ; strings.HasPrefix(dir, trashDir+"/"); dir = parent(dir) {
		if t.fs.Remove(dir) != nil {
			return
		}
	}
}

// Policy says how long the trash keeps things.
type Policy struct {
	Keep  time.Duration      // what is older goes
	Share float64            // part of the disk that the trash may take, 0.1 = 10 %; beyond it the oldest go first
	Least time.Duration      // nothing younger goes, whatever the others say
	Spare func(Trashed) bool // when set and true, the thing stays: a late write was found in it and not dealt with yet
}

// DefaultPolicy is 30 days and a tenth of the disk, but a day at least.
func DefaultPolicy() Policy {
	return Policy{Keep: 30 * 24 * time.Hour, Share: 0.1, Least: 24 * time.Hour}
}

// Purge deletes from the trash what the policy does not keep and returns it. A file that was written to after it had been displaced counts from that
// write.
func (t *Tree) Purge(p Policy) ([]Trashed, error) {
	all, err := t.TrashList()
	if err != nil {
		return nil, err
	}
	space, err := t.fs.Space()
	if err != nil {
		return nil, err
	}
	var gone []Trashed
	for _, x := range p.expired(all, space, time.Now()) {
		if err := t.clear(trashPath(x.ID)); err != nil {
			return gone, err
		}
		t.prune(parent(trashPath(x.ID)))
		gone = append(gone, x)
	}
	return gone, nil
}

// expired chooses what goes, oldest first.
func (p Policy) expired(all []Trashed, space Space, now time.Time) []Trashed {
	var total int64
	for _, x := range all {
		total += x.Size
	}
	slices.SortStableFunc(all, func(a, b Trashed) int { return a.since(now).Compare(b.since(now)) })
	limit := int64(p.Share * float64(space.Total))
	var gone []Trashed
	for _, x := range all {
		age := now.Sub(x.since(now))
		if age < p.Least || age < p.Keep && total <= limit || p.Spare != nil && p.Spare(x) {
			continue
		}
		total -= x.Size
		gone = append(gone, x)
	}
	return gone
}

// since is when the thing got its present content in the trash. A time stamp in the future says nothing.
func (x Trashed) since(now time.Time) time.Time {
	if written := time.Unix(0, x.Mtime); written.After(x.Removed) && !written.After(now) {
		return written
	}
	return x.Removed
}
