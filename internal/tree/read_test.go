package tree

import (
	"errors"
	"io/fs"
	"slices"
	"strings"
	"testing"
)

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
		read, err := tr.Read("a")
		if err != nil {
			t.Fatal(err)
		}
		defer read.Close()
		if err := read.Busy(); !errors.Is(err, ErrBusy) {
			t.Errorf("asked of the open file: %v", err)
		}
		if err := tr.Busy("a"); !errors.Is(err, ErrBusy) {
			t.Errorf("somebody writes: %v", err)
		}
		if err := f.Close(); err != nil {
			t.Fatal(err)
		}
		if err := read.Busy(); err != nil {
			t.Errorf("asked of the open file once it is closed there: %v", err)
		}
		if err := tr.Busy("a"); err != nil {
			t.Errorf("nobody writes any more: %v", err)
		}
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
