package share_test

import (
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"lanyard/sync/share"
)

// pages lists a folder of a share page by page.
func (d *desk) pages(id share.ID, q share.FileQuery) (all []share.File) {
	d.t.Helper()
	for {
		page, err := d.engine.Files(d.t.Context(), id, q)
		check(d.t, err)
		if len(page.Files) > q.Limit {
			d.t.Fatalf("a page of %d has %d files", q.Limit, len(page.Files))
		}
		all = append(all, page.Files...)
		if page.Next == "" {
			return all
		}
		if page.Next <= q.After || len(page.Files) == 0 {
			d.t.Fatalf("the page behind %q ends at %q with %d files", q.After, page.Next, len(page.Files))
		}
		q.After = page.Next
	}
}

// walk lists everything below a folder, folder by folder, as contents does.
func (d *desk) walk(id share.ID, under string, limit int, into map[string]string) {
	d.t.Helper()
	for _, f := range d.pages(id, share.FileQuery{Under: under, Limit: limit}) {
		p := f.Path
		if f.Folder {
			d.walk(id, p, limit, into)
			p += "/"
		}
		if _, twice := into[p]; twice {
			d.t.Errorf("%q is listed twice", p)
		}
		into[p] = ""
	}
}

// TestFilesAreListed: whatever lies in a folder is listed once, folder by folder and page by page, on both desks, also where names sort between a folder
// and what is in it.
func TestFilesAreListed(t *testing.T) {
	t.Parallel()
	seed := rand.Uint64()
	t.Logf("seed %d", seed)
	rnd := rand.New(rand.NewPCG(seed, 0))
	files := map[string]string{"a/x": "", "a.txt": "", "a b": "", "a-/y/z": "", "a0": "", "ä/ö/ü.txt": ""}
	names := []string{"b", "b!", "b.", "b0", "c", "\U0001F4C1", "b b"}
	for range 40 {
		p := names[rnd.IntN(len(names))]
		for range rnd.IntN(3) {
			p += "/" + names[rnd.IntN(len(names))]
		}
		files[p+"/leaf"] = p
	}
	o, id, a, b := pair(t, files)
	o.agree(id, a, b)
	var want []string
	for p := range contents(t, a) {
		want = append(want, p)
	}
	slices.Sort(want)
	for _, d := range o.desks {
		for _, limit := range []int{1, 3, 1000} {
			got := map[string]string{}
			d.walk(id, "", limit, got)
			var have []string
			for p := range got {
				have = append(have, p)
			}
			slices.Sort(have)
			if !slices.Equal(have, want) {
				t.Fatalf("%s lists %q, and there are %q", d.name, have, want)
			}
		}
	}
}

// TestFilesAreFound: words find files at any depth, in any case, page by page, and nothing that was deleted.
func TestFilesAreFound(t *testing.T) {
	t.Parallel()
	o, id, a, b := pair(t, map[string]string{"Reports/Budget 2027.xlsx": "1", "Reports/Old/BUDGET 2026.xlsx": "2", "Budget/notes.txt": "3", "other.txt": "4", "Ärger/Budget 2025.xlsx": "5"})
	o.agree(id, a, b)
	check(t, os.Remove(filepath.Join(a, "Budget", "notes.txt")))
	o.agree(id, a, b)
	eventually(t, "the deletion arrives", func() bool { _, gone := contents(t, b)["Budget/notes.txt"]; return !gone }, o.desks[1].state(id))
	for find, want := range map[string][]string{
		"budget":      {"Reports/Budget 2027.xlsx", "Reports/Old/BUDGET 2026.xlsx", "Ärger/Budget 2025.xlsx"},
		"budget 2026": {"Reports/Old/BUDGET 2026.xlsx"},
		"ÄRGER":       {"Ärger/Budget 2025.xlsx"},
		"notes":       nil,
	} {
		for _, limit := range []int{1, 100} {
			var got []string
			for _, f := range o.desks[1].pages(id, share.FileQuery{Find: find, Limit: limit}) {
				got = append(got, f.Path)
			}
			if !slices.Equal(got, want) {
				t.Errorf("%q finds %q, not %q", find, got, want)
			}
		}
	}
	if _, err := o.desks[1].engine.Files(t.Context(), id, share.FileQuery{Under: "../x", Limit: 1}); err == nil {
		t.Error("a path above the folder is listed")
	}
}

// TestFilesSayWhoHasThem: of each file it is said who wrote it, who has it, and who does not; also while the share is paused.
func TestFilesSayWhoHasThem(t *testing.T) {
	t.Parallel()
	o := newOffice(t, "Anna", "Ben", "Carla")
	anna, ben, carla := o.desks[0], o.desks[1], o.desks[2]
	id, roots := anna.share(map[string]string{"plan.txt": "draft"}, ben, carla)
	o.agree(id, roots...)
	carla.shut()
	save(t, roots[1], "plan.txt", "Ben's draft")
	become(t, map[string]string{"plan.txt": "Ben's draft"}, roots[0], roots[1])
	look := func(d *desk) share.File {
		all := d.pages(id, share.FileQuery{Limit: 10})
		if len(all) != 1 {
			t.Fatalf("%s lists %+v", d.name, all)
		}
		return all[0]
	}
	both := func(d *desk) bool {
		f := look(d)
		return f.State == share.FileHere && f.By.ID == person(ben) && f.By.Name == "Ben" && f.Reached == 2 && f.Of == 3 && len(f.Lacking) == 1 && f.Lacking[0].ID == person(carla)
	}
	for _, d := range []*desk{anna, ben} {
		eventually(t, d.name+" says that Carla lacks it", func() bool { return both(d) }, func() string { return fmt.Sprintf("%+v", look(d)) })
	}
	check(t, anna.engine.Pause(t.Context(), id))
	if !both(anna) {
		t.Errorf("Anna, who paused, says %+v", look(anna))
	}
	check(t, anna.engine.Resume(t.Context(), id))
	carla.start()
	o.meet()
	eventually(t, "everybody has it", func() bool { f := look(anna); return f.Reached == 3 && len(f.Lacking) == 0 }, func() string { return fmt.Sprintf("%+v", look(anna)) })
}

// TestFilesThatCannotBe: what cannot be put in place says why and what to do, its folder counts it, and who sent it sees who lacks it.
func TestFilesThatCannotBe(t *testing.T) {
	t.Parallel()
	o, id, a, b := pair(t, map[string]string{"Plans/a.txt": "one"})
	anna, ben := o.desks[0], o.desks[1]
	check(t, os.Symlink("nowhere", filepath.Join(b, "Plans", "x.txt")))
	save(t, a, "Plans/x.txt", "new")
	stuck := func() bool {
		in, top := ben.pages(id, share.FileQuery{Under: "Plans", Limit: 10}), ben.pages(id, share.FileQuery{Limit: 10})
		return len(in) == 2 && in[1].State == share.FileBlocked && strings.Contains(in[1].Why, "not shared lies there") && in[1].Remedy != "" && in[0].State == share.FileHere &&
			len(top) == 1 && top[0].Folder && top[0].Blocked == 1
	}
	eventually(t, "Ben sees what is in the way", stuck, func() string { return fmt.Sprintf("%+v", ben.pages(id, share.FileQuery{Under: "Plans", Limit: 10})) })
	for _, f := range anna.pages(id, share.FileQuery{Under: "Plans", Limit: 10}) {
		if lacks := len(f.Lacking) == 1 && f.Lacking[0].ID == person(ben); lacks != (f.Path == "Plans/x.txt") {
			t.Errorf("Anna lists %+v", f)
		}
	}
	check(t, os.Remove(filepath.Join(b, "Plans", "x.txt")))
	become(t, map[string]string{"Plans/": "", "Plans/a.txt": "one", "Plans/x.txt": "new"}, a, b)
	o.agree(id, a, b)
	for _, f := range ben.pages(id, share.FileQuery{Under: "Plans", Limit: 10}) {
		if f.State != share.FileHere || f.Why != "" {
			t.Errorf("Ben lists %+v", f)
		}
	}
}
