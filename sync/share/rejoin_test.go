package share_test

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"testing"

	"lanyard/internal/identity"
	"lanyard/sync/role"
	"lanyard/sync/share"
)

// onlyHere waits until just these paths are on a desk's machine only.
func (d *desk) onlyHere(id share.ID, want ...string) {
	d.t.Helper()
	eventually(d.t, fmt.Sprintf("%s has %q alone", d.name, want), func() bool {
		st, err := d.engine.Get(id)
		return err == nil && st.State == share.InSync && st.OnlyHere.Files == len(want) && slices.Equal(st.OnlyHere.Paths, want)
	}, d.state(id))
}

// acceptAt takes an invitation with a folder that is there.
func (d *desk) acceptAt(id share.ID, root string) {
	d.t.Helper()
	d.invited()
	_, err := d.engine.Accept(d.t.Context(), id, root)
	check(d.t, err)
}

// TestAdopt: a folder with files in it is accepted into. Equal files are adopted, different ones kept beside, others stay with their owner until they share them, all or some; nothing is
// overwritten. What is put into the folder later is shared as anything.
func TestAdopt(t *testing.T) {
	t.Parallel()
	o := newOffice(t, "Anna", "Ben")
	anna, ben := o.desks[0], o.desks[1]
	anna.meetAll()
	a, b := t.TempDir(), filepath.Join(t.TempDir(), "mine")
	write(t, a, "same.txt", "same")
	write(t, a, "other.txt", "Anna's")
	for p, c := range map[string]string{"same.txt": "same", "other.txt": "Ben's", "mine.txt": "Ben's alone", "dir/one.txt": "one", "dir/deep/two.txt": "two", "directory.txt": "three"} {
		write(t, b, p, c)
	}
	st, err := anna.engine.Add(t.Context(), a, "Things", []identity.PersonID{person(ben)})
	check(t, err)
	ben.acceptAt(st.ID, b)
	ben.onlyHere(st.ID, "directory.txt", "mine.txt", "dir/one.txt", "dir/deep/two.txt")
	var copied string
	eventually(t, "Anna has both versions of what differs", func() bool {
		for p, c := range contents(t, a) {
			if c == "Ben's" {
				copied = p
			}
		}
		return copied != ""
	}, func() string { return listing(contents(t, a)) })
	shared := map[string]string{"same.txt": "same", "other.txt": "Anna's", copied: "Ben's"}
	become(t, shared, a)

	ben.restart()
	ben.meetAll()
	save(t, b, "dir/new.txt", "new")
	shared["dir/"], shared["dir/new.txt"] = "", "new"
	become(t, shared, a)
	ben.onlyHere(st.ID, "directory.txt", "mine.txt", "dir/one.txt", "dir/deep/two.txt")

	if n, err := ben.engine.Publish(t.Context(), st.ID, []string{"dir", "mine.txt", "no such.txt"}); err == nil {
		t.Errorf("%d files are shared though one is not there", n)
	}
	if n, err := ben.engine.Publish(t.Context(), st.ID, []string{"../a"}); err == nil {
		t.Errorf("%d files are shared of outside", n)
	}
	ben.onlyHere(st.ID, "directory.txt", "mine.txt", "dir/one.txt", "dir/deep/two.txt")
	n, err := ben.engine.Publish(t.Context(), st.ID, []string{"dir/one.txt", "dir/deep/two.txt", "dir/deep"})
	check(t, err)
	if n != 2 {
		t.Errorf("%d files are shared, not 2", n)
	}
	shared["dir/one.txt"], shared["dir/deep/"], shared["dir/deep/two.txt"] = "one", "", "two"
	if n, err := ben.engine.Publish(t.Context(), st.ID, []string{"dir"}); err == nil {
		t.Errorf("%d files of a folder are shared of which all is", n)
	}
	become(t, shared, a)
	ben.onlyHere(st.ID, "directory.txt", "mine.txt")
	save(t, b, "mine.txt", "Ben's, for all")
	shared["mine.txt"] = "Ben's, for all"
	become(t, shared, a)
	if _, err = ben.engine.Publish(t.Context(), st.ID, nil); err != nil {
		t.Error(err)
	}
	shared["directory.txt"] = "three"
	become(t, shared, a, b)
	ben.onlyHere(st.ID)
	if _, err := ben.engine.Publish(t.Context(), st.ID, nil); err == nil {
		t.Error("nothing is shared, and no error")
	}
	o.agree(st.ID, a, b)
}

// TestRejoin: somebody who comes back into the folder that they kept brings nothing back that was deleted meanwhile, be it forgotten by all others or not. Where one of the others makes a file of
// that name, it has the name, and theirs lies beside it, for them alone.
func TestRejoin(t *testing.T) {
	t.Parallel()
	for what, member := range map[string]share.Role{"who may write": role.ReadWrite, "who may only read": role.ReadOnly} {
		t.Run(what, func(t *testing.T) {
			t.Parallel()
			o := newOffice(t, "Anna", "Ben")
			anna, ben := o.desks[0], o.desks[1]
			id, roots := anna.share(map[string]string{"kept.txt": "kept", "gone.txt": "gone", "dir/gone.txt": "gone too"}, ben)
			o.agree(id, roots...)
			check(t, ben.engine.Leave(t.Context(), id))
			anna.stands(id, ben, share.IsGone)
			check(t, os.RemoveAll(filepath.Join(roots[0], "dir")))
			check(t, os.Remove(filepath.Join(roots[0], "gone.txt")))
			eventually(t, "Anna has one file", func() bool { st, err := anna.engine.Get(id); return err == nil && st.Files == 1 }, anna.state(id))
			check(t, anna.engine.InviteAs(t.Context(), id, []identity.PersonID{person(ben)}, member))
			ben.acceptAt(id, roots[1])
			ben.onlyHere(id, "gone.txt", "dir/gone.txt")
			become(t, map[string]string{"kept.txt": "kept"}, roots[0])

			write(t, roots[0], "gone.txt", "another one")
			ben.keeps(id, roots[1], map[string]string{"kept.txt": "kept", "gone.txt": "another one", "gone (only here *).txt": "gone", "dir/": "", "dir/gone.txt": "gone too"})
			ben.restart()
			ben.meetAll()
			ben.keeps(id, roots[1], map[string]string{"kept.txt": "kept", "gone.txt": "another one", "gone (only here *).txt": "gone", "dir/": "", "dir/gone.txt": "gone too"})
			become(t, map[string]string{"kept.txt": "kept", "gone.txt": "another one"}, roots[0])
			if n, err := ben.engine.Publish(t.Context(), id, []string{"dir"}); (err == nil) != (member == role.ReadWrite) {
				t.Errorf("%d files are shared by one %s: %v", n, what, err)
			}
		})
	}
}

// TestJoiningIsToldAsSuch: whoever has accepted and got nothing yet, as nobody is there, is at no moment said to have everything.
func TestJoiningIsToldAsSuch(t *testing.T) {
	t.Parallel()
	o, id, _ := offer(t)
	anna, ben := o.desks[0], o.desks[1]
	anna.shut()
	st, err := ben.engine.Accept(t.Context(), id, "")
	for range 100 {
		check(t, err)
		if st.State != share.Syncing {
			t.Fatalf("Ben's share is said to be %s", st.State)
		}
		st, err = ben.engine.Get(id)
	}
}
