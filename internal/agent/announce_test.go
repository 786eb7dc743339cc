package agent_test

import (
	"testing"

	"lanyard/internal/agent"
)

// TestAnnouncementRings: an announcement rings and says whom it is for, but not where the office is muted.
func TestAnnouncementRings(t *testing.T) {
	anna, ben := join(t, "Anna", agent.Options{}), join(t, "Ben", agent.Options{})
	meet(t, anna, ben)
	notes, _ := anna.seat(t)
	if _, err := ben.Announce(t.Context(), "Cake in the kitchen"); err != nil {
		t.Fatal(err)
	}
	hears(t, notes, "[to everybody in the office] Ben", "Cake in the kitchen")
	if _, err := anna.Mute(t.Context(), "office", true); err != nil {
		t.Fatal(err)
	}
	if _, err := ben.Announce(t.Context(), "More cake"); err != nil {
		t.Fatal(err)
	}
	if _, err := ben.Send(t.Context(), "Anna", "The last piece is yours"); err != nil {
		t.Fatal(err)
	}
	hears(t, notes, "Ben", "The last piece is yours")
}
