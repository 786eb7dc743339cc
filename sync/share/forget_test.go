package share_test

import (
	"os"
	"path/filepath"
	"strconv"
	"testing"
	"time"

	"lanyard/internal/identity"
	"lanyard/sync/index"
	"lanyard/sync/share"
)

// forgotten waits until desks remember no deletion any more.
func (o *office) forgotten(id share.ID, desks ...*desk) {
	o.t.Helper()
	for _, d := range desks {
		eventually(o.t, d.name+" forgets what all know to be deleted", func() bool {
			check(o.t, share.ForgetBrakes(o.t.Context(), d.engine, id)) // until then it counts as done just now
			return share.Remembered(d.engine, id) == 0
		},
			func() string { return strconv.Itoa(share.Remembered(d.engine, id)) + " are remembered" })
	}
}

// TestForgottenDeletion: a deletion is remembered until all have heard of it; what is made anew at its path afterwards is no conflict to anybody, whether
// they have forgotten it, too, or not.
func TestForgottenDeletion(t *testing.T) {
	t.Parallel()
	o := newOffice(t, "Anna", "Ben", "Carla")
	anna, ben, carla := o.desks[0], o.desks[1], o.desks[2]
	id, roots := anna.share(map[string]string{"a.txt": "one", "dir/b.txt": "two", "c.txt": "three"}, ben, carla)
	o.agree(id, roots...)
	carla.shut()
	check(t, os.Remove(filepath.Join(roots[1], "a.txt")))
	check(t, os.RemoveAll(filepath.Join(roots[1], "dir")))
	become(t, map[string]string{"c.txt": "three"}, roots[:2]...)
	o.agree(id, roots[:2]...)
	for _, d := range []*desk{anna, ben} {
		if n := share.Remembered(d.engine, id); n != 3 {
			t.Errorf("%s remembers %d of 3 deletions while Carla has not heard of them", d.name, n)
		}
	}
	deleted, err := share.Deletion(anna.engine, id, "a.txt")
	check(t, err)
	carla.start()
	o.meet()
	become(t, map[string]string{"c.txt": "three"}, roots...)
	o.forgotten(id, o.desks...)
	write(t, roots[2], "a.txt", "new")
	write(t, roots[0], "dir/b.txt", "new, too")
	now := map[string]string{"a.txt": "new", "dir/": "", "dir/b.txt": "new, too", "c.txt": "three"}
	become(t, now, roots...)
	o.agree(id, roots...)
	if seen, err := share.SeenAt(anna.engine, id, "a.txt"); err != nil || !seen.Covers(deleted) {
		t.Errorf("who remembers the deletion would take the new file for its rival: it has seen %v, %v", seen, err)
	}
	for _, d := range o.desks {
		for _, p := range []index.Path{"a.txt", "dir", "dir/b.txt"} {
			if n := share.HeadsAt(d.engine, id, p); n != 1 {
				t.Errorf("%s has %d versions of %s", d.name, n, p)
			}
		}
		d.restart()
	}
	o.meet()
	become(t, now, roots...)
}

// TestInvitedAgainAfterDeletion: who was removed while away counts no more, and deletions are forgotten without them; invited again, they hear of them all the same.
func TestInvitedAgainAfterDeletion(t *testing.T) {
	t.Parallel()
	o := newOffice(t, "Anna", "Ben", "Carla")
	anna, ben, carla := o.desks[0], o.desks[1], o.desks[2]
	id, roots := anna.share(map[string]string{"a.txt": "one", "dir/b.txt": "two", "c.txt": "three"}, ben, carla)
	o.agree(id, roots...)
	carla.shut()
	check(t, anna.engine.Remove(t.Context(), id, person(carla)))
	removeAll(t, roots[0], "a.txt", "dir")
	become(t, map[string]string{"c.txt": "three"}, roots[:2]...)
	save(t, roots[1], "c.txt", "four") // with it Anna tells what she knows
	become(t, map[string]string{"c.txt": "four"}, roots[:2]...)
	o.forgotten(id, anna, ben)
	check(t, anna.engine.Invite(t.Context(), id, []identity.PersonID{person(carla)}))
	write(t, roots[2], "mine.txt", "made while away")
	carla.start()
	o.meet()
	become(t, map[string]string{"c.txt": "four", "mine.txt": "made while away"}, roots...)
	o.agree(id, roots...)
	check(t, os.Remove(filepath.Join(roots[2], "mine.txt")))
	become(t, map[string]string{"c.txt": "four"}, roots...)
	save(t, roots[1], "c.txt", "five")
	become(t, map[string]string{"c.txt": "five"}, roots...)
	o.forgotten(id, o.desks...) // Carla is owed nothing any more
}

// TestPutBackBeforeDeletion: what was deleted, and is forgotten, does not come back with a profile and a folder that are put back to before it, but a file
// that was changed there since does.
func TestPutBackBeforeDeletion(t *testing.T) {
	t.Parallel()
	o, id, a, b := pair(t, map[string]string{"a.txt": "one", "b.txt": "two", "dir/c.txt": "three", "d.txt": "four"})
	anna, ben := o.desks[0], o.desks[1]
	backup := t.TempDir()
	check(t, os.Mkdir(filepath.Join(backup, "shares"), 0o700))
	check(t, share.Freeze(ben.engine, id, ben.dir, backup, func() {}))
	for _, p := range []string{"a.txt", "b.txt", "dir"} {
		check(t, os.RemoveAll(filepath.Join(a, p)))
	}
	save(t, a, "d.txt", "five")
	become(t, map[string]string{"d.txt": "five"}, a, b)
	o.forgotten(id, anna, ben)
	ben.shut()
	ben.dir = backup
	write(t, b, "a.txt", "one") // as it lay there
	write(t, b, "b.txt", "changed since")
	write(t, b, "dir/c.txt", "three")
	check(t, os.Chtimes(filepath.Join(b, "a.txt"), time.Unix(1_600_000_000, 0), time.Unix(1_600_000_000, 0)))
	ben.start()
	o.meet()
	become(t, map[string]string{"b.txt": "changed since", "d.txt": "five"}, a, b)
	o.agree(id, a, b)
	kept, err := ben.engine.Trash(t.Context(), id)
	check(t, err)
	in := map[string]bool{}
	for _, k := range kept {
		in[k.Path] = true
	}
	if !in["a.txt"] || !in["dir/c.txt"] {
		t.Errorf("what went is not in the trash: %+v", kept)
	}
	check(t, os.Remove(filepath.Join(b, "b.txt")))
	become(t, map[string]string{"d.txt": "five"}, a, b)
	save(t, a, "d.txt", "six") // Ben tells what he knows when there is something that he did not write himself
	become(t, map[string]string{"d.txt": "six"}, a, b)
	o.forgotten(id, anna, ben) // nobody is owed anything any more
}

// TestPutBackBeforeOwnDeletion: the deletions of a machine that was put back do not come back either, and those it makes afterwards are forgotten, too.
func TestPutBackBeforeOwnDeletion(t *testing.T) {
	t.Parallel()
	o, id, a, b := pair(t, map[string]string{"a.txt": "one", "b.txt": "two"})
	anna, ben := o.desks[0], o.desks[1]
	backup := t.TempDir()
	check(t, os.Mkdir(filepath.Join(backup, "shares"), 0o700))
	check(t, share.Freeze(ben.engine, id, ben.dir, backup, func() {}))
	check(t, os.Remove(filepath.Join(b, "a.txt")))
	become(t, map[string]string{"b.txt": "two"}, a, b)
	write(t, a, "c.txt", "three") // with it Ben tells what he knows
	become(t, map[string]string{"b.txt": "two", "c.txt": "three"}, a, b)
	o.forgotten(id, anna, ben)
	ben.shut()
	ben.dir = backup
	write(t, b, "a.txt", "one")
	ben.start()
	o.meet()
	become(t, map[string]string{"b.txt": "two", "c.txt": "three"}, a, b)
	check(t, os.Remove(filepath.Join(b, "b.txt")))
	become(t, map[string]string{"c.txt": "three"}, a, b)
	save(t, a, "c.txt", "four")
	become(t, map[string]string{"c.txt": "four"}, a, b)
	o.forgotten(id, anna, ben)
	if n := share.HeadsAt(ben.engine, id, "a.txt"); n != 0 {
		t.Errorf("Ben has %d versions of what was deleted", n)
	}
}
