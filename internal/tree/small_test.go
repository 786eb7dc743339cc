package tree

import (
	"errors"
	"io/fs"
	"testing"
)

// TestPlaceSmall: whatever way a disk goes, a small content lies at its path with its time, and never over anything.
func TestPlaceSmall(t *testing.T) {
	onEach(t, func(t *testing.T, tr *Tree, who person) {
		const mtime = 1_700_000_000_123_456_000
		for _, c := range []struct {
			name, path, content string
			exec                bool
		}{
			{"h-1", "a", "alpha", false},
			{"h-2", "new/folder/b", "beta", false}, // made on the way
			{"h-3", "new/folder/c", "gamma", false},
			{"h-4", "tool", "#!", true},
			{"h-5", "empty", "", false},
		} {
			s, err := tr.PlaceSmall(c.name, c.path, []byte(c.content), mtime, c.exec)
			if err != nil {
				t.Fatalf("place %s: %v", c.path, err)
			}
			want(t, who, c.path, c.content)
			if s != mustStat(t, tr, c.path) || s.Size != int64(len(c.content)) || s.Exec != (c.exec && tr.Traits().Exec) || s.Mtime/1000 != mtime/1000 {
				t.Errorf("%s is told as %+v and is %+v", c.path, s, mustStat(t, tr, c.path))
			}
		}
		if _, err := tr.PlaceSmall("h-6", "a", []byte("other"), mtime, false); !errors.Is(err, ErrExists) {
			t.Errorf("placed over something: %v", err)
		}
		want(t, who, "a", "alpha")
		if _, err := tr.PlaceSmall("h-6", "d", []byte("again"), mtime, false); err != nil { // its content lies there from the last time
			t.Fatal(err)
		}
		want(t, who, "d", "again")
		if err := incoming(t, tr, "h-7", "a longer one that was broken off").Close(); err != nil {
			t.Fatal(err)
		}
		if _, err := tr.PlaceSmall("h-7", "e", []byte("whole"), mtime, false); err != nil {
			t.Fatal(err)
		}
		want(t, who, "e", "whole")
		if err := who.Put("link", KindLink); err != nil {
			t.Fatal(err)
		}
		if _, err := tr.PlaceSmall("h-8", "link/f", []byte("x"), mtime, false); !errors.Is(err, ErrParent) {
			t.Errorf("placed through a link: %v", err)
		}
		for _, bad := range []string{"../x", ".lanyard/x", "a\x00b"} {
			if _, err := tr.PlaceSmall("h-9", bad, []byte("x"), mtime, false); !errors.Is(err, ErrName) {
				t.Errorf("placed at %q: %v", bad, err)
			}
		}
		if _, err := tr.PlaceSmall("../h", "g", []byte("x"), mtime, false); !errors.Is(err, ErrName) {
			t.Errorf("a name that leads elsewhere: %v", err)
		}
	})
}

// TestReadSmall: what is read is what was seen, whole, or there is an error.
func TestReadSmall(t *testing.T) {
	onEach(t, func(t *testing.T, tr *Tree, who person) {
		put(t, tr, "a", "alpha")
		seen := mustStat(t, tr, "a")
		b := make([]byte, seen.Size)
		if err := tr.ReadSmall("a", seen, b); err != nil || string(b) != "alpha" {
			t.Fatalf("read %q, %v", b, err)
		}
		if f, err := who.Open("a"); err != nil {
			t.Fatal(err)
		} else {
			if err := tr.ReadSmall("a", seen, b); err != nil && !errors.Is(err, ErrBusy) {
				t.Errorf("while a program has it open: %v", err)
			} else if err == nil && !errors.Is(tr.Busy("a"), errors.ErrUnsupported) {
				t.Error("read while a program has it open for writing")
			}
			if err := f.Close(); err != nil {
				t.Fatal(err)
			}
		}
		for what, change := range map[string]func() error{
			"other bytes":  func() error { return who.WriteFile("a", []byte("ALPHA+")) },
			"another file": func() error { return who.Save("a", []byte("gamma")) },
			"a pipe":       func() error { return errors.Join(who.Remove("a"), who.Put("a", KindOther)) },
			"a link":       func() error { return errors.Join(who.Remove("a"), who.Put("a", KindLink)) },
		} {
			if err := change(); err != nil {
				t.Fatal(err)
			}
			if err := tr.ReadSmall("a", seen, b); err == nil {
				t.Errorf("%s are read as what was seen before", what)
			}
			if err := errors.Join(who.Remove("a"), who.WriteFile("a", []byte("alpha"))); err != nil {
				t.Fatal(err)
			}
			seen = mustStat(t, tr, "a")
		}
		if err := tr.ReadSmall("none", seen, b); !errors.Is(err, fs.ErrNotExist) {
			t.Errorf("read nothing: %v", err)
		}
	})
}

// TestLstatEach: many paths are described as each by itself.
func TestLstatEach(t *testing.T) {
	onEach(t, func(t *testing.T, tr *Tree, who person) {
		for _, p := range []string{"a", "b", "dir/c", "dir/d", "dir/deep/e"} {
			put(t, tr, p, p)
		}
		if err := who.Put("link", KindLink); err != nil {
			t.Fatal(err)
		}
		paths := []string{"a", "b", "none", "dir/c", "dir/none", "dir/d", "dir/deep/e", "none/f", "none/g", "link", "link/h", "dir", "dir/c/x", "a"}
		for _, paths := range [][]string{nil, paths, append(paths, "../x")} {
			told := 0
			tr.LstatEach(paths, func(i int, s Stat, err error) {
				told++
				alone, wrong := tr.Lstat(paths[i])
				if s != alone || (err == nil) != (wrong == nil) || err != nil && err.Error() != wrong.Error() {
					t.Errorf("%s is %+v, %v; alone %+v, %v", paths[i], s, err, alone, wrong)
				}
			})
			if told != len(paths) {
				t.Errorf("%d of %d paths are told", told, len(paths))
			}
		}
	})
}
