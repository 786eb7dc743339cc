package tree

import (
	"errors"
	"io/fs"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"
)

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
