//go:build darwin || windows

package tree

import (
	"errors"
	"os"
	"path/filepath"
	"testing"
)

// TestTwinsOnDisk does on a real disk what TestTwins does in memory, where the disk of the system's temporary folder is blind to case. No disk of Linux need be: there it is not built.
func TestTwinsOnDisk(t *testing.T) {
	dir := t.TempDir()
	if err := os.WriteFile(filepath.Join(dir, "probe"), nil, 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := os.Stat(filepath.Join(dir, "PROBE")); err != nil {
		t.Skip("needs a temporary folder on a disk that is blind to case, as on macOS and Windows: set TMPDIR to one")
	}
	disk, err := OpenDisk(dir)
	if err != nil {
		t.Fatal(err)
	}
	tr, err := Create(disk, Marker{Share: "s"})
	if err != nil {
		t.Fatal(err)
	}
	exact, err := Exact(disk)
	if err != nil {
		t.Fatal(err)
	}
	if tr, err = Open(exact, tr.Marker()); err != nil {
		t.Fatal(err)
	}
	defer tr.Close()
	for _, p := range []string{"a.txt", "A.txt", "docs/x", "Docs/x", "readme"} {
		if err := placeFile(tr, p, p); err != nil {
			t.Fatal(err)
		}
	}
	s, err := tr.Lstat("readme")
	if err == nil {
		_, err = tr.Move("readme", "README", s)
	}
	if err != nil {
		t.Fatal(err)
	}
	if err := tr.Flush(t.Context()); err != nil {
		t.Fatal(err)
	}
	want := map[string]string{"A.txt": "A.txt", "a (2).txt": "a.txt", "Docs/x": "Docs/x", "docs (2)/x": "docs/x", "README": "readme"}
	for p, c := range want {
		if got, err := os.ReadFile(filepath.Join(dir, p)); err != nil || string(got) != c {
			t.Errorf("%s is %q, %v, not %q", p, got, err, c)
		}
	}
	if s, err = tr.Lstat("A.txt"); err == nil {
		_, err = tr.Remove("A.txt", s)
	}
	if err = errors.Join(err, tr.Tidy()); err != nil {
		t.Fatal(err)
	}
	if got, err := os.ReadFile(filepath.Join(dir, "a.txt")); err != nil || string(got) != "a.txt" {
		t.Errorf("with its twin gone a.txt is %q, %v", got, err)
	}
}
