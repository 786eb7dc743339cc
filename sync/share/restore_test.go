package share_test

import (
	"fmt"
	"os"
	"path/filepath"
	"testing"
	"time"

	"lanyard/sync/share"
)

// TestRestoredOnce: who restores a file is told of one thing, not of a new file besides.
func TestRestoredOnce(t *testing.T) {
	t.Parallel()
	o, id, a, b := pair(t, map[string]string{"a.txt": "one"})
	ben := o.desks[1]
	check(t, os.Remove(filepath.Join(a, "a.txt")))
	become(t, map[string]string{}, b)
	o.agree(id, a, b)
	got, err := ben.engine.Restore(t.Context(), id, "a.txt", false)
	if err != nil || got.Path != "a.txt" || got.Files != 1 {
		t.Fatal(got, err)
	}
	become(t, map[string]string{"a.txt": "one"}, a, b)
	o.agree(id, a, b)
	told := func() (list []share.Notice) {
		list, err := ben.engine.Notices(t.Context(), id, 100)
		check(t, err)
		return list
	}
	eventually(t, "Ben is told of it", func() bool {
		return ben.notices.has(func(n share.Notice) bool {
			return n.What == share.Restored && n.Path == "a.txt" && n.By.ID == person(ben)
		})
	}, func() string { return fmt.Sprint(told()) })
	mine := 0
	for _, n := range told() {
		if n.By.ID == person(ben) {
			mine++
		}
	}
	if mine != 1 {
		t.Errorf("%d notices of what Ben did: %+v", mine, told())
	}
}

// TestVersions: of a file it is told who replaced it when, from the present content back; any of them takes its place again, what gave way is kept, and that
// can be taken back.
func TestVersions(t *testing.T) {
	t.Parallel()
	o, id, a, b := pair(t, map[string]string{"plan.txt": "one"})
	anna, ben := o.desks[0], o.desks[1]
	for _, c := range []string{"two", "three"} {
		save(t, b, "plan.txt", c)
		become(t, map[string]string{"plan.txt": c}, a, b)
		o.agree(id, a, b)
	}
	list := func(d *desk) []share.Version {
		all, err := d.engine.Versions(t.Context(), id, "plan.txt")
		check(t, err)
		return all
	}
	had := list(anna)
	if len(had) != 3 || had[0].ID != "" || had[0].Size != 5 || had[0].By.ID != person(ben) || had[1].Size != 3 || had[2].Size != 3 ||
		had[1].Reason != share.Changed || had[1].By.ID != person(ben) || had[1].Time.Before(had[2].Time) || had[1].ID == had[2].ID {
		t.Fatalf("Anna is told %+v", had)
	}
	got, err := anna.engine.Restore(t.Context(), id, had[2].ID, true)
	if err != nil || got.Path != "plan.txt" || got.Trash == "" || got.Files != 1 {
		t.Fatal(got, err)
	}
	become(t, map[string]string{"plan.txt": "one"}, a, b)
	o.agree(id, a, b)
	if now := list(anna); len(now) != 4 || now[0].By.ID != person(anna) || now[1].ID != got.Trash || now[1].By.ID != person(anna) {
		t.Errorf("Anna is told %+v", now)
	}
	if _, err := anna.engine.Restore(t.Context(), id, got.Trash, true); err != nil {
		t.Fatal(err)
	}
	become(t, map[string]string{"plan.txt": "three"}, a, b)
	o.agree(id, a, b)
	if told := anna.account(id); len(told) == 0 || told[0].What != share.Restored {
		t.Errorf("Anna's account is %+v", told)
	}
	if _, err := anna.engine.Versions(t.Context(), id, "/etc/passwd"); err == nil {
		t.Error("versions of a path outside are listed")
	}
}

// TestFolderRestored: a folder that was deleted comes back whole, but for what has its place by now.
func TestFolderRestored(t *testing.T) {
	t.Parallel()
	o, id, a, b := pair(t, map[string]string{"Plans/a.txt": "a", "Plans/Old/b.txt": "b", "Plans/c.txt": "c", "Plans two/d.txt": "d"})
	ben := o.desks[1]
	check(t, os.RemoveAll(filepath.Join(a, "Plans")))
	check(t, os.RemoveAll(filepath.Join(a, "Plans two")))
	become(t, map[string]string{}, a, b)
	o.agree(id, a, b)
	write(t, b, "Plans/c.txt", "new")
	become(t, map[string]string{"Plans/": "", "Plans/c.txt": "new"}, a, b)
	o.agree(id, a, b)
	got, err := ben.engine.Restore(t.Context(), id, "Plans", false)
	if err != nil || got.Path != "Plans" || got.Files != 2 || got.Left != 1 {
		t.Fatal(got, err)
	}
	become(t, map[string]string{"Plans/": "", "Plans/Old/": "", "Plans/a.txt": "a", "Plans/Old/b.txt": "b", "Plans/c.txt": "new"}, a, b)
	o.agree(id, a, b)
	if _, err := ben.engine.Restore(t.Context(), id, "Nowhere", false); err == nil {
		t.Error("what never was is restored")
	}
}

// TestTakenBack: what one person has replaced and deleted since a moment is undone, but where somebody else has changed it after them.
func TestTakenBack(t *testing.T) {
	t.Parallel()
	o := newOffice(t, "Anna", "Ben", "Carla")
	anna, ben, carla := o.desks[0], o.desks[1], o.desks[2]
	id, roots := anna.share(map[string]string{"a.txt": "a", "b.txt": "b", "c.txt": "c", "d.txt": "d"}, ben, carla)
	o.agree(id, roots...)
	since := time.Now()
	for p, c := range map[string]string{"a.txt": "x1", "b.txt": "x2", "new.txt": "x3"} {
		save(t, roots[1], p, c)
	}
	check(t, os.Remove(filepath.Join(roots[1], "c.txt")))
	become(t, map[string]string{"a.txt": "x1", "b.txt": "x2", "d.txt": "d", "new.txt": "x3"}, roots...)
	save(t, roots[1], "a.txt", "x4")
	become(t, map[string]string{"a.txt": "x4", "b.txt": "x2", "d.txt": "d", "new.txt": "x3"}, roots...)
	save(t, roots[2], "b.txt", "Carla's")
	become(t, map[string]string{"a.txt": "x4", "b.txt": "Carla's", "d.txt": "d", "new.txt": "x3"}, roots...)
	o.agree(id, roots...)
	if got, err := anna.engine.TakeBack(t.Context(), id, person(carla), since.Add(time.Hour)); err == nil {
		t.Errorf("what Carla has not done is taken back: %+v", got)
	}
	got, err := anna.engine.TakeBack(t.Context(), id, person(ben), since.Truncate(time.Second))
	if err != nil || got.Files != 2 || got.Left != 1 {
		t.Fatal(got, err)
	}
	become(t, map[string]string{"a.txt": "a", "b.txt": "Carla's", "c.txt": "c", "d.txt": "d", "new.txt": "x3"}, roots...)
	o.agree(id, roots...)
}
