package tree

import (
	"errors"
	"io/fs"
	"path"

	"lanyard/internal/name"
)

// Remove moves the file expect from path into the trash. ErrChanged when something else is there; fs.ErrNotExist when nothing is; ErrNotFile for
// folders (RemoveDir), links and special files. When somebody wrote in the instant between, what came out goes back to path; if that is taken
// again, it stays in the trash, and the ID comes with ErrChanged.
func (t *Tree) Remove(path string, expect Stat) (TrashID, error) {
	found, err := t.expected(path, expect)
	if err == nil && found.Kind != KindFile {
		err = about("remove", path, ErrNotFile)
	}
	if err != nil {
		return "", err
	}
	id, err := t.intoTrash(path, path)
	if err != nil {
		return "", err
	}
	out, err := t.fs.Lstat(trashPath(id))
	if err != nil || out.Same(expect) {
		return id, err
	}
	err = about("remove", path, ErrChanged)
	if back := t.renameMaking(trashPath(id), path); back != nil {
		return id, errors.Join(err, back)
	}
	return "", err
}

// Move renames the file or folder expect from old to new, never over anything (ErrExists), and makes missing folders above new. A change of case
// alone works on every disk. ErrChanged as for Remove.
func (t *Tree) Move(old, new string, expect Stat) (Stat, error) {
	found, err := t.expected(old, expect)
	if err == nil && found.Kind != KindFile && found.Kind != KindDir {
		err = about("move", old, ErrNotFile)
	}
	if err == nil {
		err = allow(new)
	}
	if err != nil {
		return Stat{}, err
	}
	err = t.renameMaking(old, new)
	if errors.Is(err, ErrExists) && t.onlyCase(old, new, found) {
		if err = t.fs.Supplant(old, new); err == nil {
			t.note(work{}.dir(parent(old)).dir(parent(new)))
		}
	}
	if err != nil {
		return Stat{}, err
	}
	s, err := t.fs.Lstat(new)
	if err != nil || s.Same(expect) {
		return s, err
	}
	err = about("move", old, ErrChanged)
	return Stat{}, errors.Join(err, t.renameMaking(new, old))
}

// onlyCase tells whether new is the same entry of a case-blind disk as old.
func (t *Tree) onlyCase(old, new string, found Stat) bool {
	if !t.traits.CaseBlind || old == new || name.Fold(old) != name.Fold(new) {
		return false
	}
	s, err := t.fs.Lstat(new)
	return err == nil && s.ID == found.ID
}

// MakeDir makes path and missing folders above it. A folder that is there is right; ErrExists when anything else is.
func (t *Tree) MakeDir(path string) (Stat, error) {
	if err := t.ready(path); err != nil {
		return Stat{}, err
	}
	if err := t.makeDirs(parent(path), 0o777); err != nil {
		return Stat{}, err
	}
	err := t.fs.Mkdir(path, 0o777)
	if err == nil {
		t.note(work{}.dir(path).dir(parent(path)))
	} else if !errors.Is(err, ErrExists) {
		return Stat{}, err
	}
	s, looked := t.fs.Lstat(path)
	if looked == nil && s.Kind != KindDir {
		return Stat{}, about("make folder", path, ErrExists)
	}
	return s, looked
}

// RemoveDir removes a folder that is empty or holds nothing but debris (name.Ignored), which goes to the trash. ErrNotEmpty, with nothing done, when it
// holds anything else; ErrNotDir when path is no folder.
func (t *Tree) RemoveDir(dir string) error {
	if err := t.ready(dir); err != nil {
		return err
	}
	s, err := t.fs.Lstat(dir)
	if err == nil && s.Kind != KindDir {
		err = about("remove folder", dir, ErrNotDir)
	}
	if err != nil {
		return err
	}
	entries, err := t.fs.List(dir)
	if err != nil {
		return err
	}
	for _, e := range entries {
		if e.Kind == KindMount || !name.Ignored(e.Name, e.Kind == KindDir) {
			return about("remove folder", dir, ErrNotEmpty)
		}
	}
	for _, e := range entries {
		p := path.Join(dir, e.Name)
		if _, err := t.intoTrash(p, p); err != nil && !errors.Is(err, fs.ErrNotExist) {
			return err
		}
	}
	if err := t.fs.Remove(dir); err != nil {
		return err
	}
	t.note(work{}.dir(parent(dir)))
	return nil
}

// SetMeta sets modification time and executable bit of the file expect at path: ErrChanged when another is there.
func (t *Tree) SetMeta(path string, expect Stat, mtime int64, exec bool) (Stat, error) {
	if err := t.ready(path); err != nil {
		return Stat{}, err
	}
	f, err := t.fs.Open(path)
	if err != nil {
		return Stat{}, err
	}
	s, err := setMeta(f, path, expect, mtime, exec)
	if err == nil {
		t.note(work{}.file(path))
	}
	return s, errors.Join(err, f.Close())
}

func setMeta(f File, path string, expect Stat, mtime int64, exec bool) (Stat, error) {
	s, err := f.Stat()
	if err != nil {
		return s, err
	}
	if !s.Same(expect) {
		return s, about("set time of", path, ErrChanged)
	}
	if err := f.SetMeta(mtime, withExec(s.Mode, exec)); err != nil {
		return s, err
	}
	return f.Stat()
}
