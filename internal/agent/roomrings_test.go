package agent_test

import (
	"context"
	"testing"
	"time"

	"lanyard/internal/agent"
	"lanyard/internal/api"
)

// hears waits for the next notification, which is to be this one.
func hears(t *testing.T, notes <-chan api.Notification, title, body string) {
	t.Helper()
	select {
	case n := <-notes:
		if n.Title != title || n.Body != body {
			t.Errorf("%q rings: %q, not %q: %q", n.Title, n.Body, title, body)
		}
	case <-time.After(hang):
		t.Fatalf("%q does not ring", body)
	}
}

// TestBlockedDoNotRing: what somebody blocked says in a common room makes no notice, and what others say there does.
func TestBlockedDoNotRing(t *testing.T) {
	anna, ben, carla := join(t, "Anna", agent.Options{}), join(t, "Ben", agent.Options{}), join(t, "Carla", agent.Options{})
	meet(t, anna, ben)
	meet(t, anna, carla)
	meet(t, ben, carla)
	if _, err := anna.CreateRoom(t.Context(), api.NewRoomRequest{Name: "Plans", With: []string{"Ben", "Carla"}}); err != nil {
		t.Fatal(err)
	}
	for _, member := range []*person{ben, carla} {
		await(t, "all are members", func(ctx context.Context) (api.Room, error) { return member.Room(ctx, "Plans") }, func(r api.Room) bool { return len(r.Members) == 3 })
	}
	if err := anna.Block(t.Context(), "Ben"); err != nil {
		t.Fatal(err)
	}
	notes, _ := anna.seat(t)
	events := anna.listen(t)
	for _, from := range []*person{ben, carla} { // one conversation rings once in some seconds: Ben's would be in the place of Carla's
		text := "from " + from.Options.Name
		if _, err := from.Send(t.Context(), "Plans", text); err != nil {
			t.Fatal(err)
		}
		expect(t, events, api.EventMessage, func(m api.Message) bool { return m.Text == text })
	}
	hears(t, notes, "[in Plans] Carla", "from Carla")
}

// TestMutedRoomDoesNotTellOfMembers: that we are removed from a room which is muted makes no notice, and from another one does.
func TestMutedRoomDoesNotTellOfMembers(t *testing.T) {
	anna, ben := join(t, "Anna", agent.Options{}), join(t, "Ben", agent.Options{})
	rooms := []string{"Plans", "Lunch"}
	for _, room := range rooms {
		if _, err := ben.CreateRoom(t.Context(), api.NewRoomRequest{Name: room, Open: true}); err != nil {
			t.Fatal(err)
		}
		if _, err := ben.NameGroup(t.Context(), room, "Hosts", []string{"Ben"}); err != nil { // who joins where nothing happened yet waits for the time there
			t.Fatal(err)
		}
	}
	meet(t, anna, ben)
	for _, room := range rooms { // she joins herself: that she is invited would ring
		await(t, "she joins", func(ctx context.Context) (api.Room, error) { return anna.JoinRoom(ctx, room) }, func(r api.Room) bool { return r.Member })
		await(t, "Ben knows", func(ctx context.Context) (api.Room, error) { return ben.Room(ctx, room) }, func(r api.Room) bool { return len(r.Members) == 2 })
	}
	if _, err := anna.Mute(t.Context(), "Plans", true); err != nil {
		t.Fatal(err)
	}
	notes, _ := anna.seat(t)
	events := anna.listen(t)
	for _, room := range rooms {
		if _, err := ben.RemoveFromRoom(t.Context(), room, "Anna"); err != nil {
			t.Fatal(err)
		}
		expect(t, events, api.EventRoom, func(r api.RoomChange) bool { return r.What == "removed" && r.Name == room })
	}
	hears(t, notes, "Ben", "removed you from the room Lunch")
}

// TestStrangersRoomDoesNotRing: a room into which somebody brought us to whom we never wrote makes no notice, neither of what is said there nor of our removal; what they write to us does.
func TestStrangersRoomDoesNotRing(t *testing.T) {
	anna, ben := join(t, "Anna", agent.Options{}), join(t, "Ben", agent.Options{})
	meet(t, anna, ben)
	notes, _ := anna.seat(t)
	events := anna.listen(t)
	made, err := ben.CreateRoom(t.Context(), api.NewRoomRequest{Name: "Plans", With: []string{"Anna"}})
	if err != nil {
		t.Fatal(err)
	}
	await(t, "she is a member", func(ctx context.Context) (api.Room, error) { return anna.Room(ctx, made.ID) }, func(r api.Room) bool { return r.Member && r.Quiet })
	if _, err := ben.Send(t.Context(), "Plans", "Have a look at this"); err != nil {
		t.Fatal(err)
	}
	expect(t, events, api.EventMessage, func(m api.Message) bool { return m.Text == "Have a look at this" })
	if _, err := ben.RemoveFromRoom(t.Context(), "Plans", "Anna"); err != nil {
		t.Fatal(err)
	}
	expect(t, events, api.EventRoom, func(r api.RoomChange) bool { return r.What == "removed" && r.Name == "Plans" })
	if _, err := ben.Send(t.Context(), "Anna", "It was only me"); err != nil {
		t.Fatal(err)
	}
	hears(t, notes, "Ben", "It was only me")
}
