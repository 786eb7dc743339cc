package share_test

import (
	"fmt"
	"strings"
	"testing"

	"lanyard/sync/share"
)

// account returns what a desk keeps of who did what in a share, without the filling of it.
func (d *desk) account(id share.ID) []share.Notice {
	d.t.Helper()
	list, err := d.engine.Notices(d.t.Context(), id, 1000)
	check(d.t, err)
	return list
}

// conflictTold checks that a desk tells of a conflict once, now and in its account, and nothing else of the copy.
func conflictTold(t *testing.T, d *desk, id share.ID, copied, by, other string) {
	t.Helper()
	kept := d.account(id)
	d.notices.mu.Lock()
	live := append([]share.Notice{}, d.notices.list...)
	d.notices.mu.Unlock()
	for what, list := range map[string][]share.Notice{"keeps": kept, "told": live} {
		n := 0
		for _, one := range list {
			if one.Path == copied {
				t.Errorf("%s %s of the copy by itself: %+v", d.name, what, one)
			}
			if one.What != share.Conflict {
				continue
			}
			n++
			if one.Copy != copied || one.Path != "Budget.txt" || one.By.Name != by || one.Other.Name != other || one.By.ID == one.Other.ID {
				t.Errorf("%s %s %+v; by %s and %s, and the copy is %s", d.name, what, one, by, other, copied)
			}
		}
		if n != 1 {
			t.Errorf("%s %s %d notices of one conflict: %+v", d.name, what, n, list)
		}
	}
}

// publish saves a file at a desk and waits for the record of it.
func (d *desk) publish(id share.ID, root, p, c string) {
	d.t.Helper()
	mine := func() (n int) {
		for _, one := range d.account(id) {
			if one.Path == p && one.By.ID == person(d) {
				n++
			}
		}
		return n
	}
	before := mine()
	save(d.t, root, p, c)
	eventually(d.t, d.name+" publishes "+c, func() bool { return mine() > before }, d.state(id))
}

func copyIn(t *testing.T, got map[string]string) string {
	t.Helper()
	for p := range got {
		if strings.Contains(p, "(conflict, ") {
			return p
		}
	}
	t.Fatalf("there is no copy in\n%s", listing(got))
	return ""
}

// TestConflictToldOnce: on every desk a conflict is told once, with both authors, whoever makes the copy, in whatever order things arrive, and
// though everybody starts anew in between.
func TestConflictToldOnce(t *testing.T) {
	t.Parallel()
	cases := []struct {
		what   string
		winner int   // desk whose content keeps the name: it saves twice
		first  []int // desks that meet first, when the conflict arises
		loser  int
	}{
		{"the loser makes the copy, all are there", 0, []int{0, 1, 2}, 1},
		{"the loser makes the copy, the third comes late", 0, []int{0, 1}, 1},
		{"one who read the loser makes the copy, its author comes late", 1, []int{1, 2}, 0},
		{"the loser makes the copy for the third, the winner's author comes late", 0, []int{1, 2}, 1},
		{"author and reader of the loser may make it, all are there", 1, []int{0, 1, 2}, 0},
	}
	for _, c := range cases {
		t.Run(c.what, func(t *testing.T) {
			t.Parallel()
			o := newOffice(t, "Anna", "Ben", "Carla")
			anna, ben := o.desks[0], o.desks[1]
			id, roots := anna.share(map[string]string{"Budget.txt": "common"}, ben, o.desks[2])
			o.agree(id, roots...)
			ben.shut()
			anna.publish(id, roots[0], "Budget.txt", "Anna's")
			become(t, map[string]string{"Budget.txt": "Anna's"}, roots[0], roots[2])
			if c.winner == 0 {
				anna.publish(id, roots[0], "Budget.txt", "Anna's last")
				become(t, map[string]string{"Budget.txt": "Anna's last"}, roots[0], roots[2])
			}
			o.agree(id, roots[0], roots[2])
			anna.shut()
			o.desks[2].shut()
			ben.start()
			ben.publish(id, roots[1], "Budget.txt", "Ben's")
			if c.winner == 1 {
				ben.publish(id, roots[1], "Budget.txt", "Ben's second")
				ben.publish(id, roots[1], "Budget.txt", "Ben's last")
			}
			ben.shut()
			var met []string
			for _, i := range c.first {
				o.desks[i].start()
				met = append(met, roots[i])
			}
			o.meet()
			o.agree(id, met...)
			for _, i := range c.first {
				o.desks[i].restart()
			}
			for _, d := range o.desks {
				if d.engine == nil {
					d.start()
				}
			}
			o.meet()
			copied := copyIn(t, o.agree(id, roots...))
			for _, d := range o.desks {
				d.restart()
			}
			o.agree(id, roots...)
			for _, d := range o.desks {
				conflictTold(t, d, id, copied, o.desks[c.loser].name, o.desks[c.winner].name)
			}
		})
	}
}

// TestTwoConflictsTold: of three contents of one file those that do not keep its name become copies, and each is told once with who wrote it. Where two met before the third, what kept the name
// among these may be a copy, too: it lost against the third, before that learned of it.
func TestTwoConflictsTold(t *testing.T) {
	t.Parallel()
	o := newOffice(t, "Anna", "Ben", "Carla")
	id, roots := o.desks[0].share(map[string]string{"Budget.txt": "common"}, o.desks[1], o.desks[2])
	o.agree(id, roots...)
	for i, d := range o.desks {
		for _, other := range o.desks {
			if other != d && other.engine != nil {
				other.shut()
			}
		}
		if d.engine == nil {
			d.start()
		}
		for n := range 3 - i { // the more often saved, the higher in rank
			d.publish(id, roots[i], "Budget.txt", fmt.Sprint(d.name, "'s ", n))
		}
		d.shut()
	}
	for _, d := range o.desks {
		d.start()
	}
	o.meet()
	got := o.agree(id, roots...)
	copies, contents := 0, map[string]bool{}
	for p, content := range got {
		contents[content] = true
		if p != "Budget.txt" {
			copies++
		}
	}
	if len(contents) != 3 || len(got) > 4 {
		t.Errorf("the folders hold\n%s", listing(got))
	}
	for _, d := range o.desks {
		told := map[string]bool{}
		for _, n := range d.account(id) {
			if n.What != share.Conflict {
				continue
			}
			told[n.Copy] = true
			if whose, _, _ := strings.Cut(got[n.Copy], "'s "); n.By.Name != whose || n.Other.Name == whose || n.Other.Name == "" {
				t.Errorf("%s tells of %q as by %s, beside what %s wrote", d.name, got[n.Copy], n.By.Name, n.Other.Name)
			}
		}
		if len(told) != copies {
			t.Errorf("%s tells of the copies %v; the folders hold\n%s", d.name, told, listing(got))
		}
	}
}
