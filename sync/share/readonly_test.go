package share_test

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"lanyard/internal/identity"
	"lanyard/sync/role"
	"lanyard/sync/share"
)

// reader has Anna share a folder with Ben, who may only read.
func reader(t *testing.T, files map[string]string) (o *office, id share.ID, a, b string) {
	t.Helper()
	o = newOffice(t, "Anna", "Ben")
	anna, ben := o.desks[0], o.desks[1]
	id, roots := anna.share(files)
	check(t, anna.engine.InviteAs(t.Context(), id, []identity.PersonID{person(ben)}, role.ReadOnly))
	roots = append(roots, ben.accept(id))
	o.agree(id, roots...)
	return o, id, roots[0], roots[1]
}

// keeps waits until a folder holds what it should, in which want may name what is only here by its stem and "*".
func (d *desk) keeps(id share.ID, root string, want map[string]string) {
	d.t.Helper()
	fits := func() bool {
		got := contents(d.t, root)
		for p, c := range want {
			found := ""
			for q := range got {
				if stem, rest, star := strings.Cut(p, "*"); q == p || star && strings.HasPrefix(q, stem) && strings.HasSuffix(q, rest) && strings.Contains(q, "(only here ") {
					found = q
				}
			}
			if found == "" || got[found] != c {
				return false
			}
			delete(got, found)
		}
		return len(got) == 0
	}
	eventually(d.t, d.name+" keeps\n"+listing(want), func() bool {
		st, err := d.engine.Get(id)
		return err == nil && st.State == share.InSync && fits()
	}, func() string { return listing(contents(d.t, root)) + d.state(id)() })
}

// may waits until a desk knows what it may do.
func (d *desk) may(id share.ID, want share.Role) {
	d.t.Helper()
	eventually(d.t, fmt.Sprintf("%s is %s", d.name, want), func() bool { st, err := d.engine.Get(id); return err == nil && st.Role == want }, d.state(id))
}

// hears waits until a desk is told of something at a path.
func (d *desk) hears(what share.What, fits func(share.Notice) bool) {
	d.t.Helper()
	eventually(d.t, fmt.Sprintf("%s is told that something is %s", d.name, what), func() bool {
		return d.notices.has(func(n share.Notice) bool { return n.What == what && fits(n) })
	}, func() string {
		d.notices.mu.Lock()
		defer d.notices.mu.Unlock()
		return fmt.Sprintf("%+v", d.notices.list)
	})
}

// TestReadOnly: what somebody changes who may only read goes to nobody, the share's version comes back, and theirs is kept beside it.
func TestReadOnly(t *testing.T) {
	t.Parallel()
	share1 := map[string]string{"a.txt": "one", "dir/b.txt": "two"}
	all := func(more map[string]string) map[string]string {
		out := map[string]string{"a.txt": "one", "dir/": "", "dir/b.txt": "two"}
		for p, c := range more {
			out[p] = c
		}
		return out
	}
	cases := []struct {
		what string
		do   func(t *testing.T, root string)
		want map[string]string
		told share.What
	}{
		{"an edit", func(t *testing.T, root string) { save(t, root, "a.txt", "mine") }, all(map[string]string{"a*.txt": "mine"}), share.OnlyHere},
		{"a new file", func(t *testing.T, root string) { write(t, root, "mine.txt", "mine") }, all(map[string]string{"mine.txt": "mine"}), share.OnlyHere},
		{"a new folder", func(t *testing.T, root string) { write(t, root, "new/mine.txt", "mine") },
			all(map[string]string{"new/": "", "new/mine.txt": "mine"}), share.OnlyHere},
		{"a deletion", func(t *testing.T, root string) { check(t, os.Remove(filepath.Join(root, "a.txt"))) }, all(nil), share.CameBack},
		{"a folder deleted", func(t *testing.T, root string) { check(t, os.RemoveAll(filepath.Join(root, "dir"))) }, all(nil), share.CameBack},
		{"a rename", func(t *testing.T, root string) {
			check(t, os.Rename(filepath.Join(root, "a.txt"), filepath.Join(root, "c.txt")))
		}, all(map[string]string{"c.txt": "one"}), share.OnlyHere},
		{"a folder renamed", func(t *testing.T, root string) {
			check(t, os.Rename(filepath.Join(root, "dir"), filepath.Join(root, "mine")))
		}, all(map[string]string{"mine/": "", "mine/b.txt": "two"}), share.OnlyHere},
	}
	for _, c := range cases {
		for _, away := range []bool{false, true} {
			t.Run(fmt.Sprintf("%s, away %v", c.what, away), func(t *testing.T) {
				t.Parallel()
				o, id, a, b := reader(t, share1)
				anna, ben := o.desks[0], o.desks[1]
				if away {
					ben.shut()
				}
				c.do(t, b)
				if away {
					ben.start()
					o.meet()
				}
				ben.keeps(id, b, c.want)
				ben.hears(c.told, func(share.Notice) bool { return true })
				ben.restart() // nothing is told or done a second time
				ben.keeps(id, b, c.want)
				save(t, a, "more.txt", "more")
				more := map[string]string{"more.txt": "more"}
				for p, content := range c.want {
					more[p] = content
				}
				ben.keeps(id, b, more)
				become(t, all(map[string]string{"more.txt": "more"}), a)
				if n := len(contents(t, b)) - len(contents(t, a)); n != len(c.want)-3 {
					t.Errorf("Ben's folder has %d names more than Anna's", n)
				}
				eventually(t, "Anna sees that Ben has everything", func() bool {
					st, err := anna.engine.Get(id)
					return err == nil && slices.ContainsFunc(st.Members, func(m share.Member) bool { return m.ID == person(ben) && m.Role == role.ReadOnly && m.InSync })
				}, anna.state(id))
			})
		}
	}
}

// TestOnlyHereStands: what is on one machine only is named in the status, changes and goes as its owner likes, and makes room for what the share brings.
func TestOnlyHereStands(t *testing.T) {
	t.Parallel()
	o, id, a, b := reader(t, map[string]string{"a.txt": "one"})
	ben := o.desks[1]
	kept := func() share.LocalFiles { st, err := ben.engine.Get(id); check(t, err); return st.OnlyHere }
	write(t, b, "mine.txt", "mine")
	eventually(t, "it is named", func() bool { k := kept(); return k.Files == 1 && slices.Equal(k.Paths, []string{"mine.txt"}) }, ben.state(id))
	save(t, b, "mine.txt", "mine, changed")
	check(t, os.Rename(filepath.Join(b, "mine.txt"), filepath.Join(b, "ours.txt")))
	eventually(t, "its new name is named", func() bool { k := kept(); return k.Files == 1 && slices.Equal(k.Paths, []string{"ours.txt"}) }, ben.state(id))
	save(t, a, "ours.txt", "Anna's")
	ben.keeps(id, b, map[string]string{"a.txt": "one", "ours.txt": "Anna's", "ours*.txt": "mine, changed"})
	for _, p := range kept().Paths {
		check(t, os.Remove(filepath.Join(b, p)))
	}
	eventually(t, "nothing is kept any more", func() bool { return kept().Files == 0 }, ben.state(id))
	become(t, map[string]string{"a.txt": "one", "ours.txt": "Anna's"}, a, b)
	if st, err := ben.engine.Get(id); err != nil || st.Files != 2 {
		t.Errorf("the share has two files: %+v, %v", st, err)
	}
}

// TestKeptUntilSomebodyCame: as long as nobody is there who has the share's version, the change stays under the name.
func TestKeptUntilSomebodyCame(t *testing.T) {
	t.Parallel()
	o, id, _, b := reader(t, map[string]string{"a.txt": "one"})
	anna, ben := o.desks[0], o.desks[1]
	anna.shut()
	check(t, os.WriteFile(filepath.Join(b, "a.txt"), []byte("mine"), 0o644))
	eventually(t, "Ben is told who has it", func() bool { return ben.problem(id, "a.txt") != nil }, ben.state(id))
	if got := contents(t, b); got["a.txt"] != "mine" {
		t.Errorf("Ben's folder holds\n%s", listing(got))
	}
	anna.start()
	o.meet()
	ben.keeps(id, b, map[string]string{"a.txt": "one", "a*.txt": "mine"})
}

// TestRoleTakenAndGiven: what was written before the role was taken away counts, what came after is kept, and what comes after it was given again counts.
func TestRoleTakenAndGiven(t *testing.T) {
	t.Parallel()
	for _, away := range []bool{false, true} {
		t.Run(fmt.Sprint("away ", away), func(t *testing.T) {
			t.Parallel()
			o, id, a, b := pair(t, map[string]string{"a.txt": "one"})
			anna, ben := o.desks[0], o.desks[1]
			save(t, b, "before.txt", "before")
			o.agree(id, a, b)
			if away {
				anna.shut()
				save(t, b, "a.txt", "mine")
				save(t, b, "mine.txt", "mine")
				check(t, os.Remove(filepath.Join(b, "before.txt")))
				eventually(t, "Ben has published it", func() bool {
					return share.Shows(ben.engine, id, "mine.txt") != 0 && share.Shows(ben.engine, id, "before.txt") != 1
				}, ben.state(id))
				ben.shut()
				anna.start()
				check(t, anna.engine.SetRole(t.Context(), id, person(ben), role.ReadOnly))
				ben.start()
				o.meet()
			} else {
				check(t, anna.engine.SetRole(t.Context(), id, person(ben), role.ReadOnly))
				ben.may(id, role.ReadOnly)
				save(t, b, "a.txt", "mine")
				save(t, b, "mine.txt", "mine")
				check(t, os.Remove(filepath.Join(b, "before.txt")))
			}
			ben.keeps(id, b, map[string]string{"a.txt": "one", "a*.txt": "mine", "before.txt": "before", "mine.txt": "mine"})
			become(t, map[string]string{"a.txt": "one", "before.txt": "before"}, a)
			check(t, anna.engine.SetRole(t.Context(), id, person(ben), role.ReadWrite))
			ben.may(id, role.ReadWrite)
			save(t, b, "a.txt", "again")
			save(t, b, "mine.txt", "shared now")
			become(t, map[string]string{"a.txt": "again", "before.txt": "before", "mine.txt": "shared now"}, a)
			ben.restart()
			anna.restart()
			save(t, b, "late.txt", "late")
			want := map[string]string{"a.txt": "again", "before.txt": "before", "mine.txt": "shared now", "late.txt": "late"}
			become(t, want, a)
			want["a*.txt"] = "mine"
			ben.keeps(id, b, want)
		})
	}
}

// TestTakenInGoodFaith: what somebody wrote who may not any more, and reached a third before the list did, counts when that one may write, and is theirs alone
// when not. All come to the same folder.
func TestTakenInGoodFaith(t *testing.T) {
	t.Parallel()
	for _, third := range []share.Role{role.ReadWrite, role.Keeper} {
		t.Run(third.String(), func(t *testing.T) {
			t.Parallel()
			o := newOffice(t, "Anna", "Ben", "Carla")
			anna, ben, carla := o.desks[0], o.desks[1], o.desks[2]
			id, roots := anna.share(map[string]string{"a.txt": "one"}, ben)
			check(t, anna.engine.InviteAs(t.Context(), id, []identity.PersonID{person(carla)}, third))
			roots = append(roots, carla.accept(id))
			a, b, c := roots[0], roots[1], roots[2]
			o.agree(id, roots...)
			anna.shut()
			save(t, b, "a.txt", "Ben's")
			write(t, b, "new.txt", "new")
			become(t, map[string]string{"a.txt": "Ben's", "new.txt": "new"}, c)
			o.agree(id, b, c)
			ben.shut()
			carla.shut()
			anna.start()
			check(t, anna.engine.SetRole(t.Context(), id, person(ben), role.ReadOnly))
			carla.start()
			o.meet()
			if third == role.ReadWrite {
				become(t, map[string]string{"a.txt": "Ben's", "new.txt": "new"}, a, c)
				ben.start()
				o.meet()
				o.agree(id, a, c)
				eventually(t, "Ben has what Carla took", func() bool { return contents(t, b)["new.txt"] == "new" && contents(t, b)["a.txt"] == "Ben's" }, ben.state(id))
			} else {
				carla.keeps(id, c, map[string]string{"a.txt": "one", "a*.txt": "Ben's", "new.txt": "new"})
				ben.start()
				o.meet()
				ben.keeps(id, b, map[string]string{"a.txt": "one", "a*.txt": "Ben's", "new.txt": "new"})
				become(t, map[string]string{"a.txt": "one"}, a)
			}
			save(t, a, "end.txt", "end")
			for _, root := range []string{b, c} {
				eventually(t, "it goes on", func() bool { return contents(t, root)["end.txt"] == "end" }, func() string { return listing(contents(t, root)) })
			}
		})
	}
}

// TestKeeperRelays: a keeper passes on what one member wrote to another who never meets them. Nobody but the owner gives roles.
func TestKeeperRelays(t *testing.T) {
	t.Parallel()
	o := newOffice(t, "Anna", "Ben", "Carla")
	anna, ben, carla := o.desks[0], o.desks[1], o.desks[2]
	id, roots := anna.share(map[string]string{"a.txt": "one"}, ben)
	check(t, anna.engine.InviteAs(t.Context(), id, []identity.PersonID{person(carla)}, role.Keeper))
	roots = append(roots, carla.accept(id))
	a, b, c := roots[0], roots[1], roots[2]
	o.agree(id, roots...)
	anna.shut()
	save(t, b, "b.txt", "two")
	become(t, map[string]string{"a.txt": "one", "b.txt": "two"}, c)
	ben.shut()
	anna.start()
	o.meet()
	become(t, map[string]string{"a.txt": "one", "b.txt": "two"}, a)
	write(t, c, "mine.txt", "mine")
	carla.keeps(id, c, map[string]string{"a.txt": "one", "b.txt": "two", "mine.txt": "mine"})
	check(t, anna.engine.SetRole(t.Context(), id, person(carla), role.ReadOnly))
	carla.may(id, role.ReadOnly)
	save(t, a, "last.txt", "last")
	eventually(t, "Carla has it", func() bool { return contents(t, c)["last.txt"] == "last" }, carla.state(id))
	if err := anna.engine.SetRole(t.Context(), id, person(anna), role.ReadOnly); err == nil {
		t.Error("the owner may only read")
	}
	if err := carla.engine.SetRole(t.Context(), id, person(carla), role.ReadWrite); err == nil {
		t.Error("Carla gives herself a role")
	}
}

// TestMuchDeletedByReader: nobody is asked about much that somebody deletes who may only read: it concerns no one, and comes back.
func TestMuchDeletedByReader(t *testing.T) {
	t.Parallel()
	files := map[string]string{}
	for i := range 70 {
		files[fmt.Sprintf("f%02d.txt", i)] = fmt.Sprint("content ", i)
	}
	_, _, a, b := reader(t, files)
	for i := range 65 {
		check(t, os.Remove(filepath.Join(b, fmt.Sprintf("f%02d.txt", i))))
	}
	become(t, files, b)
	if got := contents(t, a); len(got) != len(files) {
		t.Errorf("Anna has %d files", len(got))
	}
}
