package tree

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"testing"
)

// TestStored: what is known by a composed name is found where the disk stores it decomposed, in folders as well; what is not there is not.
func TestStored(t *testing.T) {
	dir := t.TempDir()
	for _, file := range []string{"Cafe\u0301/Re\u0301sume\u0301.txt", "Cafe\u0301/plain.txt", "K\u00e4se.txt"} {
		path := filepath.Join(dir, filepath.FromSlash(file))
		if err := errors.Join(os.MkdirAll(filepath.Dir(path), 0o700), os.WriteFile(path, []byte(file), 0o600)); err != nil {
			t.Fatal(err)
		}
	}
	disk, err := OpenDisk(dir)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := disk.Close(); err != nil {
			t.Error(err)
		}
	})
	var names Names
	for _, p := range []string{"", "Caf\u00e9", "Caf\u00e9/R\u00e9sum\u00e9.txt", "Caf\u00e9/plain.txt", "K\u00e4se.txt"} {
		at, s, err := names.Stored(disk, p)
		if err != nil {
			t.Errorf("%q: %v", p, err)
			continue
		}
		if there, err := disk.Lstat(at); err != nil || !there.Same(s) {
			t.Errorf("%q lies at %q: %+v, %v", p, at, there, err)
		}
	}
	for _, p := range []string{"Caf\u00e9/none.txt", "none/R\u00e9sum\u00e9.txt", "R\u00e9sum\u00e9.txt"} {
		if at, _, err := names.Stored(disk, p); !errors.Is(err, fs.ErrNotExist) {
			t.Errorf("%q lies at %q: %v", p, at, err)
		}
	}
}

// listed counts how often directories are listed.
type listed struct {
	FS
	times int
}

func (l *listed) List(dir string) ([]Entry, error) {
	l.times++
	return l.FS.List(dir)
}

// TestStoredManyInOneFolder: a directory is listed once for all of its names, and again once something was renamed in it.
func TestStoredManyInOneFolder(t *testing.T) {
	disk := &listed{FS: NewMemory(MemoryOptions{})}
	if err := disk.Mkdir("Cafe\u0301", 0o700); err != nil {
		t.Fatal(err)
	}
	const files = 200
	stored := func(i int) string { return fmt.Sprintf("Cafe\u0301/Cre\u0300me %d.txt", i) }
	for i := range files {
		f, err := disk.Create(stored(i))
		if err := errors.Join(err, f.Close()); err != nil {
			t.Fatal(err)
		}
	}
	var names Names
	for i := range files {
		if at, _, err := names.Stored(disk, fmt.Sprintf("Caf\u00e9/Cr\u00e8me %d.txt", i)); at != stored(i) {
			t.Fatalf("file %d lies at %q: %v", i, at, err)
		}
	}
	if disk.times != 2 {
		t.Errorf("two directories were listed %d times", disk.times)
	}
	if err := disk.Rename(stored(7), "Cafe\u0301/Cre\u0300me seven.txt"); err != nil {
		t.Fatal(err)
	}
	if at, _, err := names.Stored(disk, "Caf\u00e9/Cr\u00e8me 7.txt"); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("what was renamed lies at %q: %v", at, err)
	}
	if at, _, err := names.Stored(disk, "Caf\u00e9/Cr\u00e8me seven.txt"); err != nil {
		t.Errorf("under its new name it lies at %q: %v", at, err)
	}
}
