package tree

import (
	"bytes"
	"context"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
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

func TestListAndRead(t *testing.T) {
	onEach(t, func(t *testing.T, tr *Tree, who person) {
		put(t, tr, "b", "bb")
		put(t, tr, "dir/x", "x")
		if err := errors.Join(who.Put("link", KindLink), who.Put("pipe", KindOther)); err != nil {
			t.Fatal(err)
		}
		entries, err := tr.List("")
		if err != nil {
			t.Fatal(err)
		}
		var got []string
		for _, e := range entries {
			got = append(got, e.Name+": "+e.Kind.String())
		}
		if !slices.Equal(got, []string{"b: file", "dir: folder", "link: link", "pipe: special file"}) {
			t.Errorf("listed %q", got)
		}
		for _, p := range []string{"dir", "link", "pipe"} {
			if f, err := tr.Read(p); !errors.Is(err, ErrNotFile) {
				t.Errorf("read %s: %v, %v", p, f, err)
			}
			if _, err := tr.Remove(p, mustStat(t, tr, p)); !errors.Is(err, ErrNotFile) {
				t.Errorf("remove %s: %v", p, err)
			}
		}
		if _, err := tr.Read("none"); !errors.Is(err, fs.ErrNotExist) {
			t.Errorf("read nothing: %v", err)
		}
		if _, err := tr.List("link"); !errors.Is(err, ErrParent) {
			t.Errorf("list a link: %v", err)
		}
		f, err := tr.Read("b")
		if err != nil {
			t.Fatal(err)
		}
		if s, err := f.Stat(); err != nil || s != mustStat(t, tr, "b") {
			t.Errorf("open file says %+v, %v", s, err)
		}
		if err := f.Close(); err != nil {
			t.Error(err)
		}
	})
}

// TestBusy: while a program has a file open for writing, it says so, where the disk can tell.
func TestBusy(t *testing.T) {
	onEach(t, func(t *testing.T, tr *Tree, who person) {
		put(t, tr, "a", "one")
		if err := tr.Busy("a"); errors.Is(err, errors.ErrUnsupported) {
			return
		} else if err != nil {
			t.Fatalf("nobody writes: %v", err)
		}
		f, err := who.Open("a")
		if err != nil {
			t.Fatal(err)
		}
		if err := tr.Busy("a"); !errors.Is(err, ErrBusy) {
			t.Errorf("somebody writes: %v", err)
		}
		if err := f.Close(); err != nil {
			t.Fatal(err)
		}
		if err := tr.Busy("a"); err != nil {
			t.Errorf("nobody writes any more: %v", err)
		}
	})
}

func TestIncomingResumes(t *testing.T) {
	onEach(t, func(t *testing.T, tr *Tree, who person) {
		if err := incoming(t, tr, "h-1", "first ").Close(); err != nil {
			t.Fatal(err)
		}
		if names, err := tr.IncomingNames(); err != nil || !slices.Equal(names, []string{"h-1"}) {
			t.Errorf("incoming: %v, %v", names, err)
		}
		in := incoming(t, tr, "h-1", "second!!")
		if err := in.Truncate(12); err != nil || in.Size() != 12 {
			t.Errorf("size %d, %v", in.Size(), err)
		}
		b := make([]byte, 12)
		if _, err := in.ReadAt(b, 0); err != nil || string(b) != "first second" {
			t.Errorf("read back %q, %v", b, err)
		}
		if _, err := tr.Place(in, "a"); err != nil {
			t.Fatal(err)
		}
		want(t, who, "a", "first second")
		if _, err := in.Write([]byte("x")); !errors.Is(err, fs.ErrClosed) {
			t.Errorf("write after place: %v", err)
		}
		for _, bad := range []string{"", "a/b", "..", "a.b", "ä", strings.Repeat("x", 129)} {
			if _, err := tr.Incoming(bad); !errors.Is(err, ErrName) {
				t.Errorf("incoming %q: %v", bad, err)
			}
		}
	})
}

// TestIncomingImpostor: what a local program put under an incoming's name is neither written through nor lost.
func TestIncomingImpostor(t *testing.T) {
	onEach(t, func(t *testing.T, tr *Tree, who person) {
		for _, kind := range []Kind{KindLink, KindOther} {
			if err := who.Put(inDir+"/c-k", kind); err != nil {
				t.Fatal(err)
			}
			if _, err := tr.Place(incoming(t, tr, "k", "new"), "a-"+kind.String()); err != nil {
				t.Fatal(err)
			}
			want(t, who, "a-"+kind.String(), "new")
		}
	})
}

func TestTrash(t *testing.T) {
	onEach(t, func(t *testing.T, tr *Tree, who person) {
		var ids []TrashID
		for _, text := range []string{"one", "two", "three"} { // the same path within one second: three drawers
			id, err := tr.Remove("d/a.txt", put(t, tr, "d/a.txt", text))
			if err != nil {
				t.Fatal(err)
			}
			ids = append(ids, id)
		}
		if all, err := tr.TrashList(); err != nil || len(all) != 3 || all[0].Removed.IsZero() {
			t.Fatalf("trash: %+v, %v", all, err)
		}
		if p, _, err := tr.Restore(ids[1], "d/a.txt"); err != nil || p != "d/a.txt" {
			t.Errorf("restored to %q, %v", p, err)
		}
		want(t, who, "d/a.txt", "two")
		seen := map[string]bool{}
		for _, id := range []TrashID{ids[0], ids[2]} {
			p, s, err := tr.Restore(id, "d/a.txt")
			if err != nil || !strings.HasPrefix(p, "d/a (restored ") || !strings.HasSuffix(p, ".txt") || seen[p] || s.Kind != KindFile {
				t.Errorf("restored to %q, %v", p, err)
			}
			seen[p] = true
		}
		want(t, who, "d/a.txt", "two")
		if all, err := tr.fs.List(trashDir); err != nil || len(all) != 0 {
			t.Errorf("left in the trash: %v, %v", all, err)
		}
		for _, bad := range []TrashID{"", "x", "../a", "20261121T092000Z-k7f3ab/../../x", "20261121T092000Z-../x", "20261121T092000Z-k7f3ab/", "nodate-k7f3ab/x"} {
			if _, _, err := tr.Restore(bad, "x"); !errors.Is(err, ErrName) {
				t.Errorf("restore %q: %v", bad, err)
			}
		}
		flush(t, tr)
	})
}

// TestLateWrite: a program goes on writing through a handle into a file that was displaced.
func TestLateWrite(t *testing.T) {
	onEach(t, func(t *testing.T, tr *Tree, who person) {
		old := put(t, tr, "a", "old")
		f, err := who.Open("a")
		if err != nil {
			t.Fatal(err)
		}
		d, err := tr.Replace(incoming(t, tr, "k", "new"), "a", old)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := f.WriteAt([]byte("old and more"), 0); err != nil {
			t.Fatal(err)
		}
		if err := f.Close(); err != nil {
			t.Fatal(err)
		}
		want(t, who, "a", "new")
		s, err := tr.TrashStat(d.Trash)
		if err != nil {
			t.Fatal(err)
		}
		if copied := s.ID != old.ID; !copied && s.Same(d.Found) { // a copy (FAT) cannot follow the handle
			t.Error("the late write does not show")
		}
	})
}

func TestPolicy(t *testing.T) {
	now := time.Date(2026, 8, 21, 12, 0, 0, 0, time.UTC)
	day := 24 * time.Hour
	thing := func(id TrashID, age time.Duration, size int64) Trashed {
		return Trashed{ID: id, Removed: now.Add(-age), Stat: Stat{Size: size}}
	}
	written := thing("written to an hour ago", 40*day, 1)
	written.Mtime = now.Add(-time.Hour).UnixNano()
	future := thing("from the future", 40*day, 1)
	future.Mtime = now.Add(1000 * day).UnixNano()
	for _, c := range []struct {
		name string
		all  []Trashed
		want []TrashID
	}{
		{"young things stay", []Trashed{thing("a", day, 1), thing("b", 29*day, 1)}, nil},
		{"after 30 days they go", []Trashed{thing("a", 31*day, 1), thing("b", 29*day, 1)}, []TrashID{"a"}},
		{"beyond a tenth of the disk the oldest go", []Trashed{thing("new", 2*day, 60), thing("old", 3*day, 60)}, []TrashID{"old"}},
		{"never younger than a day", []Trashed{thing("a", 23*time.Hour, 500)}, nil},
		{"a late write makes it young", []Trashed{written}, nil},
		{"a stamp in the future does not", []Trashed{future}, []TrashID{"from the future"}},
	} {
		var got []TrashID
		for _, x := range DefaultPolicy().expired(c.all, Space{Total: 1000}, now) {
			got = append(got, x.ID)
		}
		if !slices.Equal(got, c.want) {
			t.Errorf("%s: %v, want %v", c.name, got, c.want)
		}
	}
}

// TestPurge runs on the bubble's clock: 31 days pass.
func TestPurge(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		m := NewMemory(MemoryOptions{})
		tr, err := Create(m, Marker{Share: "s"})
		if err != nil {
			t.Fatal(err)
		}
		old, err := tr.Remove("a/b", put(t, tr, "a/b", "old"))
		if err != nil {
			t.Fatal(err)
		}
		spared, err := tr.Remove("a/c", put(t, tr, "a/c", "spared"))
		if err != nil {
			t.Fatal(err)
		}
		time.Sleep(20 * 24 * time.Hour)
		if gone, err := tr.Purge(DefaultPolicy()); err != nil || len(gone) != 0 {
			t.Errorf("after 20 days gone: %v, %v", gone, err)
		}
		time.Sleep(11 * 24 * time.Hour)
		p := DefaultPolicy()
		p.Spare = func(x Trashed) bool { return x.ID == spared }
		if gone, err := tr.Purge(p); err != nil || len(gone) != 1 || gone[0].ID != old {
			t.Errorf("after 31 days gone: %v, %v", gone, err)
		}
		wantTrash(t, tr, spared, "spared")
		if _, err := tr.TrashStat(old); !errors.Is(err, fs.ErrNotExist) {
			t.Errorf("still in the trash: %v", err)
		}
	})
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
			for _, bad := range []string{"", "{", `{"share":"s"}`, strings.Repeat(" ", 5000)} {
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

// TestFlushFails: after an error in syncing nothing is written any more, and no later Flush succeeds.
func TestFlushFails(t *testing.T) {
	m := NewMemory(MemoryOptions{NoSyncAll: true})
	tr, err := Create(m, Marker{Share: "s"})
	if err != nil {
		t.Fatal(err)
	}
	put(t, tr, "a", "one")
	ended, end := context.WithCancel(context.Background())
	end()
	if err := tr.Flush(ended); !errors.Is(err, context.Canceled) {
		t.Errorf("flush with an ended context: %v", err)
	}
	eio := errors.New("input/output error")
	m.FailAt(1, 1, eio)
	if err := tr.Flush(context.Background()); !errors.Is(err, ErrBroken) || !errors.Is(err, eio) {
		t.Errorf("flush: %v", err)
	}
	if err := tr.Flush(context.Background()); !errors.Is(err, ErrBroken) {
		t.Errorf("flush again: %v", err)
	}
	if _, err := tr.Incoming("k"); !errors.Is(err, ErrBroken) {
		t.Errorf("receive: %v", err)
	}
	if _, err := tr.MakeDir("d"); !errors.Is(err, ErrBroken) {
		t.Errorf("make folder: %v", err)
	}
}

// TestFlushAfterMove: somebody moves away what was just placed; Flush still keeps its word.
func TestFlushAfterMove(t *testing.T) {
	onEach(t, func(t *testing.T, tr *Tree, who person) {
		put(t, tr, "d/a", "one")
		put(t, tr, "b", "two")
		if err := errors.Join(who.Rename("d", "e"), who.Remove("b"), who.Put("b", KindOther)); err != nil {
			t.Fatal(err)
		}
		flush(t, tr)
		want(t, who, "e/a", "one")
	})
}

// TestMounts: another volume below the root is told and never entered.
func TestMounts(t *testing.T) {
	m := NewMemory(MemoryOptions{})
	tr, err := Create(m, Marker{Share: "s"})
	if err != nil {
		t.Fatal(err)
	}
	if err := m.Local().Put("usb", KindMount); err != nil {
		t.Fatal(err)
	}
	if s := mustStat(t, tr, "usb"); s.Kind != KindMount {
		t.Errorf("%+v", s)
	}
	if _, err := tr.List("usb"); !errors.Is(err, ErrParent) {
		t.Errorf("list: %v", err)
	}
	if err := tr.RemoveDir("usb"); !errors.Is(err, ErrNotDir) {
		t.Errorf("remove: %v", err)
	}
	if _, err := tr.Place(incoming(t, tr, "k", "x"), "usb/x"); !errors.Is(err, ErrParent) {
		t.Errorf("place: %v", err)
	}
}

// TestLongPaths: the longest path there may be is placed, displaced, deleted and restored, though it is longer in the trash.
func TestLongPaths(t *testing.T) {
	onEach(t, func(t *testing.T, tr *Tree, who person) {
		long := strings.Repeat(strings.Repeat("x", 240)+"/", 16) + strings.Repeat("y", 240)
		in := incoming(t, tr, "k", "deep")
		s, err := tr.Place(in, long)
		if err != nil {
			t.Fatal(err)
		}
		id, err := tr.Remove(long, s)
		if err != nil {
			t.Fatal(err)
		}
		wantTrash(t, tr, id, "deep")
		if p, _, err := tr.Restore(id, long); err != nil || p != long {
			t.Errorf("restore: %v", err)
		}
		flush(t, tr)
	})
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
