package agent_test

import (
	"context"
	"net/http"
	"slices"
	"strings"
	"testing"

	"lanyard/internal/agent"
	"lanyard/internal/api"
)

// TestMistyped: what is typed wrongly is told as that, and not as somebody away; an ID of zeros is the ID of nothing.
func TestMistyped(t *testing.T) {
	anna, ben := join(t, "Anna", agent.Options{}), join(t, "Ben", agent.Options{})
	meet(t, anna, ben)
	for _, address := range []string{"", "http://x", "127.0.0.1:99999", "a b"} {
		if _, err := anna.Add(t.Context(), address); api.CodeOf(err) != api.CodeUsage {
			t.Errorf("%q: %v", address, err)
		}
	}
	if _, err := ben.Send(t.Context(), "Anna", "hello"); err != nil {
		t.Fatal(err)
	}
	unread := func(ctx context.Context) (int, error) {
		all, err := anna.Conversations(ctx)
		for _, one := range all {
			if one.Name == "Ben" {
				return one.Unread, err
			}
		}
		return 0, err
	}
	await(t, "it came", unread, func(n int) bool { return n == 1 })
	nothing := strings.Repeat("0", 64)
	kept := map[string]string{}
	for _, e := range []example{
		{method: http.MethodPut, path: "/api/v1/conversations/Ben/read", body: `{"upTo": "` + nothing + `"}`},
		{method: http.MethodGet, path: "/api/v1/conversations/Ben/messages?around=" + nothing},
	} {
		if status, answer := ask(t, anna, e, kept); status != http.StatusNotFound {
			t.Errorf("%s %s: %d %v", e.method, e.path, status, answer)
		}
	}
	for _, e := range []example{
		{method: http.MethodPut, path: "/api/v1/conversations/Ben/read", body: `null`},
		{method: http.MethodPut, path: "/api/v1/conversations/Ben/read", body: `{"upTo": null}`},
		{method: http.MethodPut, path: "/api/v1/me/presence", body: `{"presence": "busy", "text": "` + strings.Repeat("x", 41) + `"}`},
		{method: http.MethodPut, path: "/api/v1/me/presence", body: `{"presence": "busy", "text": "` + strings.Repeat("x", 161) + `"}`},
	} {
		if status, answer := ask(t, anna, e, kept); status != http.StatusBadRequest {
			t.Errorf("%s %s: %d %v", e.method, e.body, status, answer)
		}
	}
	if n, err := unread(t.Context()); err != nil || n != 1 {
		t.Errorf("%d unread, %v", n, err)
	}
}

// TestOpenRoomByName: who names an open room that they are not in is told to join it.
func TestOpenRoomByName(t *testing.T) {
	anna, ben := join(t, "Anna", agent.Options{}), join(t, "Ben", agent.Options{})
	meet(t, anna, ben)
	room, err := ben.CreateRoom(t.Context(), api.NewRoomRequest{Name: "Lunch", Open: true})
	if err != nil {
		t.Fatal(err)
	}
	await(t, "Anna is told of the room", anna.Rooms, func(all []api.Room) bool {
		return slices.ContainsFunc(all, func(one api.Room) bool { return one.ID == room.ID })
	})
	_, send := anna.Send(t.Context(), "lunch", "hello")
	_, invite := anna.InviteToRoom(t.Context(), "Lunch", "Ben")
	for what, err := range map[string]error{"send": send, "invite": invite} {
		if api.CodeOf(err) != api.CodeConflict || !strings.Contains(err.Error(), "lanyard room join "+room.ID) {
			t.Errorf("%s: %v", what, err)
		}
	}
}
