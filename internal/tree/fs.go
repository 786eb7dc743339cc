package tree

import (
	"io"
	"io/fs"
	"path"
)

// Kind tells what lies at a path.
type Kind uint8

// The kinds. Only files and directories are ever written, read or entered.
const (
	KindFile  Kind = iota + 1
	KindDir        // a directory on the root's own volume
	KindLink       // a symbolic link or, on Windows, a junction or other reparse point; never followed
	KindMount      // a mount point or a directory of another volume; never entered
	KindOther      // FIFO, socket, device; never opened
)

func (k Kind) String() string {
	switch k {
	case KindFile:
		return "file"
	case KindDir:
		return "folder"
	case KindLink:
		return "link"
	case KindMount:
		return "mount point"
	}
	return "special file"
}

// ID is what the system says a file is, whatever its name: equal IDs are one file. It survives a rename and ends with the file; a system may give it
// to a new file afterwards, so Size and Mtime are compared too.
type ID struct {
	Volume uint64
	File   uint64
}

// Stat describes one file, directory or link.
type Stat struct {
	Kind  Kind
	Mode  fs.FileMode // permission bits only
	Exec  bool        // the owner may execute it; always false where the system has no such bit
	Links uint32      // names of this file; 1 where unknown
	Size  int64       // bytes; 0 for all but files
	Mtime int64       // last change of the content, ns since 1970
	Ctime int64       // last change of content, name or mode, ns since 1970; 0 where unknown
	ID    ID          // zero where unknown
}

// Same tells whether both are one file whose content was not written in between, as far as the system can tell; for directories and others, whether
// they are the same one. Ctime is left out since our own renames and links move it.
func (s Stat) Same(t Stat) bool {
	if s.Kind != t.Kind || s.ID != t.ID {
		return false
	}
	return s.Kind != KindFile || s.Size == t.Size && s.Mtime == t.Mtime
}

// Entry is one name in a directory.
type Entry struct {
	Name string // as the disk spells it; may break the rules of package name
	Stat
}

// File is an open regular file.
type File interface {
	io.ReaderAt
	io.WriterAt
	Stat() (Stat, error)                         // of the open file, whatever its name is by now
	SetMeta(mtime int64, mode fs.FileMode) error // mode 0 leaves the mode
	Truncate(size int64) error
	Sync() error
	Busy() error // as FS.Busy
	Close() error
}

// Space is the room on the root's volume in bytes.
type Space struct{ Free, Total uint64 }

// Bounds are the names and sizes that a disk refuses, beyond those that no share has. A bound of 0 is none.
type Bounds struct {
	Windows bool  // it takes only names that Windows allows: see name.CheckPortable
	Element int   // bytes of one name at most
	File    int64 // bytes of one file at most
}

// FS is one root directory and everything below it: what Tree asks of a disk. Paths are as in fs.ValidPath but for "", which is the root. No method
// follows a link in any element or enters another volume (ErrParent), and none blocks on a FIFO. Directory changes are atomic one by one; they and
// file contents outlive a power cut only after Sync or SyncAll. Safe for concurrent use; Close once no call runs.
type FS interface {
	Verify() error                             // nil while the directory opened is still the one at its path, else ErrNotThisRoot
	Volume() string                            // names the volume beyond restarts; "" where the system has no name that lasts
	HasExec() bool                             // keeps executable bits
	Lstat(path string) (Stat, error)           // the thing itself
	List(dir string) ([]Entry, error)          // sorted by name, complete or an error
	Open(path string) (File, error)            // a regular file for reading: else ErrNotFile
	Create(path string) (File, error)          // a new file for reading and writing: else ErrExists
	Reopen(path string) (File, error)          // a regular file with one name for reading and writing: else ErrNotFile
	Mkdir(path string, mode fs.FileMode) error // ErrExists when anything is there
	Rename(from, to string) error              // files and directories, never over anything: ErrExists
	Supplant(from, to string) error            // rename over a file that is there
	Exchange(a, b string) error                // swaps two names in one step; errors.ErrUnsupported where the system cannot
	Link(from, to string) error                // a second name for a file; errors.ErrUnsupported where the disk cannot
	Remove(path string) error                  // a file, link, or empty directory
	Sync(path string) error                    // makes a file's content or a directory's entries durable
	SyncAll() error                            // makes everything durable; errors.ErrUnsupported where the system cannot
	Busy(path string) error                    // ErrBusy while a program has the file open for writing; errors.ErrUnsupported
	Space() (Space, error)
	Bounds() (Bounds, error) // what the disk refuses
	Close() error
}

// parent is the directory of p, "" for the root.
func parent(p string) string {
	if dir := path.Dir(p); dir != "." {
		return dir
	}
	return ""
}

// lexical refuses what no FS may be asked for, whatever was checked before.
func lexical(p string) error {
	if p != "" && !fs.ValidPath(p) || p == "." {
		return ErrName
	}
	return nil
}
