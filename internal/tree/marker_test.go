package tree

import (
	"bytes"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// spoilt is a root's marker with something in its note that JSON cannot hold.
func spoilt(t *Tree, with string) string {
	m := t.Marker()
	return fmt.Sprintf(`{"note": "%s", "share": %q, "volume": %q, "token": %q}`, with, m.Share, m.Volume, m.Token)
}

func TestMarker(t *testing.T) {
	for _, d := range disks() {
		t.Run(d.name, func(t *testing.T) {
			f, who := d.open(t)
			if _, err := Open(f, Marker{Share: "s"}); !errors.Is(err, ErrNotThisRoot) {
				t.Fatalf("open without a marker: %v", err)
			}
			if _, err := ReadMarker(f); !errors.Is(err, fs.ErrNotExist) {
				t.Fatalf("read no marker: %v", err)
			}
			first, err := Create(f, Marker{Share: "s"})
			if err != nil {
				t.Fatal(err)
			}
			m := first.Marker()
			if got, err := ReadMarker(f); err != nil || got != m || m.Token == "" {
				t.Errorf("read %+v, %v, want %+v", got, err, m)
			}
			tr, err := Open(f, m)
			if err != nil || tr.Traits() != first.Traits() {
				t.Fatalf("open: %v", err)
			}
			for _, other := range []Marker{{Share: "t", Token: m.Token, Volume: m.Volume}, {Share: "s", Token: "x", Volume: m.Volume}, {Share: "s", Token: m.Token, Volume: "x"}} {
				if _, err := Open(f, other); !errors.Is(err, ErrNotThisRoot) {
					t.Errorf("open as %+v: %v", other, err)
				}
			}
			if _, err := Create(f, Marker{Share: "t"}); !errors.Is(err, ErrNotThisRoot) {
				t.Errorf("create for another share: %v", err)
			}
			again, err := Create(f, Marker{Share: "s"})
			if err != nil || again.Marker().Token == m.Token {
				t.Errorf("link anew: %v", err)
			}
			if err := tr.Check(); !errors.Is(err, ErrNotThisRoot) {
				t.Errorf("check with the old token: %v", err)
			}
			for _, bad := range []string{"", "{", `{"share":"s"}`, strings.Repeat(" ", 5000), spoilt(again, `\ud83d`), spoilt(again, "\xff")} {
				if err := who.WriteFile(markerPath, []byte(bad)); err != nil {
					t.Fatal(err)
				}
				if err := again.Check(); !errors.Is(err, ErrNotThisRoot) {
					t.Errorf("check with marker %.20q: %v", bad, err)
				}
			}
			if err := who.Remove(markerPath); err != nil {
				t.Fatal(err)
			}
			if err := again.Check(); !errors.Is(err, ErrNotThisRoot) {
				t.Errorf("check without a marker: %v", err)
			}
		})
	}
}

// TestCheckMoved: the root is moved away, and another directory, even a full copy of it, takes its path.
func TestCheckMoved(t *testing.T) {
	for _, d := range disks()[:2] {
		t.Run(d.name, func(t *testing.T) {
			f, who := d.open(t)
			dir := who.(home).dir
			tr, err := Create(f, Marker{Share: "s"})
			if err != nil {
				t.Fatal(err)
			}
			if err := tr.Check(); err != nil {
				t.Fatalf("in place: %v", err)
			}
			if err := os.Rename(dir, dir+".moved"); err != nil {
				t.Fatal(err)
			}
			if err := tr.Check(); !errors.Is(err, ErrNotThisRoot) {
				t.Errorf("moved away: %v", err)
			}
			if err := os.CopyFS(dir, os.DirFS(dir+".moved")); err != nil {
				t.Fatal(err)
			}
			if err := tr.Check(); !errors.Is(err, ErrNotThisRoot) {
				t.Errorf("a copy at its path: %v", err)
			}
			if err := errors.Join(os.RemoveAll(dir), os.Symlink(dir+".moved", dir)); err != nil {
				t.Fatal(err)
			}
			if err := tr.Check(); !errors.Is(err, ErrNotThisRoot) {
				t.Errorf("a link at its path: %v", err)
			}
			if err := errors.Join(os.Remove(dir), os.Rename(dir+".moved", dir)); err != nil {
				t.Fatal(err)
			}
			if err := tr.Check(); err != nil {
				t.Errorf("back in place: %v", err)
			}
		})
	}
}

// TestOpenDisk: what is no directory is refused with a sentence; a link to a directory is resolved once.
func TestOpenDisk(t *testing.T) {
	dir := t.TempDir()
	file := filepath.Join(dir, "file")
	if err := os.WriteFile(file, bytes.Repeat([]byte("x"), 3), 0o644); err != nil {
		t.Fatal(err)
	}
	if _, err := OpenDisk(file); !errors.Is(err, ErrNotDir) {
		t.Errorf("open a file: %v", err)
	}
	if _, err := OpenDisk(filepath.Join(dir, "none")); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("open nothing: %v", err)
	}
	if err := errors.Join(os.Mkdir(filepath.Join(dir, "real"), 0o755), os.Symlink("real", filepath.Join(dir, "link"))); err != nil {
		t.Fatal(err)
	}
	f, err := OpenDisk(filepath.Join(dir, "link"))
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	if err := errors.Join(os.Remove(filepath.Join(dir, "link")), f.Verify()); err != nil {
		t.Errorf("verify by the real path: %v", err)
	}
}

// TestCheckAgain: that a marker was right a moment ago says nothing once it was touched.
func TestCheckAgain(t *testing.T) {
	onEach(t, func(t *testing.T, tr *Tree, who person) {
		for range 2 {
			if err := tr.Check(); err != nil {
				t.Fatal(err)
			}
		}
		right, err := who.ReadFile(markerPath)
		if err != nil {
			t.Fatal(err)
		}
		if err := who.WriteFile(markerPath, []byte(`{"share":"other","token":"t"}`)); err != nil {
			t.Fatal(err)
		}
		if err := tr.Check(); !errors.Is(err, ErrNotThisRoot) {
			t.Errorf("another share's marker: %v", err)
		}
		if err := who.WriteFile(markerPath, right); err != nil {
			t.Fatal(err)
		}
		if err := tr.Check(); err != nil {
			t.Errorf("its own marker again: %v", err)
		}
		if err := who.Remove(markerPath); err != nil {
			t.Fatal(err)
		}
		if err := tr.Check(); !errors.Is(err, ErrNotThisRoot) {
			t.Errorf("no marker: %v", err)
		}
	})
}
