package share_test

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"

	"lanyard/sync/share"
)

// TestAskedAheadAndPublished: many new files are heard of, and in the same round of work an order publishes another file under the name of one of them.
// That is a conflict as any other: the copy is made, and nothing is taken away from under its owner.
func TestAskedAheadAndPublished(t *testing.T) {
	t.Parallel()
	o := memoryOffice(t, "Anna", "Ben")
	anna, ben := o.desks[0], o.desks[1]
	id := o.begin()
	check(t, anna.disk.Local().WriteFile("first", []byte("first")))
	o.level(id)
	annas := func(i int) string { return fmt.Sprint("Anna's ", i) + strings.Repeat(".", 40_000) } // too much to come along with the records
	check(t, share.Together(t.Context(), ben.engine, id, "new 3", func(came func() bool) {
		check(t, ben.disk.Local().WriteFile("new 3", []byte("Ben's")))
		for i := range 20 {
			check(t, anna.disk.Local().WriteFile(fmt.Sprint("new ", i), []byte(annas(i))))
		}
		share.Look(anna.engine, id)
		eventually(t, "Ben hears of Anna's files", came, anna.state(id))
	}))
	got := o.level(id)
	for _, c := range []string{"Ben's", annas(3)} {
		if !slices.Contains(slices.Collect(maps.Values(got)), c) {
			t.Errorf("%.20q is not shown:\n%s", c, listing(got))
		}
	}
	for _, d := range o.desks {
		trash, err := d.engine.Trash(t.Context(), id)
		check(t, err)
		for _, in := range trash {
			if d == ben && in.Path == "new 3" && in.By.ID == person(anna) && in.Reason == share.Changed {
				t.Errorf("Ben's file was replaced: %+v", in)
			}
		}
	}
}
