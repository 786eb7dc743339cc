package agent_test

import (
	"context"
	"fmt"
	"slices"
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
	hears(t, notes, "Ben", "look, @Anna")
	await(t, "the list tells it", func(ctx context.Context) (api.Conversation, error) { return anna.Conversation(ctx, "Ben") }, func(row api.Conversation) bool {
		return row.Unread == 2 && row.Mentioned && row.Muted
	})
	if row, err := anna.Read(t.Context(), "Ben", ""); err != nil || row.Unread != 0 || row.Mentioned {
		t.Errorf("read, the list has %+v: %v", row, err)
	}
}

// TestGroupMentionRings: in a muted room a text rings that mentions a group of ours or everyone, by its name in the text alone, and no other group does.
func TestGroupMentionRings(t *testing.T) {
	anna, ben := join(t, "Anna", agent.Options{}), join(t, "Ben", agent.Options{})
	meet(t, anna, ben)
	for _, room := range []string{"Plans", "Lunch"} { // her own: that she is invited would ring, and one conversation rings once in some seconds
		if _, err := anna.CreateRoom(t.Context(), api.NewRoomRequest{Name: room, With: []string{"Ben"}}); err != nil {
			t.Fatal(err)
		}
		if _, err := anna.Mute(t.Context(), room, true); err != nil {
			t.Fatal(err)
		}
	}
	await(t, "Ben is a member", ben.Rooms, func(all []api.Room) bool { return len(all) == 2 && all[0].Member && all[1].Member })
	if _, err := anna.NameGroup(t.Context(), "Plans", "Sales", []string{"Anna"}); err != nil {
		t.Fatal(err)
	}
	if _, err := ben.NameGroup(t.Context(), "Plans", "Others", []string{"Ben"}); err != nil {
		t.Fatal(err)
	}
	await(t, "both groups are here", func(ctx context.Context) (api.Room, error) { return ben.Room(ctx, "Plans") }, func(r api.Room) bool { return len(r.Groups) == 2 })
	notes, _ := anna.seat(t)
	sender, err := ben.SendLines(t.Context(), "Plans", "")
	if err != nil {
		t.Fatal(err)
	}
	defer sender.Close()
	for _, text := range []string{"not for her", "@Others neither", "@sales, please"} {
		if err := sender.Send(text); err != nil {
			t.Fatal(err)
		}
	}
	if err := sender.CloseSend(); err != nil {
		t.Fatal(err)
	}
	hear := func(want string) {
		t.Helper()
		select {
		case n := <-notes:
			if !strings.Contains(n.Body, want) {
				t.Errorf("what rings is %+v, want %q", n, want)
			}
		case <-time.After(hang):
			t.Fatalf("%q does not ring", want)
		}
	}
	hear("@sales, please")
	if _, err := ben.Post(t.Context(), "Lunch", api.PostRequest{Text: "lunch", Mentions: []string{"EVERYONE"}}); err != nil {
		t.Fatal(err)
	}
	hear("lunch")
	want := []string{"not for her [] false", "@Others neither [Others] false", "@sales, please [Sales] true", "lunch [everyone] true"}
	await(t, "each message tells whom it mentions", func(ctx context.Context) (told []string, err error) {
		for _, room := range []string{"Plans", "Lunch"} {
			page, err := anna.Messages(ctx, room, api.Query{})
			if err != nil {
				return nil, err
			}
			for _, m := range page.Messages {
				if m.Kind == "text" {
					told = append(told, fmt.Sprintf("%s %s %v", m.Text, m.Groups, m.Mentioned))
				}
			}
		}
		return told, nil
	}, func(told []string) bool { return slices.Equal(told, want) })
}
