package agent_test

import (
	"testing"
	"time"

	"lanyard/internal/agent"
)

// TestAnnouncementRings: an announcement rings and says whom it is for, but not where the office is muted.
func TestAnnouncementRings(t *testing.T) {
	anna, ben := join(t, "Anna", agent.Options{}), join(t, "Ben", agent.Options{})
	meet(t, anna, ben)
	notes, _ := anna.seat(t)
	rings := func(title, body string) {
		t.Helper()
		select {
		case n := <-notes:
			if n.Title != title || n.Body != body {
				t.Errorf("%q rings: %q, not %q: %q", n.Title, n.Body, title, body)
			}
		case <-time.After(hang):
			t.Fatalf("%q does not ring", body)
		}
	}
	if _, err := ben.Announce(t.Context(), "Cake in the kitchen"); err != nil {
		t.Fatal(err)
	}
	rings("Ben to everybody in the office", "Cake in the kitchen")
	if _, err := anna.Mute(t.Context(), "office", true); err != nil {
		t.Fatal(err)
	}
	if _, err := ben.Announce(t.Context(), "More cake"); err != nil {
		t.Fatal(err)
	}
	if _, err := ben.Send(t.Context(), "Anna", "The last piece is yours"); err != nil {
		t.Fatal(err)
	}
	rings("Ben", "The last piece is yours")
}
