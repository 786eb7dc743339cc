package share_test

import (
	"slices"
	"strings"
	"testing"

	"lanyard/internal/name"
	"lanyard/internal/tree"
	"lanyard/sync/share"
)

// blindOffice is Anna, whose disk takes names for one that differ in case alone, among two who tell them apart.
func blindOffice(t *testing.T) (o *office, id share.ID) {
	o = memoryOffice(t, "Anna", "Ben", "Carla")
	o.desks[0].disk = tree.NewMemory(tree.MemoryOptions{Volume: "blind", CaseBlind: true})
	return o, o.begin()
}

// grave reports whether something is missing because of a problem.
func grave(p share.Problem) bool { return !p.Note }

// alike waits until all desks that run show these files, by their paths, and say that they are in sync; and Anna's disk has them under these names.
func (o *office) alike(id share.ID, want map[string]string, onDisk ...string) {
	o.t.Helper()
	anna := o.desks[0]
	eventually(o.t, "all folders show the same", func() bool {
		for _, d := range o.desks {
			share.Look(d.engine, id)
		}
		for _, d := range o.desks {
			st, err := d.engine.Get(id)
			if err != nil || st.State != share.InSync || slices.ContainsFunc(st.Problems, grave) || listing(shown(d, id)) != listing(want) {
				return false
			}
		}
		for _, p := range onDisk {
			if _, ok := on(anna)[p]; !ok {
				return false
			}
		}
		return true
	}, func() string {
		out := ""
		for _, d := range o.desks {
			out += d.state(id)() + "\n" + listing(shown(d, id)) + share.Pending(d.engine, id)
		}
		return out + "on Anna's disk\n" + listing(on(anna))
	})
}

// shown reads what a desk's disk holds under the paths that the share has for it.
func shown(d *desk, id share.ID) map[string]string {
	out := map[string]string{}
	for p, c := range on(d) {
		if dir, ok := strings.CutSuffix(p, "/"); ok {
			out[share.Named(d.engine, id, dir)+"/"] = c
			continue
		}
		out[share.Named(d.engine, id, p)] = c
	}
	return out
}

// TestTwins: two files whose names differ in case alone are both on a disk that is blind to it. The one under another name is edited and deleted there
// as what it is, also after a restart, and gets its name when that is free.
func TestTwins(t *testing.T) {
	t.Parallel()
	o, id := blindOffice(t)
	anna, ben := o.desks[0], o.desks[1]
	put(ben, "plan.txt", "lower")
	o.alike(id, map[string]string{"plan.txt": "lower"}, "plan.txt")
	put(ben, "Plan.txt", "upper")
	put(ben, "Docs/x.txt", "in Docs")
	put(ben, "docs/x.txt", "in docs")
	want := map[string]string{"plan.txt": "lower", "Plan.txt": "upper", "Docs/": "", "Docs/x.txt": "in Docs", "docs/": "", "docs/x.txt": "in docs"}
	o.alike(id, want, "Plan.txt", "plan (2).txt", "Docs/x.txt", "docs (2)/x.txt")

	put(anna, "plan (2).txt", "lower, by Anna")
	put(anna, "docs (2)/new.txt", "new in docs")
	want["plan.txt"], want["docs/new.txt"] = "lower, by Anna", "new in docs"
	o.alike(id, want)
	anna.restart()
	o.alike(id, want, "plan (2).txt")

	check(t, anna.disk.Local().Remove("plan (2).txt"))
	delete(want, "plan.txt")
	o.alike(id, want, "Plan.txt")
	put(ben, "plan.txt", "there again")
	want["plan.txt"] = "there again"
	o.alike(id, want, "Plan.txt", "plan (2).txt")
	check(t, ben.disk.Local().Remove("Plan.txt"))
	delete(want, "Plan.txt")
	o.alike(id, want, "plan.txt")
	put(ben, "Plan.txt", "upper again")
	want["Plan.txt"] = "upper again"
	o.alike(id, want, "Plan.txt", "plan (2).txt")
	check(t, anna.disk.Local().Remove("Plan.txt")) // by whose disk they are one name
	delete(want, "Plan.txt")
	o.alike(id, want, "plan.txt")
}

// TestTwinGone: where a twin has gone, what the disk finds under its name is not taken for it.
func TestTwinGone(t *testing.T) {
	t.Parallel()
	o, id := blindOffice(t)
	anna, ben := o.desks[0], o.desks[1]
	put(ben, "plan.txt", "lower")
	put(ben, "Plan.txt", "upper")
	put(ben, "Docs/x.txt", "x")
	o.alike(id, map[string]string{"plan.txt": "lower", "Plan.txt": "upper", "Docs/": "", "Docs/x.txt": "x"}, "plan (2).txt")
	check(t, ben.disk.Local().Remove("plan.txt"))
	want := map[string]string{"Plan.txt": "upper", "Docs/": "", "Docs/x.txt": "x"}
	o.alike(id, want)
	for _, p := range []string{"plan.txt", "docs", "docs/x.txt", "PLAN.TXT"} {
		check(t, share.Hint(t.Context(), anna.engine, id, p))
	}
	o.alike(id, want)
	for _, d := range o.desks {
		if d.notices.has(func(n share.Notice) bool { return n.Path == "PLAN.TXT" || n.Path == "docs/x.txt" }) {
			t.Errorf("%s was told of files that nobody made: %+v", d.name, d.notices.list)
		}
	}
	if got := on(anna); len(got) != 3 {
		t.Errorf("on Anna's disk lies\n%s", listing(got))
	}
}

// TestCaseOnlyRename: a change of case alone is one step on every disk: nothing is fetched and nothing goes to the trash.
func TestCaseOnlyRename(t *testing.T) {
	t.Parallel()
	o := memoryOffice(t, "Anna", "Ben", "Carla")
	anna, ben := o.desks[0], o.desks[1]
	for _, d := range o.desks[:2] {
		d.disk = tree.NewMemory(tree.MemoryOptions{Volume: d.name, CaseBlind: true})
	}
	id := o.begin()
	put(ben, "readme", "read me")
	put(ben, "Notes", "notes")
	o.alike(id, map[string]string{"readme": "read me", "Notes": "notes"})
	check(t, ben.disk.Local().Rename("readme", "README"))
	o.alike(id, map[string]string{"README": "read me", "Notes": "notes"}, "README")
	check(t, anna.disk.Local().Rename("Notes", "notes"))
	o.alike(id, map[string]string{"README": "read me", "notes": "notes"}, "notes")
	for _, d := range o.desks {
		if trash := filesBelow(d, name.Hidden+"/trash"); strings.Contains(listing(trash), "read me") || strings.Contains(listing(trash), "notes") {
			t.Errorf("%s has in the trash\n%s", d.name, listing(trash))
		}
	}
	if got := on(anna); len(got) != 2 {
		t.Errorf("on Anna's disk lies\n%s", listing(got))
	}
}
