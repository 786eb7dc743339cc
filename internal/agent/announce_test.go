package agent_test

import (
	"slices"
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
	hears(t, notes, "Ben to everybody in the office", "Cake in the kitchen")
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
