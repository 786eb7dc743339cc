package tree

import (
	"errors"
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
	for _, p := range []string{"", "Caf\u00e9", "Caf\u00e9/R\u00e9sum\u00e9.txt", "Caf\u00e9/plain.txt", "K\u00e4se.txt"} {
		at, s, err := Stored(disk, p)
		if err != nil {
			t.Errorf("%q: %v", p, err)
			continue
		}
		if there, err := disk.Lstat(at); err != nil || !there.Same(s) {
			t.Errorf("%q lies at %q: %+v, %v", p, at, there, err)
		}
	}
	for _, p := range []string{"Caf\u00e9/none.txt", "none/R\u00e9sum\u00e9.txt", "R\u00e9sum\u00e9.txt"} {
		if at, _, err := Stored(disk, p); !errors.Is(err, fs.ErrNotExist) {
			t.Errorf("%q lies at %q: %v", p, at, err)
		}
	}
}
