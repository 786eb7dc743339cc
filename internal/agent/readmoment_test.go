package agent_test

import (
	"slices"
	"testing"

	"lanyard/internal/agent"
	"lanyard/internal/api"
)

// keepsReading starts two who know each other, of whom the first does not tell what they read, and what happens at theirs.
func keepsReading(t *testing.T) (one, other *person, events *api.Stream[api.Event]) {
	t.Helper()
	one, other = join(t, "Anna", agent.Options{}), join(t, "Ben", agent.Options{})
	meet(t, one, other)
	off := false
	if _, err := one.SetSettings(t.Context(), api.SettingsRequest{ReadMarks: &off}); err != nil {
		t.Fatal(err)
	}
	events, err := one.Events(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { events.Close() })
	return one, other, events
}

// TestMomentOfReadingIsKept: who does not tell what they read does not learn the moment at which others read, either.
func TestMomentOfReadingIsKept(t *testing.T) {
	anna, ben, events := keepsReading(t)
	sent, err := anna.Send(t.Context(), "Ben", "lunch?")
	if err != nil {
		t.Fatal(err)
	}
	await(t, "it to be there", ben.Conversations, func(all []api.Conversation) bool { return len(all) == 1 && all[0].Unread == 1 })
	if _, err := ben.Read(t.Context(), "Anna", ""); err != nil {
		t.Fatal(err)
	}
	if _, err := ben.Send(t.Context(), "Anna", "yes"); err != nil {
		t.Fatal(err)
	}
	var states []string
	for done := false; !done; {
		e, err := events.Next()
		if err != nil {
			t.Fatal(err)
		}
		var state api.StateChange
		var m api.Message
		switch e.Type {
		case api.EventState:
			err = e.Into(&state)
		case api.EventMessage:
			err = e.Into(&m)
		}
		if err != nil {
			t.Fatal(err)
		}
		if state.ID == sent.ID {
			states = append(states, state.State)
		}
		done = m.Text == "yes"
	}
	if !slices.Equal(states, []string{"delivered"}) {
		t.Errorf("Anna was told %q", states)
	}
}

// TestMomentOfReadingAnAnnouncement: who does not tell what they read learns neither when nor by how many what they announced was read.
func TestMomentOfReadingAnAnnouncement(t *testing.T) {
	anna, ben, events := keepsReading(t)
	cake, err := anna.Announce(t.Context(), "Cake")
	if err != nil {
		t.Fatal(err)
	}
	// next is the text of the next message, or that it was told how far the announcement got.
	next := func() (text string, told bool) {
		t.Helper()
		e, err := events.Next()
		var m api.Message
		var r api.ReachChange
		switch {
		case err != nil:
		case e.Type == api.EventMessage:
			err = e.Into(&m)
		case e.Type == api.EventReach:
			err = e.Into(&r)
		}
		if err != nil {
			t.Fatal(err)
		}
		return m.Text, r.ID == cake.ID
	}
	for told := false; !told; {
		_, told = next()
	}
	await(t, "it to be there", ben.Conversations, func(all []api.Conversation) bool {
		return slices.ContainsFunc(all, func(c api.Conversation) bool { return c.Unread == 1 })
	})
	if _, err := ben.Read(t.Context(), "office", ""); err != nil {
		t.Fatal(err)
	}
	for _, text := range []string{"lunch?", "now?"} { // what was read is told before the second at the latest
		if _, err := ben.Send(t.Context(), "Anna", text); err != nil {
			t.Fatal(err)
		}
		for said, told := "", false; said != text; {
			if said, told = next(); told {
				t.Error("it is told when it was read")
			}
		}
	}
	reach := func() api.Reach {
		t.Helper()
		page, err := anna.Messages(t.Context(), "office", api.Query{})
		if err != nil || len(page.Messages) != 1 || page.Messages[0].Reach == nil {
			t.Fatalf("%+v %v", page.Messages, err)
		}
		return *page.Messages[0].Reach
	}
	if r := reach(); r.Delivered != 1 || r.Read != 0 {
		t.Errorf("shown is %+v", r)
	}
	on := true
	if _, err := anna.SetSettings(t.Context(), api.SettingsRequest{ReadMarks: &on}); err != nil {
		t.Fatal(err)
	}
	if r := reach(); r.Read != 1 {
		t.Errorf("shown is %+v to who tells what they read", r)
	}
}
