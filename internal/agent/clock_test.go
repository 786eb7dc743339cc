package agent_test

import (
	"slices"
	"strings"
	"testing"
	"time"

	"lanyard/internal/agent"
	"lanyard/internal/api"
)

// TestWrongClock: on a computer whose clock is far off, what is wrong says so, and why announcements reach nobody; its row says so at the others'.
func TestWrongClock(t *testing.T) {
	const off = 400 * 24 * time.Hour
	anna := join(t, "Anna", agent.Options{Clock: func() time.Time { return time.Now().Add(off) }})
	ben, cem := join(t, "Ben", agent.Options{}), join(t, "Cem", agent.Options{})
	meet(t, anna, ben)
	meet(t, anna, cem)
	meet(t, ben, cem)
	const told = "This computer's clock is 400 days ahead of your colleagues'."
	await(t, "Anna is told", anna.Status, func(s api.Status) bool {
		return slices.ContainsFunc(s.Problems, func(p api.Problem) bool {
			return p.Text == told && strings.HasPrefix(p.Remedy, "Set its date") && p.Severity == "warning"
		})
	})
	findings, err := anna.Doctor(t.Context())
	if err != nil || !slices.ContainsFunc(findings, func(f api.Finding) bool { return f.Text == told }) {
		t.Errorf("the doctor finds %+v, %v", findings, err)
	}
	office, err := anna.Office(t.Context())
	if err != nil || office.Problem != "Those who are here take no announcements from this computer: by their clocks its own is 400 days ahead." || office.Remedy == "" {
		t.Errorf("of the office is told %+v, %v", office, err)
	}
	await(t, "Ben sees it", ben.Peers, func(peers []api.Peer) bool {
		return slices.ContainsFunc(peers, func(p api.Peer) bool { return p.Name == "Anna" && p.Clock == "400 days ahead" })
	})
	await(t, "Ben's doctor finds it", ben.Doctor, func(findings []api.Finding) bool {
		return slices.ContainsFunc(findings, func(f api.Finding) bool {
			return f.ID == "clocks" && strings.Contains(f.Text, "The clock of Anna's computer") && f.Remedy != ""
		})
	})
	if office, err := ben.Office(t.Context()); err != nil || office.Problem != "" {
		t.Errorf("of the office Ben is told %+v, %v", office, err)
	}
}
