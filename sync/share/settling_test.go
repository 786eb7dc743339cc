package share_test

import (
	"fmt"
	"testing"

	"lanyard/sync/share"
)

// quarrel has Anna and Ben write different contents of one file while they do not hear each other, and come together again. Ben's has the name.
func quarrel(t *testing.T) (o *office, id share.ID, roots []string, c share.OpenConflict) {
	t.Helper()
	o = newOffice(t, "Anna", "Ben", "Carla")
	anna, ben, carla := o.desks[0], o.desks[1], o.desks[2]
	id, roots = anna.share(map[string]string{"Budget.xlsx": "common", "Budget (Anna).xlsx": "taken"}, ben, carla)
	o.agree(id, roots...)
	ben.shut()
	carla.shut() // she would tell Ben what Anna wrote
	anna.publish(id, roots[0], "Budget.xlsx", "Anna's")
	anna.shut()
	ben.start()
	ben.publish(id, roots[1], "Budget.xlsx", "Ben's first")
	ben.publish(id, roots[1], "Budget.xlsx", "Ben's")
	anna.start()
	carla.start()
	o.meet()
	o.agree(id, roots...)
	for i, d := range o.desks {
		open := d.quarrels(id)
		if len(open) != 1 || open[0].Path != "Budget.xlsx" || open[0].Named.By.ID != person(ben) || open[0].Copied.By.ID != person(anna) || open[0].Mine != (i < 2) ||
			open[0].Named.Size != 5 || open[0].Copied.Size != 6 {
			t.Fatalf("%s has the conflicts %+v", d.name, open)
		}
		c = open[0]
	}
	return o, id, roots, c
}

func (d *desk) quarrels(id share.ID) []share.OpenConflict {
	d.t.Helper()
	list, err := d.engine.Conflicts(d.t.Context(), id)
	check(d.t, err)
	return list
}

// TestConflictSettled: whoever of the two says which content stays, it is so for everybody, also for who was not there then, and the conflict is over
// everywhere; what gave way is in the trash.
func TestConflictSettled(t *testing.T) {
	t.Parallel()
	for keep, want := range map[share.Kept]map[string]string{
		share.KeepNamed: {"Budget.xlsx": "Ben's", "Budget (Anna).xlsx": "taken"},
		share.KeepCopy:  {"Budget.xlsx": "Anna's", "Budget (Anna).xlsx": "taken"},
		share.KeepBoth:  {"Budget.xlsx": "Ben's", "Budget (Anna).xlsx": "taken", "Budget (Anna 2).xlsx": "Anna's"},
	} {
		t.Run(string(keep), func(t *testing.T) {
			t.Parallel()
			o, id, roots, c := quarrel(t)
			anna, ben := o.desks[0], o.desks[1]
			ben.shut()
			got, err := anna.engine.Settle(t.Context(), id, c.Copy, keep)
			check(t, err)
			if want[got] == "" {
				t.Errorf("%q is kept", got)
			}
			become(t, want, roots[0], roots[2])
			ben.start()
			o.meet()
			become(t, want, roots...)
			o.agree(id, roots...)
			for _, d := range o.desks {
				eventually(t, d.name+" has no conflict", func() bool { return len(d.quarrels(id)) == 0 }, func() string { return fmt.Sprintf("%+v", d.quarrels(id)) })
			}
			kept, err := anna.engine.Trash(t.Context(), id)
			check(t, err)
			if gave := len(kept) > 0 && kept[0].By.ID == person(anna); gave == (keep == share.KeepBoth) {
				t.Errorf("Anna's trash holds %+v", kept)
			}
			if _, err := anna.engine.Settle(t.Context(), id, c.Copy, keep); err == nil {
				t.Error("a conflict that is over is settled once more")
			}
		})
	}
}

// TestConflictNotSettled: what no word of a person says is not done.
func TestConflictNotSettled(t *testing.T) {
	t.Parallel()
	o, id, roots, c := quarrel(t)
	before := listing(contents(t, roots[0]))
	for _, try := range []struct{ path, keep string }{{c.Copy, ""}, {c.Copy, "mine"}, {c.Path, "name"}, {"nowhere.txt", "copy"}, {"../x", "name"}} {
		if got, err := o.desks[0].engine.Settle(t.Context(), id, try.path, share.Kept(try.keep)); err == nil {
			t.Errorf("%+v is settled as %q", try, got)
		}
	}
	if now := listing(contents(t, roots[0])); now != before {
		t.Errorf("the folder holds\n%s", now)
	}
}

// TestConflictNamesWhoWroteLast: what has the name counts as who wrote it last, be it somebody else since; the conflict stays that of the two, and of the one who wrote.
func TestConflictNamesWhoWroteLast(t *testing.T) {
	t.Parallel()
	o, id, roots, _ := quarrel(t)
	carla := o.desks[2]
	carla.publish(id, roots[2], "Budget.xlsx", "Carla's version")
	o.agree(id, roots...)
	for _, d := range o.desks {
		open := d.quarrels(id)
		if len(open) != 1 || open[0].Named.By.ID != person(carla) || open[0].Named.Size != 15 || open[0].Copied.By.ID != person(o.desks[0]) || !open[0].Mine {
			t.Errorf("%s has the conflicts %+v", d.name, open)
		}
	}
}
