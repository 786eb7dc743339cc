package agent

import (
	"strings"
	"testing"

	"lanyard/internal/identity"
	"lanyard/sync/share"
)

// TestConflictRings: a conflict is every member's to see, and rings for its two authors alone, each of whom hears of the other.
func TestConflictRings(t *testing.T) {
	anna, ben, carla := identity.PersonID{1}, identity.PersonID{2}, identity.PersonID{3}
	n := share.Notice{What: share.Conflict, Path: "Budget.xlsx", By: share.Person{ID: ben, Name: "Ben"}, Other: share.Person{ID: anna, Name: "Anna"}}
	for _, c := range []struct {
		who  identity.PersonID
		hear string
	}{{anna, "Ben"}, {ben, "Anna"}, {carla, ""}} {
		h, rings := ofNotice(n, c.who)
		if rings != (c.hear != "") || h.Name != c.hear || rings && !strings.Contains(h.Text, "Budget.xlsx") {
			t.Errorf("person %x hears %+v, %v; want %q", c.who[0], h, rings, c.hear)
		}
	}
	n.What = share.Changed
	if h, rings := ofNotice(n, anna); rings {
		t.Errorf("a change rings: %+v", h)
	}
}
