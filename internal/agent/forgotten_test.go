package agent_test

import (
	"testing"

	"lanyard/internal/agent"
	"lanyard/internal/api"
)

// TestForgottenStaysBlocked: who was blocked and taken off the list is listed as blocked, cannot come back, and can be unblocked by name.
func TestForgottenStaysBlocked(t *testing.T) {
	anna, eva := join(t, "Anna", agent.Options{}), join(t, "Eva Kern", agent.Options{})
	meet(t, anna, eva)
	for _, do := range []func() error{
		func() error { return anna.Block(t.Context(), "Eva Kern") },
		func() error { return anna.Forget(t.Context(), "Eva Kern") },
	} {
		if err := do(); err != nil {
			t.Fatal(err)
		}
	}
	if _, err := eva.Add(t.Context(), loopback(anna)); api.CodeOf(err) != api.CodeOffline {
		t.Errorf("she comes in all the same: %v", err)
	}
	if rows, err := anna.Peers(t.Context()); err != nil || len(rows) != 0 {
		t.Errorf("on the list: %+v, %v", rows, err)
	}
	rows, err := anna.Blocked(t.Context())
	if err != nil || len(rows) != 1 || rows[0].Name != "Eva Kern" || rows[0].Trust != "blocked" || !rows[0].Forgotten {
		t.Errorf("blocked: %+v, %v", rows, err)
	}
	if err := anna.Unblock(t.Context(), "eva kern"); err != nil {
		t.Fatal(err)
	}
	if rows, err := anna.Blocked(t.Context()); err != nil || len(rows) != 0 {
		t.Errorf("still blocked: %+v, %v", rows, err)
	}
	meet(t, anna, eva)
	if rows, err := anna.Peers(t.Context()); err != nil || len(rows) != 1 || rows[0].Trust != "seen" || rows[0].Forgotten {
		t.Errorf("back: %+v, %v", rows, err)
	}
}
