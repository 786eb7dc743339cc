package agent_test

import (
	"testing"

	"lanyard/internal/agent"
	"lanyard/internal/api"
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

// TestAnnouncementOfSomebodyNeverMetDoesNotRing: what somebody announced whom our computer never met, and which came by way of a colleague, makes no notice.
func TestAnnouncementOfSomebodyNeverMetDoesNotRing(t *testing.T) {
	anna, ben, carla := join(t, "Anna", agent.Options{}), join(t, "Ben", agent.Options{}), join(t, "Carla", agent.Options{})
	meet(t, ben, carla)
	cake := func(m api.Message) bool { return m.Text == "Cake in the kitchen" }
	heard := carla.listen(t)
	if _, err := ben.Announce(t.Context(), "Cake in the kitchen"); err != nil {
		t.Fatal(err)
	}
	expect(t, heard, api.EventMessage, cake)
	ben.End() // before Anna learns where he is
	notes, _ := anna.seat(t)
	events := anna.listen(t)
	meet(t, anna, carla)
	expect(t, events, api.EventMessage, cake)
	if _, err := carla.Send(t.Context(), "Anna", "Did you see that?"); err != nil {
		t.Fatal(err)
	}
	hears(t, notes, "Carla", "Did you see that?")
}
