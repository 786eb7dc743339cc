package share_test

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"lanyard/internal/identity"
	"lanyard/sync/share"
)

// problem returns what a desk says of a path in a share, nil if nothing.
func (d *desk) problem(id share.ID, path string) *share.Problem {
	st, err := d.engine.Get(id)
	if err != nil {
		return nil
	}
	for _, p := range st.Problems {
		if p.Path == path {
			return &p
		}
	}
	return nil
}

func (d *desk) state(id share.ID) func() string {
	return func() string { st, err := d.engine.Get(id); return fmt.Sprintf("%+v %v", st, err) }
}

// TestAlwaysWritten: a file that a program writes without end is told as such, does not keep the share from being in sync, and comes when it is closed.
func TestAlwaysWritten(t *testing.T) {
	t.Parallel()
	o, id, a, b := pair(t, map[string]string{"a.txt": "one"})
	anna := o.desks[0]
	anna.patience = 100 * time.Millisecond
	anna.restart()
	o.agree(id, a, b)
	log, err := os.Create(filepath.Join(a, "server.log"))
	check(t, err)
	t.Cleanup(func() { log.Close() })
	lines := 0
	eventually(t, "Anna is told that the file is always written, and all the rest is in sync", func() bool {
		_, err := log.WriteString("line\n")
		check(t, err)
		lines++
		st, err := anna.engine.Get(id)
		p := anna.problem(id, "server.log")
		return err == nil && p != nil && strings.Contains(p.Text, "all the time") && p.Remedy != "" && st.State == share.InSync
	}, anna.state(id))
	save(t, a, "a.txt", "two") // others are not held up
	become(t, map[string]string{"a.txt": "two"}, b)
	check(t, log.Close())
	become(t, map[string]string{"a.txt": "two", "server.log": strings.Repeat("line\n", lines)}, b)
	o.agree(id, a, b)
	eventually(t, "it is shared, and told no longer", func() bool { return anna.problem(id, "server.log") == nil }, anna.state(id))
}

// TestInvitationCounts: an invitation says how much there is to come, also when it was sent before the owner's machine had looked; and nobody is
// told of each file that lay in a folder when it was shared.
func TestInvitationCounts(t *testing.T) {
	t.Parallel()
	o := newOffice(t, "Anna", "Ben")
	anna, ben := o.desks[0], o.desks[1]
	anna.meetAll()
	root := filepath.Join(t.TempDir(), "Plans")
	large := strings.Repeat("L", 9<<20) // hashed beside, after the rest
	write(t, root, "large.bin", large)
	for i := range 200 {
		write(t, root, fmt.Sprintf("dir/%d.txt", i), "some")
	}
	st, err := anna.engine.Add(t.Context(), root, "", []identity.PersonID{person(ben)})
	check(t, err)
	eventually(t, "Ben's invitation says what is in the folder", func() bool {
		list := ben.engine.Invitations()
		return len(list) == 1 && list[0].Files == 201 && list[0].Bytes == int64(len(large)+200*4)
	}, func() string { return fmt.Sprintf("%+v\n%s", ben.engine.Invitations(), anna.state(st.ID)()) })
	write(t, root, "new.txt", "new")
	added := func(n share.Notice) bool { return n.What == share.Added && n.Path == "new.txt" }
	eventually(t, "a new file is told", func() bool { return anna.notices.has(added) }, anna.state(st.ID))
	if anna.notices.has(func(n share.Notice) bool { return !added(n) }) {
		t.Errorf("what lay there before is told as news: %+v", anna.notices.list)
	}
}

// TestOwnerLeftTold: that the owner has left is seen by who was there, and by who was away when it happened.
func TestOwnerLeftTold(t *testing.T) {
	t.Parallel()
	o := newOffice(t, "Anna", "Ben", "Carla")
	anna, ben, carla := o.desks[0], o.desks[1], o.desks[2]
	id, roots := anna.share(map[string]string{"a.txt": "one"}, ben, carla)
	o.agree(id, roots...)
	carla.shut()
	check(t, anna.engine.Leave(t.Context(), id))
	sees := func(d *desk) func() bool {
		return func() bool {
			st, err := d.engine.Get(id)
			if err != nil {
				return false
			}
			for _, m := range st.Members {
				if m.ID == person(anna) {
					return m.State == share.IsGone && !m.InSync && m.PendingFiles == 0
				}
			}
			return false
		}
	}
	eventually(t, "Ben sees that Anna has left", sees(ben), ben.state(id))
	anna.shut()
	carla.start()
	o.meet()
	eventually(t, "Carla sees it, too", sees(carla), carla.state(id))
}
