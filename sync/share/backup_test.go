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

// TestBackup: a program that renames a document to its backup and then writes the document anew takes it from nobody, not for a moment; who renames it so and writes nothing has renamed it, a
// little later. Under a name with the same extension it is a person's doing, and is done everywhere at once.
func TestBackup(t *testing.T) {
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
		}
		saved("House.dwg", "first")
		has("saved once", time.Minute, map[string]string{"House.dwg": "first"})
		was := map[string]string{"House.dwg": "first"}
		for _, text := range []string{"second", "third"} {
			renamed("House.dwg", "House.bak")
			has("in the middle of saving", share.QuietDelete-500*time.Millisecond, was)
			saved("House.dwg", text)
			was = map[string]string{"House.dwg": text, "House.bak": was["House.dwg"]}
			has("saved again", time.Minute, was)
		}
		for _, n := range ben.account(st.ID) {
			if n.What == share.Deleted || n.What == share.Conflict {
				t.Errorf("Ben is told %+v", n)
			}
		}
		renamed("House.dwg", "House.old")
		has("renamed for good", share.QuietDelete+500*time.Millisecond, map[string]string{"House.old": "third", "House.bak": "second"})
		renamed("House.bak", "Garage.bak")
		has("renamed by a person", 500*time.Millisecond, map[string]string{"House.old": "third", "Garage.bak": "second"})
	})
}
