package tree

import (
	"errors"
	"io/fs"
	"os"
	"slices"
	"testing"
	"time"
)

// between lets a local program act just before a call that changes a directory.
type between struct {
	FS
	before func(doing, path string)
}

func (b *between) act(doing, path string) {
	if b.before != nil {
		b.before(doing, path)
	}
}

func (b *between) Rename(from, to string) error {
	b.act("rename", to)
	return b.FS.Rename(from, to)
}

func (b *between) Exchange(from, to string) error {
	b.act("swap", to)
	return b.FS.Exchange(from, to)
}

func (b *between) Link(from, to string) error {
	b.act("keep", to)
	return b.FS.Link(from, to)
}

func TestPlace(t *testing.T) {
	onEach(t, func(t *testing.T, tr *Tree, who person) {
		in := incoming(t, tr, "k", "one")
		when := time.Date(2001, 2, 3, 4, 5, 6, 789_000_000, time.UTC).UnixNano()
		if err := in.SetMeta(when, true); err != nil {
			t.Fatal(err)
		}
		s, err := tr.Place(in, "Reports/2026/Q3.txt")
		if err != nil {
			t.Fatal(err)
		}
		want(t, who, "Reports/2026/Q3.txt", "one")
		if s.Kind != KindFile || s.Size != 3 || s.Mtime != when || !s.Exec || s.Links != 1 || s.ID == (ID{}) || s.Ctime == 0 {
			t.Errorf("placed as %+v", s)
		}
		if again, err := tr.Lstat("Reports/2026/Q3.txt"); err != nil || again != s {
			t.Errorf("Lstat says %+v (%v), Place said %+v", again, err, s)
		}
		if names, err := tr.IncomingNames(); err != nil || len(names) != 0 {
			t.Errorf("still incoming: %v, %v", names, err)
		}
		flush(t, tr)
	})
}

// TestPlaceRefuses: what is there stays, and the content stays to be placed elsewhere.
func TestPlaceRefuses(t *testing.T) {
	onEach(t, func(t *testing.T, tr *Tree, who person) {
		put(t, tr, "a", "person's")
		if err := who.MkdirAll("d"); err != nil {
			t.Fatal(err)
		}
		if err := who.Put("link", KindLink); err != nil {
			t.Fatal(err)
		}
		for _, c := range []struct {
			path string
			want error
		}{
			{"a", ErrExists}, {"d", ErrExists}, {"link", ErrExists},
			{"a/below a file", ErrParent}, {"link/below a link", ErrParent}, {"link/d/x", ErrParent},
			{"../x", ErrName}, {".lanyard/marker", ErrName}, {"", ErrName},
		} {
			if _, err := tr.Place(incoming(t, tr, "k", "new"), c.path); !errors.Is(err, c.want) {
				t.Errorf("place at %q: %v, want %v", c.path, err, c.want)
			}
			in, err := tr.Incoming("k")
			if err != nil || in.Size() != 3 {
				t.Fatalf("after %q the content has %d bytes, %v", c.path, in.Size(), err)
			}
			if err := in.Discard(); err != nil {
				t.Fatal(err)
			}
		}
		want(t, who, "a", "person's")
	})
}

func TestReplace(t *testing.T) {
	onEach(t, func(t *testing.T, tr *Tree, who person) {
		old := put(t, tr, "d/a.txt", "old")
		d, err := tr.Replace(incoming(t, tr, "k", "newer"), "d/a.txt", old)
		if err != nil || d.Unexpected || !d.Found.Same(old) && tr.Traits().Exchange {
			t.Fatalf("replace: %+v, %v", d, err)
		}
		want(t, who, "d/a.txt", "newer")
		wantTrash(t, tr, d.Trash, "old")
		if d.Trash.Path() != "d/a.txt" || d.Placed.Size != 5 {
			t.Errorf("displaced %+v", d)
		}
		if s, err := tr.Lstat("d/a.txt"); err != nil || s != d.Placed {
			t.Errorf("at the path: %+v (%v), told: %+v", s, err, d.Placed)
		}
		flush(t, tr)
	})
}

// TestReplaceKeepsPermissions: a file that its owner keeps to himself stays so; the executable bit is the new version's.
func TestReplaceKeepsPermissions(t *testing.T) {
	f, who := onDisk(OpenDisk)(t)
	tr, err := Create(f, Marker{Share: "s"})
	if err != nil {
		t.Fatal(err)
	}
	old := put(t, tr, "a", "old")
	if err := os.Chmod(who.(home).at("a"), 0o600); err != nil {
		t.Fatal(err)
	}
	in := incoming(t, tr, "k", "new")
	if err := in.SetMeta(1e18, true); err != nil {
		t.Fatal(err)
	}
	d, err := tr.Replace(in, "a", old)
	if err != nil || d.Placed.Mode != 0o700 || !d.Placed.Exec || d.Placed.Mtime != 1e18 {
		t.Errorf("replaced as %+v, %v", d.Placed, err)
	}
}

func TestReplaceRefuses(t *testing.T) {
	onEach(t, func(t *testing.T, tr *Tree, who person) {
		old := put(t, tr, "a", "old")
		if err := who.WriteFile("a", []byte("person's")); err != nil {
			t.Fatal(err)
		}
		dir, err := tr.MakeDir("d")
		if err != nil {
			t.Fatal(err)
		}
		for _, c := range []struct {
			path   string
			expect Stat
			want   error
		}{{"a", old, ErrChanged}, {"gone", old, fs.ErrNotExist}, {"d", dir, ErrNotFile}, {"d", old, ErrChanged}} {
			if d, err := tr.Replace(incoming(t, tr, "k", "new"), c.path, c.expect); !errors.Is(err, c.want) || d.Trash != "" {
				t.Errorf("replace %q: %+v, %v, want %v", c.path, d, err, c.want)
			}
		}
		want(t, who, "a", "person's")
		if all, err := tr.TrashList(); err != nil || len(all) != 0 {
			t.Errorf("in the trash: %v, %v", all, err)
		}
	})
}

// TestReplaceRace: a person saves between the look and the swap. The swap is done, told as unexpected, and the person's bytes are in the trash.
func TestReplaceRace(t *testing.T) {
	onEach(t, func(t *testing.T, tr *Tree, who person) {
		old := put(t, tr, "a", "old")
		b := &between{FS: tr.fs}
		tr.fs = b
		b.before = func(doing, path string) {
			if doing == "rename" && tr.traits.Exchange || doing == "keep" {
				b.before = nil
				if err := who.Save("a", []byte("person's")); err != nil {
					t.Error(err)
				}
			}
		}
		d, err := tr.Replace(incoming(t, tr, "k", "new"), "a", old)
		if err != nil || !d.Unexpected {
			t.Fatalf("replace: %+v, %v", d, err)
		}
		want(t, who, "a", "new")
		wantTrash(t, tr, d.Trash, "person's")
	})
}

// TestReplaceVanished: the file is deleted between the look and the swap: nothing appears, and the content is kept.
func TestReplaceVanished(t *testing.T) {
	onEach(t, func(t *testing.T, tr *Tree, who person) {
		old := put(t, tr, "a", "old")
		b := &between{FS: tr.fs}
		tr.fs = b
		b.before = func(doing, path string) {
			b.before = nil
			if err := who.Remove("a"); err != nil {
				t.Error(err)
			}
		}
		if d, err := tr.Replace(incoming(t, tr, "k", "new"), "a", old); !errors.Is(err, fs.ErrNotExist) {
			t.Fatalf("replace: %+v, %v", d, err)
		}
		if in, err := tr.Incoming("k"); err != nil || in.Size() != 3 {
			t.Errorf("the content has %d bytes, %v", in.Size(), err)
		}
	})
}

func TestRemove(t *testing.T) {
	onEach(t, func(t *testing.T, tr *Tree, who person) {
		a := put(t, tr, "d/a", "one")
		id, err := tr.Remove("d/a", a)
		if err != nil {
			t.Fatal(err)
		}
		wantTrash(t, tr, id, "one")
		if _, err := tr.Lstat("d/a"); !errors.Is(err, fs.ErrNotExist) {
			t.Errorf("still there: %v", err)
		}
		if _, err := tr.Remove("d/a", a); !errors.Is(err, fs.ErrNotExist) {
			t.Errorf("remove again: %v", err)
		}
		put(t, tr, "d/a", "two")
		if id, err := tr.Remove("d/a", a); !errors.Is(err, ErrChanged) || id != "" {
			t.Errorf("remove another: %q, %v", id, err)
		}
		want(t, who, "d/a", "two")
		flush(t, tr)
	})
}

// TestRemoveRace: what a person saved between the look and the removal goes back to its place.
func TestRemoveRace(t *testing.T) {
	onEach(t, func(t *testing.T, tr *Tree, who person) {
		a := put(t, tr, "a", "one")
		b := &between{FS: tr.fs}
		tr.fs = b
		b.before = func(doing, path string) {
			b.before = nil
			if err := who.Save("a", []byte("person's")); err != nil {
				t.Error(err)
			}
		}
		if id, err := tr.Remove("a", a); !errors.Is(err, ErrChanged) || id != "" {
			t.Errorf("remove: %q, %v", id, err)
		}
		want(t, who, "a", "person's")
	})
}

func TestMove(t *testing.T) {
	onEach(t, func(t *testing.T, tr *Tree, who person) {
		a := put(t, tr, "d/a", "one")
		put(t, tr, "taken", "two")
		if _, err := tr.Move("d/a", "taken", a); !errors.Is(err, ErrExists) {
			t.Errorf("move over: %v", err)
		}
		s, err := tr.Move("d/a", "e/f/b", a)
		if err != nil || !s.Same(a) {
			t.Errorf("move: %+v, %v", s, err)
		}
		want(t, who, "e/f/b", "one")
		want(t, who, "taken", "two")
		dir, err := tr.Lstat("e")
		if err != nil {
			t.Fatal(err)
		}
		if _, err := tr.Move("e", "g/e", dir); err != nil {
			t.Errorf("move a folder: %v", err)
		}
		want(t, who, "g/e/f/b", "one")
		if s, err := tr.Move("g", "G", mustStat(t, tr, "g")); err != nil || s.Kind != KindDir {
			t.Errorf("change of case: %+v, %v", s, err)
		}
		if entries, err := tr.List(""); err != nil || !slices.ContainsFunc(entries, func(e Entry) bool { return e.Name == "G" }) {
			t.Errorf("after the change of case: %v, %v", entries, err)
		}
		if _, err := tr.Move("taken", "x", a); !errors.Is(err, ErrChanged) {
			t.Errorf("move another: %v", err)
		}
		flush(t, tr)
	})
}

func mustStat(t testing.TB, tr *Tree, p string) Stat {
	t.Helper()
	s, err := tr.Lstat(p)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func TestFolders(t *testing.T) {
	onEach(t, func(t *testing.T, tr *Tree, who person) {
		for range 2 {
			if s, err := tr.MakeDir("a/b/c"); err != nil || s.Kind != KindDir {
				t.Fatalf("make: %+v, %v", s, err)
			}
		}
		put(t, tr, "file", "x")
		if _, err := tr.MakeDir("file"); !errors.Is(err, ErrExists) {
			t.Errorf("make over a file: %v", err)
		}
		if err := tr.RemoveDir("a/b"); !errors.Is(err, ErrNotEmpty) {
			t.Errorf("remove with a folder in it: %v", err)
		}
		for _, debris := range []string{"a/b/c/Thumbs.db", "a/b/c/.DS_Store", "a/b/c/~$plan.docx"} {
			if err := who.WriteFile(debris, []byte("debris")); err != nil {
				t.Fatal(err)
			}
		}
		if err := tr.RemoveDir("a/b/c"); err != nil {
			t.Errorf("remove with debris: %v", err)
		}
		if all, err := tr.TrashList(); err != nil || len(all) != 3 {
			t.Errorf("debris in the trash: %v, %v", all, err)
		}
		if err := who.WriteFile("a/b/work.txt", []byte("x")); err != nil {
			t.Fatal(err)
		}
		if err := tr.RemoveDir("a/b"); !errors.Is(err, ErrNotEmpty) {
			t.Errorf("remove with work in it: %v", err)
		}
		if err := tr.RemoveDir("file"); !errors.Is(err, ErrNotDir) {
			t.Errorf("remove a file as a folder: %v", err)
		}
		flush(t, tr)
	})
}

func TestSetMeta(t *testing.T) {
	onEach(t, func(t *testing.T, tr *Tree, who person) {
		a := put(t, tr, "a", "one")
		s, err := tr.SetMeta("a", a, 1e18, true)
		if err != nil || s.Mtime != 1e18 || !s.Exec || s.ID != a.ID {
			t.Errorf("set: %+v, %v", s, err)
		}
		if _, err := tr.SetMeta("a", a, 2e18, false); !errors.Is(err, ErrChanged) {
			t.Errorf("set with what was there before: %v", err)
		}
		flush(t, tr)
	})
}
