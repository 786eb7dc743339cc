// Package tree is the only writer below a root: a shared folder, or the folder for received files. It puts finished content at its path, swaps it for
// what was there, moves what is displaced or deleted into a trash, and says when all of it is durable.
//
// # How to use it
//
// OpenDisk opens a directory as an FS. Create marks it as one share's root by a hidden folder ".lanyard", Open opens one that is marked. Before each
// batch the owner calls Check; then, for each file:
//
//	in, err := t.Incoming(hash)         // new, or resumed at in.Size()
//	in.Write(bytes); in.SetMeta(mtime, exec)
//	stat, err := t.Place(in, path)      // nothing was there
//	gone, err := t.Replace(in, path, expect)  // expect, as the last scan saw it, was there
//
// and at the batch's end Flush, and only then says to anybody that the files are there.
//
// # Promises
//
//   - Confinement. No call reads, writes or deletes anything outside the root, whatever names a peer sends and whatever a local program does to
//     directories and links meanwhile. No link is followed, no mount point entered, no FIFO or device opened. On Linux this holds against races at every
//     system call; elsewhere a race can at most lead to another place inside the root.
//   - Nothing is overwritten or deleted. Place never replaces. Replace, Remove and RemoveDir compare with what the caller expects before they act and
//     move what they displace into the trash. Replace looks again at what came out: when a person saved in the instant between, Unexpected says so and the
//     bytes are in the trash.
//   - A path that had a file always has one: Replace swaps in one step (Linux, macOS), or keeps the old file by a second name and then renames over it
//     (Windows, and disks without a swap: there, a save in the instant between the two steps is lost to the trash's copy of the file before it). At a power
//     cut the path shows the whole old or the whole new content, because Replace makes the new content durable first.
//   - What was placed anew and not flushed may be missing, empty or damaged after a power cut; what Flush returned for is there. Directory changes are
//     taken to reach the disk each as a whole and not before those that they build on, which holds for journalling file systems (ext4, XFS, btrfs, NTFS, APFS).
//   - An error in Flush closes the tree for writing (ErrBroken): after it the system no longer knows which writes are on the disk. Nothing since the last
//     successful Flush counts as written; the root can be opened again.
//   - Sentinel errors (ErrExists, ErrChanged, ErrFull ...) say what a caller may decide on. A full disk leaves everything as it was; content on its way
//     stays and can be resumed or discarded.
//
// # Trash
//
// ".lanyard/trash/<UTC time>-<random>/<original path>": it needs no database to be understood or restored, by Restore or by hand.
//
// # Twins
//
// On a disk that takes "a" and "A" for one name, Tree does what the disk does: wrap the disk by Exact, and both lie side by side, one of them under another
// name. OnDisk and Named translate, Spells tells twins apart by their spelling, and Tidy gives names back.
//
// A Tree is safe for concurrent use; two calls that name the same path at once are each atomic, in either order. Calls take as long as the disk takes;
// only Flush heeds a context, before it begins. An Incoming belongs to one goroutine.
//
// Left out: deciding what goes where (sync/index), noticing changes (sync/share), links, devices, owners, ACLs and extended attributes, moves between
// two roots, and locking: two agents on one root are kept apart by their profile locks and by the token in the marker.
package tree

import (
	"errors"
	"fmt"
	"io/fs"
	"path"
	"runtime"
	"strings"
	"sync"

	"lanyard/internal/name"
)

// Where things lie in the hidden folder.
const (
	inDir    = name.Hidden + "/in"
	trashDir = name.Hidden + "/trash"
)

// Traits are what the root's disk can and cannot do.
type Traits struct {
	Exec      bool // it keeps an executable bit; without it Stat.Exec is always false
	CaseBlind bool // "a" and "A" are one name
	Exchange  bool // it swaps two names in one step
	Bounds         // the names and sizes that it refuses
}

// Tree is a marked root. Create and Open make one.
type Tree struct {
	fs     FS
	marker Marker
	traits Traits

	stepping sync.Mutex // held during a change where the disk has no swap and Replace takes two steps
	flushing sync.Mutex // held during a Flush, so that a second one waits for what the first one took

	mu     sync.Mutex
	work   work   // done and not yet durable
	drawer string // the newest folder in the trash
	seen   Stat   // the marker's file when it was last read and found right
	broken error  // set by the first Flush that failed
}

// Marker returns the root's marker, for the owner's database.
func (t *Tree) Marker() Marker { return t.marker }

// Traits returns what the root's disk can do.
func (t *Tree) Traits() Traits { return t.traits }

// Close closes the root's FS. Call it once no other call runs.
func (t *Tree) Close() error { return t.fs.Close() }

// Space tells the room on the root's volume.
func (t *Tree) Space() (Space, error) { return t.fs.Space() }

// Check verifies cheaply, before a batch, that the root is still the directory at its path and still carries this share's marker: else
// ErrNotThisRoot. An open directory follows a move, even into the desktop's trash; without this, Lanyard would go on writing there.
func (t *Tree) Check() error {
	if err := t.fs.Verify(); err != nil {
		return err
	}
	now, err := t.fs.Lstat(markerPath)
	if err == nil && t.sawMarker(now) {
		return nil
	}
	m, err := ReadMarker(t.fs)
	if errors.Is(err, fs.ErrNotExist) {
		return fmt.Errorf("check the folder's marker: %w", ErrNotThisRoot)
	}
	if err != nil {
		return err
	}
	if m != t.marker {
		return fmt.Errorf("check the folder's marker: %w", ErrNotThisRoot)
	}
	t.mu.Lock()
	defer t.mu.Unlock()
	t.seen = now
	return nil
}

// sawMarker reports whether the marker is the file that was read last time, and nobody has touched it since.
func (t *Tree) sawMarker(now Stat) bool {
	t.mu.Lock()
	defer t.mu.Unlock()
	return now.ID != (ID{}) && now.Ctime != 0 && now.unwritten(t.seen)
}

// Lstat describes path itself, never what a link points to. "" is the root. fs.ErrNotExist when nothing is there; ErrParent when a folder above it is
// no folder of this root, which says nothing about what was there.
func (t *Tree) Lstat(path string) (Stat, error) {
	if err := allowDir(path); err != nil {
		return Stat{}, err
	}
	return t.fs.Lstat(path)
}

// List returns all entries of dir ("" is the root) sorted by their bytes, or an error; never a part. The hidden folder is left out; debris and names
// that cannot be shared are listed.
func (t *Tree) List(dir string) ([]Entry, error) {
	if err := allowDir(dir); err != nil {
		return nil, err
	}
	entries, err := t.fs.List(dir)
	if err != nil || dir != "" {
		return entries, err
	}
	kept := entries[:0]
	for _, e := range entries {
		if name.Fold(e.Name) != name.Hidden {
			kept = append(kept, e)
		}
	}
	return kept, nil
}

// Read opens a regular file for reading: ErrNotFile for anything else. Compare its Stat before and after hashing.
func (t *Tree) Read(path string) (File, error) {
	if err := allow(path); err != nil {
		return nil, err
	}
	return t.fs.Open(path)
}

// Busy returns ErrBusy while some program holds path open for writing, and errors.ErrUnsupported where the system cannot tell (macOS, network disks).
func (t *Tree) Busy(path string) error {
	if err := allow(path); err != nil {
		return err
	}
	return t.fs.Busy(path)
}

// allow refuses names that must never reach the disk.
func allow(p string) error {
	err := name.CheckPath(p)
	if err == nil && runtime.GOOS == "windows" {
		err = name.CheckPortable(p)
	}
	if err != nil {
		return fmt.Errorf("%w: %w", ErrName, err)
	}
	return nil
}

func allowDir(p string) error {
	if p == "" {
		return nil
	}
	return allow(p)
}

// makeDirs makes dir and what is missing above it.
func (t *Tree) makeDirs(dir string, mode fs.FileMode) error {
	if dir == "" {
		return nil
	}
	err := t.fs.Mkdir(dir, mode)
	if errors.Is(err, fs.ErrNotExist) {
		if err = t.makeDirs(parent(dir), mode); err == nil {
			err = t.fs.Mkdir(dir, mode)
		}
	}
	if errors.Is(err, ErrExists) {
		s, err := t.fs.Lstat(dir)
		if err == nil && s.Kind != KindDir {
			err = about("make folder", dir, ErrParent)
		}
		return err
	}
	if err == nil {
		t.note(work{}.dir(dir).dir(parent(dir)))
	}
	return err
}

// alone runs a change by itself on disks where Replace takes two steps, between which no other change may come.
func (t *Tree) alone(change func() error) error {
	if !t.traits.Exchange {
		t.stepping.Lock()
		defer t.stepping.Unlock()
	}
	return change()
}

// renameMaking renames without replacing and makes to's parents when they are missing.
func (t *Tree) renameMaking(from, to string) error {
	rename := func() error { return t.fs.Rename(from, to) }
	err := t.alone(rename)
	if errors.Is(err, fs.ErrNotExist) {
		if err = t.makeDirs(parent(to), dirMode(to)); err == nil {
			err = t.alone(rename)
		}
	}
	if err != nil {
		return err
	}
	w := work{}.dir(parent(to))
	if parent(from) != inDir { // content that lies there a second time after a power cut harms nobody
		w = w.dir(parent(from))
	}
	t.note(w)
	return nil
}

// dirMode keeps the hidden folder, which holds what people deleted, to its owner.
func dirMode(p string) fs.FileMode {
	if p == name.Hidden || strings.HasPrefix(p, name.Hidden+"/") {
		return 0o700
	}
	return 0o777
}

// trashPath is where a trash ID lies.
func trashPath(id TrashID) string { return path.Join(trashDir, string(id)) }
