package share_test

import (
	"maps"
	"slices"
	"strings"
	"testing"

	"lanyard/internal/tree"
	"lanyard/sync/index"
	"lanyard/sync/share"
)

// wipe does away with a file, or a folder with all that is in it.
func wipe(t *testing.T, d *desk, p string) {
	t.Helper()
	below := filesBelow(d, p)
	for _, q := range slices.Backward(slices.Sorted(maps.Keys(below))) {
		check(t, d.disk.Local().Remove(strings.TrimSuffix(q, "/")))
	}
	check(t, d.disk.Local().Remove(p))
}

// TestMovedAndRemoved: one moves what lies in a folder that another, who is away, does away with or moves, too. The word of it comes when they are back
// and nobody there has taken note yet that the folder is gone. Both folders become equal, and what was moved is there.
func TestMovedAndRemoved(t *testing.T) {
	rename := func(from, to string) func(*testing.T, *desk) {
		return func(t *testing.T, d *desk) { check(t, d.disk.Local().Rename(from, to)) }
	}
	remove := func(p string) func(*testing.T, *desk) { return func(t *testing.T, d *desk) { wipe(t, d, p) } }
	deeper := func(t *testing.T, d *desk) {
		check(t, d.disk.Local().MkdirAll("D/x"))
		check(t, d.disk.Local().Rename("D/a1", "D/x/y"))
	}
	cases := []struct {
		what  string
		there func(t *testing.T, anna *desk)
		away  func(t *testing.T, ben *desk)
		moved index.Path // where one file of Anna's lies then
	}{
		{"moved deeper, removed", deeper, remove("D"), "D/x/y/f1"},
		{"moved deeper, moved away", deeper, rename("D", "E"), "D/x/y/f1"},
		{"moved deeper, left alone", deeper, func(*testing.T, *desk) {}, "D/x/y/f1"},
		{"a file is where the folder was", func(t *testing.T, d *desk) {
			check(t, d.disk.Local().Rename("D/a1/f1", "D/z"))
			wipe(t, d, "D/a1")
			check(t, d.disk.Local().WriteFile("D/a1", []byte("x")))
		}, remove("D/a1"), "D/z"},
	}
	for _, c := range cases {
		t.Run(c.what, func(t *testing.T) {
			t.Parallel()
			o := memoryOffice(t, "Anna", "Ben")
			anna, ben := o.desks[0], o.desks[1]
			for p, content := range map[string]string{"D/a1/f1": "one", "D/a1/f2": "two", "D/a1/f3": "three", "D/b": "b"} {
				check(t, anna.disk.Local().WriteFile(p, []byte(content)))
			}
			id := o.begin()
			o.level(id)
			ben.shut()
			c.away(t, ben)
			c.there(t, anna)
			eventually(t, "Anna has published the move", func() bool {
				share.Look(anna.engine, id)
				return share.Shows(anna.engine, id, c.moved) == index.File && share.Shows(anna.engine, id, "D/a1/f1") != index.File &&
					share.Shows(anna.engine, id, "D/a1") != index.Dir
			}, anna.state(id))
			ben.start()
			o.meet()
			got := o.level(id)
			if got[string(c.moved)] != "one" {
				t.Errorf("what was moved is lost:\n%s", listing(got))
			}
		})
	}
}

var _ = tree.KindDir

// TestOrphans: what lay in a folder that is gone, and is known to be, is missed by the next look at everything.
func TestOrphans(t *testing.T) {
	t.Parallel()
	o := memoryOffice(t, "Anna", "Ben")
	anna, ben := o.desks[0], o.desks[1]
	check(t, anna.disk.Local().WriteFile("D/a/f", []byte("one")))
	check(t, anna.disk.Local().WriteFile("b", []byte("b")))
	id := o.begin()
	o.level(id)
	wipe(t, ben, "D/a")
	check(t, share.Orphan(t.Context(), ben.engine, id, "D/a"))
	eventually(t, "Ben's deletion comes to Anna", func() bool {
		share.Look(ben.engine, id)
		share.Look(anna.engine, id)
		_, there := on(anna)["D/a/f"]
		return !there
	}, anna.state(id))
}

// TestNothingConcluded: from a link, another disk or a device where a folder was nothing is concluded about what lay in it.
func TestNothingConcluded(t *testing.T) {
	for _, kind := range []tree.Kind{tree.KindLink, tree.KindMount, tree.KindOther} {
		t.Run(kind.String(), func(t *testing.T) {
			t.Parallel()
			o := memoryOffice(t, "Anna", "Ben")
			anna, ben := o.desks[0], o.desks[1]
			check(t, anna.disk.Local().WriteFile("D/a/f", []byte("one")))
			id := o.begin()
			o.level(id)
			ben.shut()
			wipe(t, ben, "D/a")
			check(t, ben.disk.Local().Put("D/a", kind))
			check(t, ben.disk.Local().WriteFile("new", []byte("new")))
			ben.start()
			o.meet()
			eventually(t, "Ben's other file comes", func() bool { share.Look(anna.engine, id); return on(anna)["new"] == "new" }, anna.state(id))
			check(t, share.Hint(t.Context(), ben.engine, id, "D/a/f")) // returns when nothing is missed any more
			if got := share.Shows(ben.engine, id, "D/a/f"); got != index.File {
				t.Errorf("Ben's records show %s", got)
			}
			if got := on(anna)["D/a/f"]; got != "one" {
				t.Errorf("Anna's file is %q", got)
			}
		})
	}
}
