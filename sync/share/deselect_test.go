package share_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"lanyard/internal/identity"
	"lanyard/sync/role"
	"lanyard/sync/share"
)

// listed returns how a path is in a desk's list of files.
func (d *desk) listed(id share.ID, p string) (f share.File) {
	d.t.Helper()
	under := ""
	if i := strings.LastIndexByte(p, '/'); i >= 0 {
		under = p[:i]
	}
	page, err := d.engine.Files(d.t.Context(), id, share.FileQuery{Under: under, Limit: 100})
	check(d.t, err)
	for _, f = range page.Files {
		if f.Path == p {
			return f
		}
	}
	d.t.Fatalf("%s does not list %s: %+v", d.name, p, page)
	return f
}

// TestDeselect: a folder that is not taken on one machine is on no disk there, stays with the others and goes on with them, and comes back as they have it.
func TestDeselect(t *testing.T) {
	t.Parallel()
	o := newOffice(t, "Anna", "Ben")
	anna, ben := o.desks[0], o.desks[1]
	id, roots := anna.share(map[string]string{"films/a.txt": "1", "films/old/b.txt": "1", "films/old/c.txt": "1", "plan": "1"}, ben)
	o.agree(id, roots...)
	check(t, ben.engine.Deselect(t.Context(), id, "films"))
	all := map[string]string{"films/": "", "films/a.txt": "1", "films/old/": "", "films/old/b.txt": "1", "films/old/c.txt": "1", "plan": "1"}
	become(t, map[string]string{"plan": "1"}, roots[1])
	write(t, roots[0], "films/a.txt", "2")
	write(t, roots[0], "films/d.txt", "1")
	check(t, os.Remove(filepath.Join(roots[0], "films/old/c.txt")))
	write(t, roots[0], "plan", "2")
	all["films/a.txt"], all["films/d.txt"], all["plan"] = "2", "1", "2"
	delete(all, "films/old/c.txt")
	become(t, map[string]string{"plan": "2"}, roots[1])
	become(t, all, roots[0])
	for _, d := range o.desks {
		eventually(t, d.name+" lists who has what", func() bool {
			f := d.listed(id, "films/d.txt")
			return f.Reached == 1 && f.Of == 1 && len(f.Lacking) == 0
		}, d.state(id))
	}
	if f := ben.listed(id, "films"); f.State != share.FileNotHere {
		t.Errorf("Ben lists %+v", f)
	}
	eventually(t, "all are up to date", func() bool {
		for _, d := range o.desks {
			if st, err := d.engine.Get(id); err != nil || st.State != share.InSync || len(st.Problems) > 0 {
				return false
			}
		}
		return true
	}, ben.state(id))
	if err := anna.engine.Deselect(t.Context(), id, "films"); err == nil || !strings.Contains(err.Error(), "on no other computer that takes the whole folder") {
		t.Errorf("Anna, who alone has it, takes it off: %v", err)
	}
	become(t, all, roots[0])

	ben.restart()
	write(t, roots[1], "films/ben.txt", "Ben's")
	write(t, roots[1], "films/d.txt", "Ben's")
	eventually(t, "Ben is told", func() bool {
		st, err := ben.engine.Get(id)
		return err == nil && len(st.NotHere) == 1 && len(st.Problems) > 0 && strings.Contains(st.Problems[0].Text, "its folder is not taken on this computer")
	}, ben.state(id))
	check(t, ben.engine.Select(t.Context(), id, "films/old"))
	got := o.agree(id, roots...)
	all["films/ben.txt"] = "Ben's"
	both := 0
	for p, c := range got {
		if strings.HasPrefix(p, "films/d") {
			both++
			if c != "1" && c != "Ben's" {
				t.Errorf("%s is %q", p, c)
			}
		} else if all[p] != c {
			t.Errorf("%s is %q, not %q", p, c, all[p])
		}
	}
	if both != 2 || len(got) != len(all)+1 {
		t.Errorf("of two contents of one file %d are there:\n%s", both, listing(got))
	}
	if st, err := ben.engine.Get(id); err != nil || len(st.NotHere) > 0 || len(st.Problems) > 0 {
		t.Errorf("Ben's share is %+v (%v)", st, err)
	}
}

// TestDeselectRefused: nothing is taken off a machine that somebody might lose by it.
func TestDeselectRefused(t *testing.T) {
	t.Parallel()
	o := newOffice(t, "Anna", "Ben", "Carl")
	anna, ben, carl := o.desks[0], o.desks[1], o.desks[2]
	id, roots := anna.share(map[string]string{"films/a.txt": "1", "plan": "1"}, ben)
	check(t, anna.engine.InviteAs(t.Context(), id, []identity.PersonID{person(carl)}, role.Keeper))
	roots = append(roots, carl.accept(id))
	o.agree(id, roots...)
	refused := func(d *desk, dir, why string) {
		t.Helper()
		if err := d.engine.Deselect(t.Context(), id, dir); err == nil || !strings.Contains(err.Error(), why) {
			t.Errorf("%s takes %q off: %v", d.name, dir, err)
		}
	}
	refused(carl, "films", "keeps a complete copy")
	refused(ben, "music", "no such folder")
	refused(ben, "../films", "no such folder")
	refused(ben, "plan", "no such folder")
	ben.shut()
	carl.shut()
	write(t, roots[0], "films/new.txt", "1")
	eventually(t, "Anna has found it", func() bool { st, err := anna.engine.Get(id); return err == nil && st.Files == 3 }, anna.state(id))
	refused(anna, "films", "new.txt is on no other computer")
	ben.start()
	carl.start()
	o.meet()
	o.agree(id, roots...)
	check(t, anna.engine.Deselect(t.Context(), id, "films"))
	check(t, ben.engine.Deselect(t.Context(), id, "films")) // Carl keeps everything
	become(t, map[string]string{"plan": "1"}, roots[0], roots[1])
	become(t, map[string]string{"films/": "", "films/a.txt": "1", "films/new.txt": "1", "plan": "1"}, roots[2])
	if err := anna.engine.Select(t.Context(), id, "plan"); err == nil {
		t.Error("what is taken is taken again")
	}
	check(t, anna.engine.Select(t.Context(), id, "films"))
	become(t, map[string]string{"films/": "", "films/a.txt": "1", "films/new.txt": "1", "plan": "1"}, roots[0], roots[2])
}
