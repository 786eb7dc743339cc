package share_test

import (
	"maps"
	"testing"
	"testing/synctest"
	"time"

	"lanyard/internal/identity"
	"lanyard/internal/lantest"
	"lanyard/internal/tree"
	"lanyard/sync/share"
)

// TestScratch: what Excel writes under a name of eight digits reaches nobody under that name; a person's file of such a name does after a minute.
func TestScratch(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		o := darkOffice(t, lantest.New(1), "Anna", "Ben")
		for _, d := range o.desks {
			d.disk, d.setting = tree.NewMemory(tree.MemoryOptions{Volume: d.name}), share.Unheard
		}
		o.open()
		anna, ben := o.desks[0], o.desks[1]
		anna.meetAll()
		st, err := anna.engine.Add(t.Context(), t.TempDir(), "Plans", []identity.PersonID{person(ben)})
		check(t, err)
		ben.accept(st.ID)
		saved := func(p, content string) {
			check(t, anna.disk.Local().Save(p, []byte(content)))
			share.Heard(anna.engine, st.ID, p, true, false)
		}
		renamed := func(from, to string) {
			check(t, anna.disk.Local().Rename(from, to))
			share.Heard(anna.engine, st.ID, from, false, false)
			share.Heard(anna.engine, st.ID, to, true, false)
		}
		has := func(when string, after time.Duration, want map[string]string) {
			t.Helper()
			time.Sleep(after)
			synctest.Wait()
			if got := on(ben); !maps.Equal(got, want) {
				t.Errorf("%s Ben has %q, not %q", when, got, want)
			}
			if now, err := anna.engine.Get(st.ID); err != nil || now.State != share.InSync {
				t.Errorf("%s the share is %s (%v)", when, now.State, err)
			}
		}
		saved("5D3A1000", "first")
		has("while it is written", 30*time.Second, map[string]string{})
		renamed("5D3A1000", "Sales.xlsx")
		has("once it is saved", time.Second, map[string]string{"Sales.xlsx": "first"})
		saved("DEADBEEF", "a person's")
		has("at first", 50*time.Second, map[string]string{"Sales.xlsx": "first"})
		anna.restart()
		has("later", time.Minute, map[string]string{"Sales.xlsx": "first", "DEADBEEF": "a person's"})
		saved("DEADBEEF", "changed")
		has("once it is known", time.Second, map[string]string{"Sales.xlsx": "first", "DEADBEEF": "changed"})
		renamed("Sales.xlsx", "5D3A2000")
		has("renamed", share.QuietDelete+time.Second, map[string]string{"5D3A2000": "first", "DEADBEEF": "changed"})
	})
}
