package tree

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"path"
	"strings"
)

// Incoming is content on its way to a path: a file in ".lanyard/in" that survives restarts. It belongs to one goroutine, and a name to one Incoming at
// a time.
type Incoming struct {
	t     *Tree
	path  string
	file  File // nil once closed
	size  int64
	mtime int64
	meta  bool // SetMeta was called; mtime is valid
	exec  bool
	saved bool // nothing was written since the content was made durable
}

const maxIncoming = 128 // bytes of an Incoming's name

// Incoming opens the content called name, empty when it is new, else with what is there (Size). A name is 1 to 128 letters, digits, '-' and '_':
// usually the content's hash in hex, so that an interrupted fetch is found again. The owner verifies resumed content; a power cut may have damaged it.
func (t *Tree) Incoming(name string) (*Incoming, error) {
	if !plainName(name) {
		return nil, fmt.Errorf("receive %q: %w", name, ErrName)
	}
	if err := t.writable(); err != nil {
		return nil, err
	}
	in := &Incoming{t: t, path: incomingPath(name)}
	var err error
	in.file, err = t.fs.Create(in.path)
	if errors.Is(err, fs.ErrNotExist) { // somebody emptied the hidden folder
		if err = t.makeDirs(inDir, 0o700); err == nil {
			in.file, err = t.fs.Create(in.path)
		}
	}
	if errors.Is(err, ErrExists) {
		err = in.resume()
	}
	if err != nil {
		return nil, err
	}
	return in, nil
}

func plainName(name string) bool {
	return name != "" && len(name) <= maxIncoming && strings.Trim(name, "-_0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ") == ""
}

// incomingPath is where the content called name waits.
func incomingPath(name string) string { return inDir + "/c-" + name }

// resume opens what is there. What is no plain file with one name was put there by somebody else: it goes to the trash.
func (in *Incoming) resume() error {
	var err error
	in.file, err = in.t.fs.Reopen(in.path)
	if errors.Is(err, ErrNotFile) {
		if _, err = in.t.intoTrash(in.path, path.Base(in.path)); err == nil {
			in.file, err = in.t.fs.Create(in.path)
		}
	}
	if err != nil {
		return err
	}
	s, err := in.file.Stat()
	if err != nil {
		return errors.Join(err, in.Close())
	}
	in.size, in.mtime, in.exec = s.Size, s.Mtime, s.Exec
	return nil
}

// IncomingNames lists contents begun and neither placed nor discarded.
func (t *Tree) IncomingNames() ([]string, error) {
	entries, err := t.fs.List(inDir)
	var names []string
	for _, e := range entries {
		if n, ok := strings.CutPrefix(e.Name, "c-"); ok {
			names = append(names, n)
		}
	}
	return names, err
}

// IncomingSize returns how many bytes of a content are here, without opening it: none if it was not begun.
func (t *Tree) IncomingSize(name string) (int64, error) {
	s, err := t.fs.Lstat(incomingPath(name))
	if errors.Is(err, fs.ErrNotExist) {
		return 0, nil
	}
	return s.Size, err
}

// Size returns the bytes there are.
func (in *Incoming) Size() int64 { return in.size }

// Write appends p. After ErrFull what was written before stays.
func (in *Incoming) Write(p []byte) (int, error) { return in.WriteAt(p, in.size) }

// WriteAt writes p at off, which may be beyond the end.
func (in *Incoming) WriteAt(p []byte, off int64) (int, error) {
	if in.file == nil {
		return 0, about("write", in.path, fs.ErrClosed)
	}
	in.saved = false
	n, err := in.file.WriteAt(p, off)
	in.size = max(in.size, off+int64(n))
	return n, err
}

// ReadAt reads back what is there, to verify it.
func (in *Incoming) ReadAt(p []byte, off int64) (int, error) {
	if in.file == nil {
		return 0, about("read", in.path, fs.ErrClosed)
	}
	return in.file.ReadAt(p, off)
}

// Truncate cuts the content to size bytes.
func (in *Incoming) Truncate(size int64) error {
	if in.file == nil {
		return about("cut", in.path, fs.ErrClosed)
	}
	in.saved = false
	err := in.file.Truncate(size)
	if err == nil {
		in.size = size
	}
	return about("cut", in.path, err)
}

// SetMeta sets the modification time (ns since 1970) and the executable bit. Call it after the last write, which would move the time.
func (in *Incoming) SetMeta(mtime int64, exec bool) error {
	if in.file == nil {
		return about("set time of", in.path, fs.ErrClosed)
	}
	var mode fs.FileMode
	if exec != in.exec && in.t.traits.Exec {
		s, err := in.file.Stat()
		if err != nil {
			return err
		}
		mode = withExec(s.Mode, exec)
	}
	if err := in.file.SetMeta(mtime, mode); err != nil {
		return err
	}
	in.mtime, in.exec, in.meta, in.saved = mtime, exec, true, false
	return nil
}

// withExec lets everybody execute who may read, or nobody.
func withExec(mode fs.FileMode, exec bool) fs.FileMode {
	mode &^= 0o111
	if exec {
		mode |= mode & 0o444 >> 2
	}
	return mode
}

// Sync makes the content durable. Replace does it when it was not done.
func (in *Incoming) Sync() error {
	if in.file == nil {
		return about("save", in.path, fs.ErrClosed)
	}
	if in.saved {
		return nil
	}
	err := in.file.Sync()
	if err != nil {
		return in.t.fail(err)
	}
	in.saved = true
	return nil
}

// SyncIncoming makes many contents durable at once, before a batch of Replace calls.
func (t *Tree) SyncIncoming(ctx context.Context, batch []*Incoming) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	err := errors.ErrUnsupported
	if len(batch) > fewSyncs {
		err = t.fs.SyncAll()
	}
	if err != nil && !errors.Is(err, errors.ErrUnsupported) {
		return t.fail(err)
	}
	for _, in := range batch {
		if err == nil {
			in.saved = true
		} else if err := in.Sync(); err != nil {
			return err
		}
	}
	return nil
}

// Close keeps the content for resuming. After Place, Replace or Discard it does nothing.
func (in *Incoming) Close() error {
	if in.file == nil {
		return nil
	}
	err := in.file.Close()
	in.file = nil
	return about("close", in.path, err)
}

// Discard deletes the content.
func (in *Incoming) Discard() error {
	return errors.Join(in.Close(), in.t.clear(in.path))
}

// finish closes the file and returns what it is, to recognise it at its path.
func (in *Incoming) finish() (Stat, error) {
	if in.file == nil {
		return Stat{}, about("close", in.path, fs.ErrClosed)
	}
	s, err := in.file.Stat()
	return s, errors.Join(err, in.Close())
}
