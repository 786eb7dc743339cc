package main

import (
	"testing"

	"lanyard/internal/api"
)

// TestWordless: of events without words is told why they have none, and of nothing else.
func TestWordless(t *testing.T) {
	for _, c := range []struct {
		n    int
		by   api.Gone
		want string
	}{
		{0, api.Gone{}, ""},
		{1, api.Gone{Deleted: 1}, ", without words here: 1 deleted"},
		{21, api.Gone{Deleted: 1, TooOld: 2, Forgotten: 3, NotOurs: 4, Awaited: 5, Unexplained: 6},
			", without words here: 1 deleted, 2 too old, 3 forgotten with the room, 4 not for you, 5 asked of others, 6 nobody knows why"},
	} {
		if got := wordless(c.n, c.by); got != c.want {
			t.Errorf("%+v: %q and not %q", c.by, got, c.want)
		}
	}
}
