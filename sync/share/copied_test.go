package share_test

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"lanyard/internal/lantest"
	"lanyard/internal/name"
	"lanyard/sync/share"
)

// copied makes a second machine of a desk as it is now: the same key, the same databases, a copy of the disk. It does not run yet.
func (d *desk) copied(id share.ID, host string) *desk {
	t := d.t
	t.Helper()
	profile := t.TempDir()
	check(t, os.Mkdir(filepath.Join(profile, "shares"), 0o700))
	twin := &desk{t: t, name: d.name, id: d.id, dir: profile, folder: d.folder, office: d.office, address: "10.0.0.99", boot: d.boot + 1}
	check(t, share.Freeze(d.engine, id, d.dir, profile, func() { twin.disk = d.disk.Copy() }))
	twin.host = d.office.lan.Host(host, twin.address)
	return twin
}

func put(d *desk, p, c string) { check(d.t, d.disk.Local().Save(p, []byte(c))) }

// published waits until a desk has written records about all that lies on its disk.
func (d *desk) published(id share.ID) {
	d.t.Helper()
	eventually(d.t, d.name+" has published all", func() bool {
		share.Look(d.engine, id)
		size := 0
		for _, c := range on(d) {
			size += len(c)
		}
		n, bytes := share.Published(d.t.Context(), d.engine, id)
		return n == len(on(d)) && bytes == size
	}, d.state(id))
}

// holds checks that all contents are visible in the folders, or at least in the trash of one of the desks.
func (o *office) holds(visible map[string]string, shown []string, kept []string, desks ...*desk) {
	o.t.Helper()
	all := listing(visible)
	for _, c := range shown {
		if !strings.Contains(all, c) {
			o.t.Errorf("%q is not to be seen:\n%s", c, all)
		}
	}
	for _, d := range desks {
		all += listing(filesBelow(d, name.Hidden+"/trash"))
	}
	for _, c := range kept {
		if !strings.Contains(all, c) {
			o.t.Errorf("%q is lost:\n%s", c, all)
		}
	}
}

// TestCopiedProfileAlone: a copy of a profile works where nobody hears it, while the first one works with the others and is then turned off. The others
// know other records under the numbers that the copy gave: what it wrote is not taken for those.
func TestCopiedProfileAlone(t *testing.T) {
	t.Parallel()
	o := memoryOffice(t, "Anna", "Ben", "Carla")
	id := o.begin()
	anna, ben, carla := o.desks[0], o.desks[1], o.desks[2]
	put(ben, "x.txt", "common")
	put(ben, "gone.txt", "common too")
	put(ben, "y.txt", "third")
	o.level(id)
	twin := ben.copied(id, "twin")

	put(ben, "x.txt", "Ben's")
	put(ben, "only here.txt", "by the first")
	o.level(id)
	put(anna, "x.txt", "Anna's, after Ben's")
	check(t, anna.disk.Local().Remove("only here.txt"))
	o.level(id)
	ben.shut()

	twin.host.Down()
	put(twin, "x.txt", "the copy's")
	put(twin, "new.txt", "by the copy")
	twin.start()
	twin.published(id)
	check(t, twin.disk.Local().Remove("gone.txt"))
	twin.published(id)
	twin.host.Up()
	o.desks = []*desk{anna, twin, carla}
	o.meet()
	got := o.level(id)
	o.holds(got, []string{"the copy's", "Anna's, after Ben's", "by the copy", "third"}, nil)
	if got["gone.txt"] != "" || got["only here.txt"] != "" {
		t.Errorf("a deleted file is back:\n%s", listing(got))
	}
	put(twin, "x.txt", "after all that")
	if got := o.level(id); got["x.txt"] != "after all that" {
		t.Errorf("the folders hold\n%s", listing(got))
	}
}

// TestCopiedProfileAmongOthers: a profile and its copy work at the same time with one colleague each; then the first is turned off.
func TestCopiedProfileAmongOthers(t *testing.T) {
	t.Parallel()
	o := memoryOffice(t, "Anna", "Ben", "Carla")
	id := o.begin()
	anna, ben, carla := o.desks[0], o.desks[1], o.desks[2]
	put(ben, "x.txt", "common")
	put(ben, "y.txt", "common too")
	o.level(id)
	twin := ben.copied(id, "twin")
	o.lan.Partition([]*lantest.Host{anna.host, ben.host}, []*lantest.Host{carla.host, twin.host})
	show := func(p, c string, desks ...*desk) {
		t.Helper()
		for _, d := range desks {
			eventually(t, d.name+" shows "+c, func() bool {
				for _, d := range desks {
					share.Look(d.engine, id)
				}
				return on(d)[p] == c
			}, func() string { return listing(on(d)) })
		}
	}
	twin.start()
	(&office{t: t, lan: o.lan, desks: []*desk{carla, twin}}).meet()
	for _, edit := range []struct {
		by, sees *desk
		p, c     string
	}{
		{ben, anna, "x.txt", "Ben's x"}, {ben, anna, "y.txt", "Ben's y"}, {anna, ben, "x.txt", "Anna's x"},
		{twin, carla, "y.txt", "the copy's y"}, {twin, carla, "x.txt", "the copy's x"}, {carla, twin, "y.txt", "Carla's y"}, {twin, carla, "z.txt", "the copy's z"},
	} {
		put(edit.by, edit.p, edit.c)
		show(edit.p, edit.c, edit.by, edit.sees)
	}
	ben.shut()
	o.desks = []*desk{anna, twin, carla}
	o.lan.Heal()
	o.meet()
	got := o.level(id)
	o.holds(got, []string{"Anna's x", "the copy's x", "Carla's y", "the copy's z"}, []string{"Ben's y"}, anna, ben, carla, twin)
	put(twin, "x.txt", "after all that")
	put(carla, "y.txt", "after all that, too")
	if got := o.level(id); got["x.txt"] != "after all that" || got["y.txt"] != "after all that, too" {
		t.Errorf("the folders hold\n%s", listing(got))
	}
}

// TestRolledBack: the databases of a profile are put back to an earlier state while its folder stays; what was written since is fetched back, and what
// is written before anybody is met is not lost either.
func TestRolledBack(t *testing.T) {
	t.Parallel()
	o := memoryOffice(t, "Anna", "Ben")
	id := o.begin()
	anna, ben := o.desks[0], o.desks[1]
	put(ben, "x.txt", "common")
	o.level(id)
	backup := t.TempDir()
	check(t, os.Mkdir(filepath.Join(backup, "shares"), 0o700))
	check(t, share.Freeze(ben.engine, id, ben.dir, backup, func() {}))
	for i := range 3 {
		put(ben, fmt.Sprintf("after %d.txt", i), fmt.Sprint("since the backup ", i))
	}
	put(ben, "x.txt", "Ben's")
	o.level(id)
	put(anna, "x.txt", "Anna's, after Ben's")
	o.level(id)
	ben.shut()
	ben.host.Down()
	ben.dir = backup
	put(ben, "x.txt", "Ben's again")
	ben.start()
	ben.published(id)
	ben.host.Up()
	o.meet()
	got := o.level(id)
	o.holds(got, []string{"Ben's again", "since the backup 0", "since the backup 1", "since the backup 2"}, []string{"Anna's, after Ben's"}, anna, ben)
}
