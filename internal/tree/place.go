package tree

import (
	"errors"
	"io/fs"
	"runtime"
)

// Place gives in its path and makes missing folders above it. ErrExists when anything is there, ErrParent when a folder above is none. It closes in; on
// an error the content stays under its name and can be opened again. The result is the file as it is at path, for the owner's database; when somebody
// wrote to it since it is there, as it was, without Ctime, so that nobody takes what they wrote for what was placed.
func (t *Tree) Place(in *Incoming, path string) (Stat, error) {
	if err := t.ready(path); err != nil {
		return Stat{}, errors.Join(err, in.Close())
	}
	if runtime.GOOS == "windows" { // where no open file can be moved
		mine, err := in.finish()
		if err == nil {
			err = t.renameMaking(in.path, path)
		}
		if err != nil {
			return Stat{}, err
		}
		t.note(work{}.file(path))
		return t.placed(path, mine)
	}
	if in.file == nil {
		return Stat{}, about("place", path, fs.ErrClosed)
	}
	mine, err := in.file.Stat()
	if err == nil {
		err = t.renameMaking(in.path, path)
	}
	if err != nil {
		return Stat{}, errors.Join(err, in.Close())
	}
	t.note(work{}.file(path))
	s, err := in.finish() // after the move, which changes Ctime
	return mine.moved(s), err
}

// placed looks at a file just put at path. When somebody wrote to it since, or put another one there, it returns what we put, without Ctime.
func (t *Tree) placed(path string, mine Stat) (Stat, error) {
	s, err := t.fs.Lstat(path)
	if errors.Is(err, fs.ErrNotExist) || errors.Is(err, ErrParent) {
		s, err = Stat{}, nil
	}
	return mine.moved(s), err
}

// moved returns what our own move made of a file, given how it looks after that; when somebody else did something to it since, as it was, without Ctime.
func (s Stat) moved(now Stat) Stat {
	if now.Same(s) {
		return now
	}
	s.Ctime = 0
	return s
}

// Displaced tells what Replace put away.
type Displaced struct {
	Placed     Stat    // the new file at its path
	Found      Stat    // what was there
	Trash      TrashID // where it lies now
	Unexpected bool    // Found is not what was expected: somebody wrote in the instant between
}

// Replace puts in at path, in place of expect, which goes to the trash. Before it acts: ErrChanged when something else than expect is there,
// fs.ErrNotExist when nothing is, ErrNotFile when expect is no file; then nothing was done. The new file keeps the old one's permissions. It makes in
// durable first and closes it; on an error the content stays under its name unless Trash is set, which says that the swap was done.
func (t *Tree) Replace(in *Incoming, path string, expect Stat) (Displaced, error) {
	found, err := t.expected(path, expect)
	if err == nil && found.Kind != KindFile {
		err = about("replace", path, ErrNotFile)
	}
	if err == nil && in.file == nil {
		err = about("replace", path, fs.ErrClosed)
	}
	if err != nil {
		return Displaced{}, errors.Join(err, in.Close())
	}
	if err := in.adopt(found.Mode); err != nil {
		return Displaced{}, errors.Join(err, in.Close())
	}
	if err := in.Sync(); err != nil {
		return Displaced{}, errors.Join(err, in.Close())
	}
	mine, err := in.finish()
	if err != nil {
		return Displaced{}, err
	}
	var d Displaced
	if t.traits.Exchange {
		d.Trash, d.Found, err = t.swap(in.path, path)
	} else {
		err = t.alone(func() (err error) {
			d.Trash, d.Found, err = t.supplant(in.path, path)
			return err
		})
	}
	if d.Trash != "" {
		t.note(work{}.dir(parent(path))) // its content was made durable before
		d.Unexpected = !d.Found.Same(expect)
	}
	if err != nil {
		return d, err
	}
	d.Placed, err = t.placed(path, mine)
	return d, err
}

// adopt gives in the permissions of the file that it replaces, with its own executable bit.
func (in *Incoming) adopt(mode fs.FileMode) error {
	s, err := in.file.Stat()
	if err != nil {
		return err
	}
	exec := in.exec
	if !in.meta {
		exec, in.mtime = s.Exec, s.Mtime
	}
	want := withExec(mode, exec)
	if !in.t.traits.Exec || s.Mode == want {
		return nil
	}
	return in.file.SetMeta(in.mtime, want)
}

// swap puts the new content into the trash under the place of the old one and then exchanges the two, so that at no instant the old content lies
// where it could be taken for something unfinished.
func (t *Tree) swap(from, path string) (TrashID, Stat, error) {
	id, err := t.intoTrash(from, path)
	if err != nil {
		return "", Stat{}, err
	}
	if err := t.fs.Exchange(trashPath(id), path); err != nil {
		return "", Stat{}, errors.Join(err, t.fs.Rename(trashPath(id), from))
	}
	found, err := t.fs.Lstat(trashPath(id))
	return id, found, err
}

// supplant is swap for disks that cannot: the old content gets its place in the trash as a second name, or as a copy where there are no second names,
// and is looked at once more before the new content is renamed over it.
func (t *Tree) supplant(from, path string) (TrashID, Stat, error) {
	id, found, err := t.keep(path)
	if err != nil {
		return "", Stat{}, err
	}
	now, err := t.fs.Lstat(path)
	if err == nil && !now.Same(found) {
		err = about("replace", path, ErrChanged)
	}
	if err == nil {
		err = t.fs.Supplant(from, path)
	}
	if err != nil {
		return "", Stat{}, errors.Join(err, t.clear(trashPath(id)))
	}
	return id, found, nil
}

// expected returns what lies at path when it is what the caller expects.
func (t *Tree) expected(path string, expect Stat) (Stat, error) {
	if err := t.ready(path); err != nil {
		return Stat{}, err
	}
	s, err := t.fs.Lstat(path)
	if err == nil && !s.Same(expect) {
		err = about("change", path, ErrChanged)
	}
	return s, err
}

// ready refuses forbidden names, and everything once a Flush has failed.
func (t *Tree) ready(path string) error {
	if err := allow(path); err != nil {
		return err
	}
	return t.writable()
}
