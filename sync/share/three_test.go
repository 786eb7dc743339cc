package share_test

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"lanyard/internal/identity"
	"lanyard/sync/share"
)

// TestThree: three members, of whom any two that are there come together; what one brings the others get from whoever has it.
func TestThree(t *testing.T) {
	t.Parallel()
	o := newOffice(t, "Anna", "Ben", "Carla")
	anna, ben, carla := o.desks[0], o.desks[1], o.desks[2]
	id, roots := anna.share(map[string]string{"plan.txt": "draft"}, ben, carla)
	want := map[string]string{"plan.txt": "draft"}
	become(t, want, roots...)
	o.agree(id, roots...)

	// Anna leaves the building; Ben and Carla go on without her.
	anna.shut()
	save(t, roots[1], "plan.txt", "Ben's draft")
	write(t, roots[2], "figures/2026.csv", "1,2,3")
	want = map[string]string{"plan.txt": "Ben's draft", "figures/": "", "figures/2026.csv": "1,2,3"}
	become(t, want, roots[1:]...)

	// Now only Anna and Carla are there: what Ben wrote comes from Carla.
	ben.shut()
	anna.start()
	o.meet()
	become(t, want, roots...)
	check(t, os.RemoveAll(filepath.Join(roots[0], "figures")))
	delete(want, "figures/")
	delete(want, "figures/2026.csv")
	become(t, want, roots[0], roots[2])

	ben.start()
	o.meet()
	become(t, want, roots...)
	o.agree(id, roots...)
}

// TestConflict: two edit one file while they do not hear each other. Both contents stay, on all desks, under the same names.
func TestConflict(t *testing.T) {
	t.Parallel()
	o := newOffice(t, "Anna", "Ben", "Carla")
	anna, ben, carla := o.desks[0], o.desks[1], o.desks[2]
	id, roots := anna.share(map[string]string{"Budget.txt": "common", "gone.txt": "old"}, ben, carla)
	o.agree(id, roots...)
	ben.shut()
	save(t, roots[0], "Budget.txt", "Anna's")
	check(t, os.Remove(filepath.Join(roots[0], "gone.txt")))
	become(t, map[string]string{"Budget.txt": "Anna's"}, roots[0], roots[2])
	save(t, roots[1], "Budget.txt", "Ben's")
	save(t, roots[1], "gone.txt", "changed after all")
	ben.start()
	o.meet()
	got := o.agree(id, roots...)
	both := map[string]bool{}
	copies := 0
	for p, c := range got {
		if strings.HasPrefix(p, "Budget") {
			both[c] = true
		}
		if strings.Contains(p, "(conflict, ") {
			copies++
		}
	}
	if !both["Anna's"] || !both["Ben's"] || copies != 1 || len(got) != 3 || got["gone.txt"] != "changed after all" {
		t.Fatalf("the folders hold\n%s", listing(got))
	}
	eventually(t, "somebody tells of the conflict", func() bool {
		told := false
		for _, d := range o.desks {
			told = told || d.notices.has(func(n share.Notice) bool {
				return n.What == share.Conflict && n.Path == "Budget.txt" && n.Copy != "" && n.By.Name == "Ben" && n.Other.Name == "Anna" ||
					n.What == share.Conflict && n.Path == "Budget.txt" && n.Copy != "" && n.By.Name == "Anna" && n.Other.Name == "Ben"
			})
		}
		return told
	}, func() string { return "" })
}

// TestEqualEdits: the same bytes written by two are no conflict.
func TestEqualEdits(t *testing.T) {
	t.Parallel()
	o := newOffice(t, "Anna", "Ben")
	anna, ben := o.desks[0], o.desks[1]
	id, roots := anna.share(map[string]string{"a.txt": "one"}, ben)
	o.agree(id, roots...)
	ben.shut()
	save(t, roots[0], "a.txt", "two")
	save(t, roots[1], "a.txt", "two")
	write(t, roots[0], "new.txt", "same")
	write(t, roots[1], "new.txt", "same")
	ben.start()
	o.meet()
	become(t, map[string]string{"a.txt": "two", "new.txt": "same"}, roots...)
	o.agree(id, roots...)
}

// TestMove: a moved file and a moved folder arrive as moves; nothing is left at the old place and nothing goes to the trash.
func TestMove(t *testing.T) {
	t.Parallel()
	o := newOffice(t, "Anna", "Ben")
	anna, ben := o.desks[0], o.desks[1]
	id, roots := anna.share(map[string]string{"a.txt": "alpha", "old/x.txt": "ex", "old/deep/y.txt": "why"}, ben)
	o.agree(id, roots...)
	check(t, os.Rename(filepath.Join(roots[0], "a.txt"), filepath.Join(roots[0], "b.txt")))
	check(t, os.Rename(filepath.Join(roots[0], "old"), filepath.Join(roots[0], "new")))
	want := map[string]string{"b.txt": "alpha", "new/": "", "new/x.txt": "ex", "new/deep/": "", "new/deep/y.txt": "why"}
	become(t, want, roots...)
	o.agree(id, roots...)
	save(t, roots[0], "new/deep/y.txt", "because") // the moved folder is still heard
	want["new/deep/y.txt"] = "because"
	become(t, want, roots...)
	for _, d := range o.desks {
		trash, err := d.engine.Trash(t.Context(), id)
		check(t, err)
		for _, e := range trash {
			if e.Path != "new/deep/y.txt" {
				t.Errorf("%s has %s in the trash", d.name, e.Path)
			}
		}
	}
	if !ben.notices.has(func(n share.Notice) bool { return n.What == share.Moved && n.From == "a.txt" && n.Path == "b.txt" }) {
		t.Error("Ben was not told of the move")
	}
}

// TestRestart: everything goes on after a restart, also what was begun.
func TestRestart(t *testing.T) {
	t.Parallel()
	o := newOffice(t, "Anna", "Ben")
	anna, ben := o.desks[0], o.desks[1]
	files := map[string]string{}
	for i := range 300 {
		files[fmt.Sprintf("f%03d.txt", i)] = strings.Repeat(fmt.Sprint(i), 500)
	}
	id, roots := anna.share(files, ben)
	eventually(t, "something has arrived", func() bool { return len(contents(t, roots[1])) > 0 }, func() string { return "" })
	ben.restart()
	become(t, files, roots[1])
	anna.restart()
	o.agree(id, roots...)
	check(t, os.Remove(filepath.Join(roots[1], "f001.txt")))
	delete(files, "f001.txt")
	become(t, files, roots...)
}

// TestMembership: inviting, declining, pausing, removing and leaving.
func TestMembership(t *testing.T) {
	t.Parallel()
	o := newOffice(t, "Anna", "Ben", "Carla")
	anna, ben, carla := o.desks[0], o.desks[1], o.desks[2]
	id, roots := anna.share(map[string]string{"a.txt": "one"}, ben)
	o.desks = o.desks[:2]
	become(t, map[string]string{"a.txt": "one"}, roots...)
	if err := ben.engine.Invite(t.Context(), id, []identity.PersonID{person(carla)}); err == nil {
		t.Fatal("a member invited somebody, which only the owner can")
	}
	check(t, anna.engine.Invite(t.Context(), id, []identity.PersonID{person(carla)}))
	eventually(t, "Carla is invited", func() bool { return len(carla.engine.Invitations()) == 1 }, func() string { return "" })
	check(t, carla.engine.Decline(t.Context(), id))
	state := func(of *desk, who *desk) share.MemberState {
		st, err := of.engine.Get(id)
		if err != nil {
			return share.MemberState(err.Error())
		}
		for _, m := range st.Members {
			if m.ID == person(who) {
				return m.State
			}
		}
		return ""
	}
	wait := func(of, who *desk, want share.MemberState) {
		t.Helper()
		eventually(t, fmt.Sprintf("%s sees %s as %s", of.name, who.name, want), func() bool { return state(of, who) == want }, func() string { return string(state(of, who)) })
	}
	wait(anna, carla, share.IsRefused)

	check(t, ben.engine.Pause(t.Context(), id))
	save(t, roots[0], "a.txt", "two")
	if st, err := ben.engine.Get(id); err != nil || st.State != share.Paused {
		t.Fatalf("the paused share is %v, %v", st.State, err)
	}
	ben.restart()
	if got := contents(t, roots[1])["a.txt"]; got != "one" {
		t.Fatalf("a paused folder changed to %q", got)
	}
	check(t, ben.engine.Resume(t.Context(), id))
	become(t, map[string]string{"a.txt": "two"}, roots...)

	check(t, anna.engine.Remove(t.Context(), id, person(ben)))
	eventually(t, "Ben is out", func() bool { return len(ben.engine.List()) == 0 }, func() string { return "" })
	if got := contents(t, roots[1])["a.txt"]; got != "two" {
		t.Fatalf("the removed member's file is %q", got)
	}
	wait(anna, ben, "")

	check(t, anna.engine.Invite(t.Context(), id, []identity.PersonID{person(ben)}))
	eventually(t, "Ben is back", func() bool {
		_, err := ben.engine.Accept(t.Context(), id, roots[1])
		return err == nil
	}, func() string { return fmt.Sprint(ben.engine.Invitations()) })
	save(t, roots[0], "a.txt", "three")
	become(t, map[string]string{"a.txt": "three"}, roots...)
	check(t, ben.engine.Leave(t.Context(), id))
	wait(anna, ben, share.IsGone)
	if _, err := os.Stat(filepath.Join(roots[1], ".lanyard", "marker")); !os.IsNotExist(err) {
		t.Fatalf("the marker of a share that was left: %v", err)
	}
}

// TestRootsRefused: folders that must not be shared are refused in a sentence that says what to do.
func TestRootsRefused(t *testing.T) {
	t.Parallel()
	o := newOffice(t, "Anna")
	anna := o.desks[0]
	_, roots := anna.share(nil)
	shared := roots[0]
	inside := filepath.Join(roots[0], "inside")
	check(t, os.Mkdir(inside, 0o755))
	file := filepath.Join(t.TempDir(), "file")
	check(t, os.WriteFile(file, nil, 0o644))
	synced := t.TempDir()
	check(t, os.Mkdir(filepath.Join(synced, ".stfolder"), 0o755))
	linked := filepath.Join(t.TempDir(), "link")
	check(t, os.Symlink(roots[0], linked))
	loop := filepath.Join(t.TempDir(), "loop")
	check(t, os.Symlink("loop", loop))
	for _, c := range []struct{ what, dir, told string }{
		{"a shared folder", shared, shared + " is shared already: invite more people to it instead"},
		{"a link to a shared one", linked, shared + " is shared already: invite more people to it instead"},
		{"a folder in a shared one", inside, inside + " lies in the shared folder " + shared + ": choose one outside of it"},
		{"a folder around a shared one", filepath.Dir(shared), filepath.Dir(shared) + " holds the shared folder " + shared + ": choose one that does not"},
		{"the profile", anna.dir, "which Lanyard itself uses"},
		{"a folder in the profile", filepath.Join(anna.dir, "shares"), "which Lanyard itself uses"},
		{"the system", "/etc", "belongs to the system"},
		{"everything", "/", "choose"},
		{"nothing", filepath.Join(t.TempDir(), "missing"), "there is no folder"},
		{"a link to itself", loop, loop + " cannot be used (EvalSymlinks: too many links): choose another one"},
		{"a file", file, "only folders can be shared"},
		{"another program's folder", synced, "by another program"},
		{"the folder for shares", anna.folder, "choose a folder inside it"},
	} {
		if st, err := anna.engine.Add(t.Context(), c.dir, "", nil); err == nil || !strings.Contains(err.Error(), c.told) {
			t.Errorf("%s: %v, %+v", c.what, err, st)
		}
	}
}

// TestOwnerLeaves: the others go on with each other.
func TestOwnerLeaves(t *testing.T) {
	t.Parallel()
	o := newOffice(t, "Anna", "Ben", "Carla")
	anna, ben, carla := o.desks[0], o.desks[1], o.desks[2]
	id, roots := anna.share(map[string]string{"a.txt": "one"}, ben, carla)
	o.agree(id, roots...)
	check(t, anna.engine.Leave(t.Context(), id))
	o.desks = o.desks[1:]
	save(t, roots[1], "a.txt", "two")
	become(t, map[string]string{"a.txt": "two"}, roots[1:]...)
	o.agree(id, roots[1:]...)
	if got := contents(t, roots[0])["a.txt"]; got != "one" {
		t.Fatalf("the folder of who left changed to %q", got)
	}
}
