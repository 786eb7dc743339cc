package agent

import (
	"slices"
	"testing"
)

// TestLentStays: what is passed on is not removed, also while it goes to several, and what lies beside it is.
func TestLentStays(t *testing.T) {
	var l lent
	free := func() (free []string) {
		t.Helper()
		if err := l.unlessLent([]string{"plan", "photo"}, func(some []string) error { free = some; return nil }); err != nil {
			t.Error(err)
		}
		return free
	}
	l.hold("plan")
	l.hold("plan") // and to somebody else
	for range 2 {
		if got := free(); !slices.Equal(got, []string{"photo"}) {
			t.Errorf("removed are %q", got)
		}
		l.free("plan")
	}
	if got := free(); !slices.Equal(got, []string{"photo"}) {
		t.Errorf("removed are %q: that somebody waits for what was passed on is not known yet", got)
	}
	l.look()
	if got := free(); !slices.Equal(got, []string{"plan", "photo"}) {
		t.Errorf("removed are %q", got)
	}
	if len(l.held) > 0 {
		t.Errorf("%v is kept in mind", l.held)
	}
}
