package share_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"lanyard/internal/tree"
	"lanyard/sync/share"
)

// withWindows is Anna and Carla, whose disks hold everything, and Ben, whose disk holds what Windows allows.
func withWindows(t *testing.T) (o *office, id share.ID) {
	o = memoryOffice(t, "Anna", "Ben", "Carla")
	o.desks[1].disk = tree.NewMemory(tree.MemoryOptions{Volume: "Ben", CaseBlind: true, NoExchange: true, Bounds: tree.Bounds{Windows: true, File: 1 << 20}})
	id = o.begin()
	put(o.desks[0], "a.txt", "one")
	o.alike(id, map[string]string{"a.txt": "one"})
	return o, id
}

// problems are what a desk tells of a share, each with who can act.
func (d *desk) problems(id share.ID) []string {
	st, err := d.engine.Get(id)
	out := []string{}
	if err != nil {
		return append(out, err.Error())
	}
	for _, p := range st.Problems {
		out = append(out, strings.TrimSpace(fmt.Sprintf("%s %s: %s %s", p.Act, p.Who.Name, p.Text, p.Remedy)))
	}
	slices.Sort(out)
	return out
}

// tells waits until a desk tells just that.
func (d *desk) tells(id share.ID, want ...string) {
	d.t.Helper()
	slices.Sort(want)
	eventually(d.t, d.name+" is told "+strings.Join(want, "\n"), func() bool {
		for _, one := range d.office.desks {
			if one.engine != nil {
				share.Look(one.engine, id)
			}
		}
		return slices.Equal(d.problems(id), want)
	}, func() string {
		return strings.Join(d.problems(id), "\n") + "\n" + d.state(id)() + listing(on(d)) + share.Pending(d.engine, id)
	})
}

// TestMisfitsTold: who makes a file that somebody's disk cannot hold hears of it where they made it, also while that one is away; it goes to everybody else; who
// lacks it hears whom to ask; nobody else is bothered, and nobody is any more once it is renamed.
func TestMisfitsTold(t *testing.T) {
	t.Parallel()
	o, id := withWindows(t)
	anna, ben, carla := o.desks[0], o.desks[1], o.desks[2]
	put(anna, "at 14:30.txt", "notes")
	put(carla, "dir/aux.h", "code")
	put(carla, "film.mkv", strings.Repeat("x", 1<<20+1))
	for _, d := range []*desk{anna, carla} {
		eventually(t, d.name+" has them all", func() bool {
			share.Look(anna.engine, id)
			share.Look(carla.engine, id)
			return len(on(d)) == 5
		}, func() string { return listing(on(d)) + d.state(id)() })
	}
	anna.tells(id, `you : at 14:30.txt cannot come to Ben: Windows cannot store such a name (it contains :). Give it another name.`)
	carla.tells(id, `you : dir/aux.h cannot come to Ben: Windows cannot store such a name (the name is reserved for a device). Give it another name.`,
		`you : film.mkv cannot come to Ben: the disk stores no file of more than 1 MiB. Cut it in parts, or share the folder there on another disk.`)
	ben.tells(id, `member Anna: at 14:30.txt is not up to date here: Windows cannot store such a name (it contains :). Ask Anna to rename it.`,
		`member Carla: dir/aux.h is not up to date here: Windows cannot store such a name (the name is reserved for a device). Ask Carla to rename it.`,
		`member Carla: film.mkv is not up to date here: the disk stores no file of more than 1 MiB. Ask Carla to cut it in parts, or share this folder on another disk.`)
	listed := anna.pages(id, share.FileQuery{Find: "14:30", Limit: 9})
	if len(listed) != 1 {
		t.Fatalf("the list has %+v", listed)
	}
	for _, f := range listed {
		if len(f.Refused) != 1 || len(f.Refused[0].Whom) != 1 || f.Refused[0].Whom[0].ID != person(ben) || f.Refused[0].Why != "Windows cannot store such a name (it contains :)" {
			t.Errorf("the list says of %s %+v", f.Path, f.Refused)
		}
	}
	if got := listing(on(ben)); got != listing(map[string]string{"a.txt": "one", "dir/": ""}) {
		t.Errorf("Ben has\n%s", got)
	}
	ben.shut()
	anna.restart()
	put(anna, "why?.txt", "because")
	anna.tells(id, `you : at 14:30.txt cannot come to Ben: Windows cannot store such a name (it contains :). Give it another name.`,
		`you : why?.txt cannot come to Ben: Windows cannot store such a name (it contains ?). Give it another name.`)
	check(t, anna.disk.Local().Rename("at 14:30.txt", "at 1430.txt"))
	check(t, anna.disk.Local().Remove("why?.txt"))
	check(t, carla.disk.Local().Rename("dir/aux.h", "dir/auxiliary.h"))
	check(t, carla.disk.Local().Remove("film.mkv"))
	anna.tells(id)
	carla.tells(id)
	ben.start()
	o.meet()
	o.alike(id, map[string]string{"a.txt": "one", "at 1430.txt": "notes", "dir/": "", "dir/auxiliary.h": "code"})
}

// TestMisfitsMany: of very many such files one stands for all.
func TestMisfitsMany(t *testing.T) {
	t.Parallel()
	o, id := withWindows(t)
	anna, ben := o.desks[0], o.desks[1]
	for i := range 300 {
		put(anna, fmt.Sprintf("at %03d:00.txt", i), "notes")
	}
	anna.tells(id, `you : 300 files, at 000:00.txt among them, cannot come to Ben: Windows cannot store such a name (it contains :). Give it another name.`)
	ben.tells(id, `member Anna: 300 files are not up to date here, at 000:00.txt among them: Windows cannot store such a name (it contains :). Ask Anna to rename it.`)
}

// TestTwinsTold: who makes a file whose name somebody's disk does not tell from another's hears so; it is no trouble, since the file is there.
func TestTwinsTold(t *testing.T) {
	t.Parallel()
	o, id := withWindows(t)
	anna, carla := o.desks[0], o.desks[2]
	put(anna, "Plan", "capital")
	put(carla, "plan", "small")
	carla.tells(id, `you : plan has another name on the disk of Ben, since it differs from Plan in capital letters alone. Rename one of the two.`)
	anna.tells(id)
	eventually(t, "it is no trouble", func() bool { return inSync(anna, id) && inSync(carla, id) }, carla.state(id))
	put(anna, "PLAN", "all capitals")
	anna.tells(id, `you : Plan has another name on the disk of Ben, since it differs from PLAN in capital letters alone. Rename one of the two.`)
	carla.tells(id, `you : plan has another name on the disk of Ben, since it differs from PLAN in capital letters alone. Rename one of the two.`)
	check(t, anna.disk.Local().Rename("PLAN", "all.txt"))
	check(t, carla.disk.Local().Rename("plan", "small.txt"))
	anna.tells(id)
	carla.tells(id)
	o.alike(id, map[string]string{"a.txt": "one", "Plan": "capital", "all.txt": "all capitals", "small.txt": "small"})
}
