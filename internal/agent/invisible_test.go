package agent_test

import (
	"context"
	"slices"
	"testing"
	"time"

	"lanyard/discovery"
	"lanyard/internal/agent"
	"lanyard/internal/api"
	"lanyard/internal/doctor"
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

// unheard is a network on which nobody else is heard.
type unheard struct{ config discovery.Config }

func (u unheard) State() discovery.State {
	return discovery.State{Problems: []discovery.Problem{{ID: discovery.ProblemSilence, Sentence: "Nobody else was heard.", Remedy: "Add them."}}}
}

func (u unheard) Run(ctx context.Context) error {
	u.config.OnState(u.State())
	<-ctx.Done()
	return nil
}

func (unheard) Refresh() {}

// TestAloneWithTheInvisible: whether somebody is alone is told as the list shows it: by a problem, and by what the examination finds, of which a link of somebody invisible would make less.
func TestAloneWithTheInvisible(t *testing.T) {
	anna, ben := join(t, "Anna", agent.Options{Discover: func(c discovery.Config) agent.Discoverer { return unheard{c} }}), join(t, "Ben", agent.Options{})
	carla := join(t, "Carla", agent.Options{}) // looks for nobody at all
	told := func(when, severity string) {
		t.Helper()
		await(t, "what is told "+when, anna.Status, func(s api.Status) bool {
			return slices.ContainsFunc(s.Problems, func(p api.Problem) bool { return p.Text == "Nobody else was heard." && p.Severity == severity })
		})
		await(t, "what is found "+when, carla.Doctor, func(all []api.Finding) bool {
			return slices.ContainsFunc(all, func(f api.Finding) bool { return f.ID == doctor.MDNSPort && f.Severity == severity })
		})
	}
	told("alone", "warning")
	meet(t, anna, ben)
	meet(t, carla, ben)
	told("with Ben", "note")
	if _, err := ben.SetPresence(t.Context(), "invisible", ""); err != nil {
		t.Fatal(err)
	}
	for _, who := range []*person{anna, carla} {
		sees(t, who, "Ben", func(p api.Peer) bool { return !p.Link })
	}
	told("with Ben invisible", "warning")
	if _, err := ben.SetPresence(t.Context(), "available", ""); err != nil {
		t.Fatal(err)
	}
	told("with Ben again", "note")
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
