package main

import (
	"bufio"
	"strings"
	"testing"

	"lanyard/internal/api"
)

// TestVerifiedTellsWhatToDo: what was altered is told with what to do about it, and only then.
func TestVerifiedTellsWhatToDo(t *testing.T) {
	told := func(altered bool) string {
		var out strings.Builder
		c := &call{out: bufio.NewWriter(&out)}
		printVerified(c, []api.Verification{{Name: "Ben"}, {Name: "Anna", Altered: altered}})
		if err := c.out.Flush(); err != nil {
			t.Fatal(err)
		}
		return out.String()
	}
	if got := told(true); !strings.Contains(got, "Anna: ALTERED") || strings.Count(got, "Stop Lanyard and put back") != 1 || !strings.Contains(got, "lanyard export") {
		t.Errorf("of something altered is told %q", got)
	}
	if got := told(false); strings.Contains(got, "put back") {
		t.Errorf("of nothing altered is told %q", got)
	}
}

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
