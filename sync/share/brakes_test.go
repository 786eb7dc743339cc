package share_test

import (
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"testing"

	"lanyard/internal/identity"
	"lanyard/sync/share"
)

// many are n files in folders of twenty.
func many(n int) map[string]string {
	out := map[string]string{}
	for i := range n {
		out[fmt.Sprintf("d%d/f%03d.txt", i/20, i)] = fmt.Sprintf("content %d", i)
	}
	return out
}

// whole is what a folder with these files holds.
func whole(files map[string]string) map[string]string {
	out := maps.Clone(files)
	for p := range files {
		out[filepath.Dir(p)+"/"] = ""
	}
	delete(out, "./")
	return out
}

// removeAll deletes files as a person does, and their folders.
func removeAll(t testing.TB, root string, names ...string) {
	t.Helper()
	for _, n := range names {
		check(t, os.RemoveAll(filepath.Join(root, n)))
	}
}

// whileAway has something done to a desk's folder while its program does not run, so that all of it is found at once.
func (d *desk) whileAway(do func()) {
	d.t.Helper()
	d.shut()
	do()
	d.start()
	d.office.meet()
}

// isAsked waits until somebody is asked about one set, and returns it.
func (d *desk) isAsked(id share.ID, ok func(share.HeldSet) bool) share.HeldSet {
	d.t.Helper()
	var st share.Status
	eventually(d.t, d.name+" is asked", func() bool {
		var err error
		st, err = d.engine.Get(id)
		return err == nil && st.State == share.Held && len(st.Held) == 1 && ok(st.Held[0])
	}, func() string { return fmt.Sprintf("%+v", st) })
	return st.Held[0]
}

func deleted(n int) func(share.HeldSet) bool {
	return func(h share.HeldSet) bool { return h.Deleted == n }
}

// TestDeletionsAreHeldWhereTheyArose: nothing of them goes out, everything else does, and one word lets them go on for everybody.
func TestDeletionsAreHeldWhereTheyArose(t *testing.T) {
	t.Parallel()
	files := many(60)
	o, id, a, b := pair(t, files)
	anna, ben := o.desks[0], o.desks[1]
	anna.whileAway(func() { removeAll(t, a, "d0", "d1", "d2") })
	set := anna.isAsked(id, deleted(60))
	if !set.Here || set.By.ID != person(anna) || set.Of != 60 || len(set.Folders) != 3 || set.Folders[0] != (share.HeldFolder{Path: "d0", Files: 20}) || set.Since.IsZero() {
		t.Errorf("Anna is asked about %+v", set)
	}
	write(t, a, "new.txt", "n")
	files["new.txt"] = "n"
	become(t, whole(files), b)
	anna.restart()
	anna.isAsked(id, deleted(60))
	write(t, b, "d1/f020.txt", "Ben needs it")
	become(t, map[string]string{"new.txt": "n", "d1/": "", "d1/f020.txt": "Ben needs it"}, a)
	anna.isAsked(id, deleted(59))
	check(t, anna.engine.ApplyHeld(t.Context(), id, person(anna)))
	become(t, map[string]string{"new.txt": "n", "d1/": "", "d1/f020.txt": "Ben needs it"}, a, b)
	o.agree(id, a, b)
	if st, err := ben.engine.Get(id); err != nil || len(st.Held) > 0 {
		t.Errorf("Ben is asked again: %+v %v", st.Held, err)
	}
	if err := anna.engine.ApplyHeld(t.Context(), id, identity.PersonID{}); err == nil {
		t.Error("what is no more held can be applied again")
	}
}

// TestHeldDeletionsAreUndone: one word brings everything back on the machine where it was deleted.
func TestHeldDeletionsAreUndone(t *testing.T) {
	t.Parallel()
	files := many(60)
	o, id, a, b := pair(t, files)
	anna := o.desks[0]
	anna.whileAway(func() { removeAll(t, a, "d0", "d1", "d2") })
	anna.isAsked(id, deleted(60))
	anna.restart()
	anna.isAsked(id, deleted(60))
	check(t, anna.engine.UndoHeld(t.Context(), id, identity.PersonID{}))
	become(t, whole(files), a, b)
	o.agree(id, a, b)
	if anna.notices.has(func(n share.Notice) bool { return n.What == share.Added }) {
		t.Error("what comes back is told as new")
	}
}

// TestHeldDeletionsArePutBack: who puts the files back by hand is asked no more.
func TestHeldDeletionsArePutBack(t *testing.T) {
	t.Parallel()
	files := many(60)
	o, id, a, b := pair(t, files)
	away := filepath.Join(t.TempDir(), "away")
	check(t, os.Mkdir(away, 0o755))
	o.desks[0].whileAway(func() {
		for _, n := range []string{"d0", "d1", "d2"} {
			check(t, os.Rename(filepath.Join(a, n), filepath.Join(away, n)))
		}
	})
	o.desks[0].isAsked(id, deleted(60))
	for _, n := range []string{"d0", "d1", "d2"} {
		check(t, os.Rename(filepath.Join(away, n), filepath.Join(a, n)))
	}
	if got := o.agree(id, a, b); listing(got) != listing(whole(files)) {
		t.Errorf("the folder holds\n%s", listing(got))
	}
}

// TestFewDeletionsGoOn: a small folder may be emptied unasked.
func TestFewDeletionsGoOn(t *testing.T) {
	t.Parallel()
	o, id, a, b := pair(t, many(9))
	removeAll(t, a, "d0")
	become(t, map[string]string{}, b)
	o.agree(id, a, b)
}

// inTwo has a desk delete two times 49 files of 120, neither of which it takes for much, as a program does that has no brakes. It returns what is left.
func inTwo(t *testing.T, d *desk, id share.ID, root string, files map[string]string, others ...string) map[string]string {
	t.Helper()
	names, rest := slices.Sorted(maps.Keys(files)), maps.Clone(files)
	for _, n := range names[:98] {
		delete(rest, n)
	}
	removeAll(t, root, names[:49]...)
	for _, other := range others {
		eventually(t, "the first files go", func() bool { return len(onlyFiles(contents(t, other))) == 71 }, func() string { return listing(contents(t, other)) })
	}
	check(t, share.ForgetBrakes(t.Context(), d.engine, id))
	removeAll(t, root, names[49:98]...)
	return rest
}

func onlyFiles(m map[string]string) map[string]string {
	maps.DeleteFunc(m, func(p, _ string) bool { return p[len(p)-1] == '/' })
	return m
}

// TestDeletionsOfOthersAreHeld: what a program without brakes sends is held where it comes, by each for themselves; who undoes it does so for all.
func TestDeletionsOfOthersAreHeld(t *testing.T) {
	t.Parallel()
	o := newOffice(t, "Anna", "Ben", "Carla")
	anna, ben, carla := o.desks[0], o.desks[1], o.desks[2]
	files := many(120)
	id, roots := anna.share(files, ben, carla)
	o.agree(id, roots...)
	inTwo(t, anna, id, roots[0], files, roots[1:]...)
	for _, d := range []*desk{ben, carla} {
		if set := d.isAsked(id, deleted(49)); set.Here || set.By.Name != "Anna" {
			t.Errorf("%s is asked about %+v", d.name, set)
		}
	}
	ben.restart()
	ben.isAsked(id, deleted(49))
	check(t, share.ForgetBrakes(t.Context(), carla.engine, id)) // what was held stays so when nothing is left to judge it by
	carla.restart()
	carla.isAsked(id, deleted(49))
	write(t, roots[1], "d4/f097.txt", "changed by Ben")
	files["d4/f097.txt"] = "changed by Ben"
	carla.isAsked(id, deleted(48))
	check(t, ben.engine.UndoHeld(t.Context(), id, person(anna)))
	become(t, whole(files), roots...) // the first half, too
	o.agree(id, roots...)
}

// TestDeletionsOfOthersAreApplied: who wants them has them done here.
func TestDeletionsOfOthersAreApplied(t *testing.T) {
	t.Parallel()
	files := many(120)
	o, id, a, b := pair(t, files)
	rest := inTwo(t, o.desks[0], id, a, files, b)
	o.desks[1].isAsked(id, deleted(49))
	check(t, o.desks[1].engine.ApplyHeld(t.Context(), id, identity.PersonID{}))
	o.agree(id, a, b)
	if left := onlyFiles(contents(t, b)); listing(left) != listing(rest) {
		t.Errorf("Ben keeps\n%s", listing(left))
	}
}

// rewriteAll does what programs do that want ransom.
func rewriteAll(t testing.TB, root string, files map[string]string) {
	t.Helper()
	for _, p := range slices.Sorted(maps.Keys(files)) {
		write(t, root, p, "encrypted "+files[p])
	}
}

// TestRewritingIsHeld: at the latest from the two hundredth file on nothing goes out, and one word brings back all, those that went out before, too.
func TestRewritingIsHeld(t *testing.T) {
	t.Parallel()
	files := many(300)
	o, id, a, b := pair(t, files)
	rewriteAll(t, a, files)
	set := o.desks[0].isAsked(id, func(h share.HeldSet) bool { return h.Rewritten > 100 })
	if !set.Here || set.Deleted > 0 {
		t.Errorf("Anna is asked about %+v", set)
	}
	o.desks[0].restart()
	o.desks[0].isAsked(id, func(h share.HeldSet) bool { return h.Rewritten >= set.Rewritten })
	check(t, o.desks[0].engine.UndoHeld(t.Context(), id, identity.PersonID{}))
	become(t, whole(files), a, b)
	o.agree(id, a, b)
	trash, err := o.desks[0].engine.Trash(t.Context(), id)
	check(t, err)
	if len(trash) < 300 {
		t.Errorf("of what was written only %d files lie in the trash", len(trash))
	}
}

// TestWantedRewritingGoesOn: who wants it says so once, and nobody else is asked.
func TestWantedRewritingGoesOn(t *testing.T) {
	t.Parallel()
	files := many(300)
	o, id, a, b := pair(t, files)
	rewriteAll(t, a, files)
	o.desks[0].isAsked(id, func(h share.HeldSet) bool { return h.Rewritten > 100 })
	eventually(t, "all is looked at", func() bool {
		st, err := o.desks[0].engine.Get(id)
		check(t, err)
		return len(st.Held) == 1 && st.Held[0].Rewritten+len(written(contents(t, b))) == 300
	}, func() string { return "" })
	check(t, o.desks[0].engine.ApplyHeld(t.Context(), id, identity.PersonID{}))
	for p, c := range files {
		files[p] = "encrypted " + c
	}
	become(t, whole(files), a, b)
	o.agree(id, a, b)
}

func written(m map[string]string) map[string]string {
	maps.DeleteFunc(m, func(_, c string) bool { return len(c) < 10 || c[:10] != "encrypted " })
	return m
}

// TestRewritingOfOthersIsHeld: what a program without brakes rewrites is held where it comes.
func TestRewritingOfOthersIsHeld(t *testing.T) {
	t.Parallel()
	files := many(398)
	o, id, a, b := pair(t, files)
	names := slices.Sorted(maps.Keys(files))
	half := func(names []string) map[string]string {
		out := map[string]string{}
		for _, n := range names {
			out[n] = files[n]
		}
		return out
	}
	rewriteAll(t, a, half(names[:199]))
	eventually(t, "the first half goes", func() bool { return len(written(contents(t, b))) == 199 }, func() string { return listing(contents(t, b)) })
	check(t, share.ForgetBrakes(t.Context(), o.desks[0].engine, id))
	rewriteAll(t, a, half(names[199:]))
	o.desks[1].isAsked(id, func(h share.HeldSet) bool { return h.Rewritten == 199 && !h.Here })
	check(t, o.desks[1].engine.UndoHeld(t.Context(), id, person(o.desks[0])))
	become(t, whole(files), a, b)
	o.agree(id, a, b)
}
