package agent_test

import (
	"context"
	"testing"

	"lanyard/internal/agent"
	"lanyard/internal/api"
)

// TestBlockedMarkNoRooms: a room that has the name of a person is marked, and no more once that person is blocked: else they would mark whatever they call themselves after.
func TestBlockedMarkNoRooms(t *testing.T) {
	anna, lunch := join(t, "Anna", agent.Options{}), join(t, "Lunch", agent.Options{})
	meet(t, anna, lunch)
	made, err := anna.CreateRoom(t.Context(), api.NewRoomRequest{Name: "Lunch"})
	if err != nil {
		t.Fatal(err)
	}
	marked := func(as string) {
		t.Helper()
		await(t, "the room is marked as "+as, func(ctx context.Context) (api.Room, error) { return anna.Room(ctx, made.ID) }, func(r api.Room) bool { return r.LookalikeOf == as })
	}
	marked("person")
	row := sees(t, anna, "Lunch", linked)
	if err := anna.Block(t.Context(), row.Person); err != nil {
		t.Fatal(err)
	}
	marked("")
	if err := anna.Unblock(t.Context(), row.Person); err != nil {
		t.Fatal(err)
	}
	marked("person")
}
