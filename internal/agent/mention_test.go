package agent_test

import (
	"strings"
	"testing"
	"time"

	"lanyard/internal/agent"
	"lanyard/internal/api"
)

// TestMentionRings: nothing of a muted conversation rings but what mentions our person.
func TestMentionRings(t *testing.T) {
	anna, ben := join(t, "Anna", agent.Options{}), join(t, "Ben", agent.Options{})
	meet(t, anna, ben)
	notes, _ := anna.seat(t)
	if _, err := anna.Mute(t.Context(), "Ben", true); err != nil {
		t.Fatal(err)
	}
	if _, err := ben.Send(t.Context(), "Anna", "not for her ears"); err != nil {
		t.Fatal(err)
	}
	if _, err := ben.Post(t.Context(), "Anna", api.PostRequest{Text: "look, @Anna", Mentions: []string{anna.Me.Person}}); err != nil {
		t.Fatal(err)
	}
	select {
	case n := <-notes:
		if n.Title != "Ben" || !strings.Contains(n.Body, "look, @Anna") {
			t.Errorf("the first that rings is %+v", n)
		}
	case <-time.After(hang):
		t.Fatal("a mention does not ring")
	}
}
