package agent_test

import (
	"strings"
	"testing"
	"time"

	"lanyard/internal/agent"
	"lanyard/internal/api"
)

// TestUnsentTextIsTold: whoever planned a text, and may not send it when its time comes, is told so by a notification, though nothing is unread there.
func TestUnsentTextIsTold(t *testing.T) {
	anna := join(t, "Anna", agent.Options{})
	notes, _ := anna.seat(t)
	room, err := anna.CreateRoom(t.Context(), api.NewRoomRequest{Name: "Lunch"})
	if err != nil {
		t.Fatal(err)
	}
	planned, err := anna.SendLater(t.Context(), room.ID, api.LaterRequest{Text: "pizza?", Time: time.Now().Add(time.Hour)})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := anna.LeaveRoom(t.Context(), room.ID); err != nil {
		t.Fatal(err)
	}
	if _, err := anna.ChangeLater(t.Context(), planned.ID, api.LaterRequest{Text: "pizza?", Time: time.Now().Add(time.Second)}); err != nil {
		t.Fatal(err)
	}
	select {
	case n := <-notes:
		if n.Title != "[Not sent to] Lunch" || !strings.HasPrefix(n.Body, "you are no member of this room") || !strings.HasSuffix(n.Body, "It says: pizza?") || n.Conversation != room.ID {
			t.Errorf("told %+v", n)
		}
	case <-time.After(hang):
		t.Fatal("nobody is told")
	}
}
