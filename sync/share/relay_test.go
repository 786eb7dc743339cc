package share_test

import (
	"testing"
	"testing/synctest"
	"time"

	"lanyard/internal/identity"
	"lanyard/internal/lantest"
	"lanyard/internal/tree"
	"lanyard/sync/share"
)

// TestRelay: two who have no path to each other have the same folder by way of a third, each change as it happens, also what the third one had to hear
// of while the link of the two was breaking.
func TestRelay(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		o := darkOffice(t, lantest.New(1), "Anna", "Ben", "Carla")
		for _, d := range o.desks {
			d.disk, d.setting = tree.NewMemory(tree.MemoryOptions{Volume: d.name}), share.Unheard
		}
		o.open()
		anna, ben, carla := o.desks[0], o.desks[1], o.desks[2]
		anna.meetAll()
		st, err := anna.engine.Add(t.Context(), t.TempDir(), "Plans", []identity.PersonID{person(ben), person(carla)})
		check(t, err)
		ben.accept(st.ID)
		carla.accept(st.ID)
		for n, text := range []string{"at first", "as the path is cut", "when it is long cut", "once more"} {
			check(t, anna.disk.Local().Save("a.txt", []byte(text)))
			share.Heard(anna.engine, st.ID, "a.txt", true, false)
			if n == 1 {
				o.lan.Partition([]*lantest.Host{anna.host}, []*lantest.Host{carla.host})
			}
			time.Sleep(5 * time.Minute)
			synctest.Wait()
			for _, d := range o.desks {
				if got := on(d)["a.txt"]; got != text {
					t.Errorf("%s has %q, not what Anna wrote %s", d.name, got, text)
				}
			}
		}
	})
}

// TestAnswersMeet: two who took an invitation while they had no path to each other are members for each other once they meet, though the owner is away.
func TestAnswersMeet(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		o := darkOffice(t, lantest.New(1), "Anna", "Ben", "Carla")
		for _, d := range o.desks {
			d.disk, d.setting = tree.NewMemory(tree.MemoryOptions{Volume: d.name}), share.Unheard
		}
		anna, ben, carla := o.desks[0], o.desks[1], o.desks[2]
		o.lan.Partition([]*lantest.Host{ben.host}, []*lantest.Host{carla.host})
		o.open()
		eventually(t, "Anna meets both", func() bool {
			_, b := anna.roster.Link(ben.id.PeerID())
			_, c := anna.roster.Link(carla.id.PeerID())
			return b && c
		}, func() string { return "" })
		st, err := anna.engine.Add(t.Context(), t.TempDir(), "Plans", []identity.PersonID{person(ben), person(carla)})
		check(t, err)
		for _, d := range o.desks[1:] {
			eventually(t, d.name+" is invited", func() bool { return len(d.engine.Invitations()) > 0 }, func() string { return "" })
		}
		o.lan.Partition([]*lantest.Host{anna.host}, []*lantest.Host{ben.host, carla.host})
		time.Sleep(5 * time.Minute)
		ben.accept(st.ID)
		carla.accept(st.ID)
		o.lan.Mend(ben.host, carla.host)
		o.lan.Mend(carla.host, ben.host)
		o.meet()
		time.Sleep(5 * time.Minute)
		for _, d := range o.desks[1:] {
			now, err := d.engine.Get(st.ID)
			check(t, err)
			for _, m := range now.Members {
				if m.State == share.IsInvited {
					t.Errorf("for %s, %s has not answered yet", d.name, m.Name)
				}
			}
		}
	})
}
