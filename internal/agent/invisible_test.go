package agent_test

import (
	"context"
	"slices"
	"testing"
	"time"

	"lanyard/internal/agent"
	"lanyard/internal/api"
)

// TestLiveTextKeepsTheInvisible: live text is off with who is invisible, also after a restart of theirs, and nothing that is told of them differs from what is told of who is gone.
func TestLiveTextKeepsTheInvisible(t *testing.T) {
	anna, ben := join(t, "Anna", agent.Options{}), join(t, "Ben", agent.Options{})
	meet(t, anna, ben)
	on := true
	anna.note(t, "Ben", api.MarksRequest{Live: &on})
	ben.note(t, "Anna", api.MarksRequest{Live: &on})
	both := func(p api.Peer) bool { return p.Link && p.LiveText == "both" }
	sees(t, anna, "Ben", both)
	sees(t, ben, "Anna", both)
	events := anna.listen(t)
	be := func(presence string) {
		t.Helper()
		if _, err := ben.SetPresence(t.Context(), presence, ""); err != nil {
			t.Fatal(err)
		}
	}
	be("invisible")
	sees(t, ben, "Anna", func(p api.Peer) bool { return p.LiveText == "theirs" })
	sees(t, anna, "Ben", func(p api.Peer) bool { return !p.Link && p.LiveText == "mine" })
	if _, err := ben.Mark(t.Context(), "Anna", api.MarksRequest{Live: &on}); api.CodeOf(err) != api.CodeConflict {
		t.Errorf("switched on while invisible: %v", err)
	}
	ben.End()
	ben.Start()
	said, err := anna.Send(t.Context(), "Ben", "over the new link")
	if err != nil {
		t.Fatal(err)
	}
	await(t, "it to be delivered", func(ctx context.Context) (api.Page, error) { return anna.Messages(ctx, "Ben", api.Query{}) }, func(p api.Page) bool {
		return slices.ContainsFunc(p.Messages, func(m api.Message) bool { return m.ID == said.ID && m.States[0].State == "delivered" })
	})
	sees(t, anna, "Ben", func(p api.Peer) bool { return !p.Link && p.LiveText == "mine" })
	be("available")
	gone := false
	expect(t, events, api.EventPresence, func(p api.Peer) bool {
		gone = gone || !p.Link
		if !p.Link && p.LiveText != "mine" {
			t.Errorf("told of somebody invisible: %+v", p)
		}
		return gone && both(p)
	})
}

// TestComingInvisiblyIsNotTold: links of somebody invisible that end and come up make no event, also for a reader of somebody who was started only then.
func TestComingInvisiblyIsNotTold(t *testing.T) {
	anna, ben := join(t, "Anna", agent.Options{}), join(t, "Ben", agent.Options{})
	meet(t, anna, ben)
	before := anna.listen(t)
	if _, err := ben.SetPresence(t.Context(), "invisible", ""); err != nil {
		t.Fatal(err)
	}
	expect(t, before, api.EventPresence, func(p api.Peer) bool { return !p.Link }) // what is told of it is told
	quiet := func(when string, restart func()) {
		t.Helper()
		restart()
		events := anna.listen(t)
		if when == "while Anna runs" {
			ben.End()
			ben.Start()
		}
		said, err := anna.Send(t.Context(), "Ben", "are you here?")
		if err != nil {
			t.Fatal(err)
		}
		late := time.AfterFunc(hang, func() { _ = events.Close() })
		defer late.Stop()
		for delivered := false; !delivered; {
			e, err := events.Next()
			if err != nil {
				t.Fatalf("%s: %v", when, err)
			}
			var state api.StateChange
			switch e.Type {
			case api.EventPresence:
				var row api.Peer
				if err := e.Into(&row); err != nil {
					t.Fatal(err)
				}
				t.Errorf("%s: told of %+v", when, row)
			case api.EventState:
				if err := e.Into(&state); err != nil {
					t.Fatal(err)
				}
			}
			delivered = state.ID == said.ID && state.State == "delivered"
		}
	}
	quiet("while Anna runs", func() {})
	ben.End()
	quiet("who was away", func() { anna.End(); anna.Start(); ben.Start() })
}
