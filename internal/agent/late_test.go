package agent_test

import (
	"testing"

	"lanyard/internal/agent"
	"lanyard/internal/api"
)

// TestLateNotificationTellsWhatIsThere: who is told at the end of being busy reads what was edited meanwhile as it is, and nothing of what was deleted.
func TestLateNotificationTellsWhatIsThere(t *testing.T) {
	anna, ben := join(t, "Anna", agent.Options{}), join(t, "Ben", agent.Options{})
	meet(t, anna, ben)
	notes, _ := anna.seat(t)
	if _, err := anna.SetPresence(t.Context(), "busy", ""); err != nil {
		t.Fatal(err)
	}
	events := anna.listen(t)
	stays, err := ben.Send(t.Context(), "Anna", "lunch at one")
	if err != nil {
		t.Fatal(err)
	}
	slip, err := ben.Send(t.Context(), "Anna", "oops, wrong person")
	if err != nil {
		t.Fatal(err)
	}
	if _, err := ben.Edit(t.Context(), stays.ID, "lunch at two"); err != nil {
		t.Fatal(err)
	}
	if _, err := ben.Delete(t.Context(), slip.ID); err != nil {
		t.Fatal(err)
	}
	expect(t, events, api.EventAmended, func(m api.Message) bool { return m.Deleted }) // it is told after all that was told before, so that both messages came while she was busy
	if _, err := anna.SetPresence(t.Context(), "available", ""); err != nil {
		t.Fatal(err)
	}
	hears(t, notes, "Ben", "lunch at two")
}
