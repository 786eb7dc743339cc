package chat

import (
	"testing"

	"lanyard/chat/event"
	"lanyard/internal/identity"
)

// TestRoomTellsHowItEnded: a room that our person left, or was removed from, stays on the list and tells how; if they never opened it, it is among their rooms only. Who brought them in is told, too.
func TestRoomTellsHowItEnded(t *testing.T) {
	inMemory(t, func(t *testing.T, s *site) {
		all := s.office(t, "Anna", "Ben", "Carla", "Dora")
		anna, ben, carla, dora := all[0], all[1], all[2], all[3]
		room := roomOfAll(t, NewRoom{Open: true}, all...)
		if _, err := carla.MarkRead(t.Context(), room, event.ID{}); err != nil { // she opens it, Dora never does
			t.Fatal(err)
		}
		if r := ben.room(t, room); r.InvitedBy != anna.person() || !r.Quiet || r.Ended != nil {
			t.Errorf("Ben: %+v", r)
		}
		if r := anna.room(t, room); r.InvitedBy != (identity.PersonID{}) || r.Quiet || r.Ended != nil {
			t.Errorf("Anna: %+v", r)
		}
		for _, a := range []*agent{dora, carla} {
			if _, err := anna.Remove(t.Context(), room, a.person()); err != nil {
				t.Fatal(err)
			}
		}
		ben.awaitMembers(t, room, anna, ben) // else Carla would get his leaving, too
		if _, err := ben.Leave(t.Context(), room); err != nil {
			t.Fatal(err)
		}
		anna.awaitMembers(t, room, anna)
		carla.awaitMembers(t, room, anna, ben) // who is out hears nothing of what comes after
		dora.awaitMembers(t, room, anna, ben, carla)
		for range 2 {
			if rows, err := dora.Conversations(t.Context()); err != nil || len(rows) != 0 {
				t.Errorf("Dora's list: %+v %v", rows, err)
			}
			if rooms, err := dora.Rooms(t.Context()); err != nil || len(rooms) != 1 || rooms[0].ID != room || rooms[0].Room.Ended == nil {
				t.Errorf("Dora's rooms: %+v %v", rooms, err)
			}
			if end := ben.room(t, room).Ended; end == nil || end.What != "left" || end.By != ben.person() || end.Time.IsZero() {
				t.Errorf("Ben: %+v", end)
			}
			if end := carla.room(t, room).Ended; end == nil || end.What != "removed" || end.By != anna.person() {
				t.Errorf("Carla: %+v", end)
			}
			for _, a := range []*agent{ben, carla, dora} { // nothing was ever said in it, and still it is there
				a.stop()
				a.run(t)
			}
		}
		dora.forget(t, room)
		if rooms, err := dora.Rooms(t.Context()); err != nil || len(rooms) != 0 {
			t.Errorf("Dora's rooms after she forgot it: %+v %v", rooms, err)
		}
		ben.awaitLink(t, anna)
		if _, err := ben.Join(t.Context(), room); err != nil {
			t.Fatal(err)
		}
		if r := ben.room(t, room); r.Ended != nil || r.InvitedBy != (identity.PersonID{}) {
			t.Errorf("Ben is back by himself: %+v", r)
		}
	})
}

// room is a room as the list of conversations has it.
func (a *agent) room(t *testing.T, id event.ConversationID) Room {
	t.Helper()
	rows, err := a.Conversations(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	for _, row := range rows {
		if row.ID == id {
			return *row.Room
		}
	}
	t.Fatalf("%s has no such room on the list: %+v", a.name, rows)
	return Room{}
}

// TestOpenRoomsAreTold: subscribers hear when other rooms may be joined: one is made, gets another name, or nobody who is here tells of it any more.
func TestOpenRoomsAreTold(t *testing.T) {
	inMemory(t, func(t *testing.T, s *site) {
		all := s.office(t, "Anna", "Ben")
		anna, ben := all[0], all[1]
		told := make(chan struct{}, 100)
		defer ben.Subscribe(func(c Change) {
			if c.OpenRoomsChanged {
				told <- struct{}{}
			}
		})()
		await := func(what string, names ...string) {
			t.Helper()
			for {
				<-told // the test's own limit is the guard
				open, err := ben.OpenRooms(t.Context())
				if err != nil {
					t.Fatal(err)
				}
				if len(open) == len(names) && (len(names) == 0 || open[0].Name == names[0]) {
					return
				}
				t.Logf("%s: not yet: %+v", what, open)
			}
		}
		made, err := anna.CreateRoom(t.Context(), NewRoom{Name: "Lunch", Open: true})
		if err != nil {
			t.Fatal(err)
		}
		await("a new room", "Lunch")
		if _, err := anna.Rename(t.Context(), made.ID, "Dinner"); err != nil {
			t.Fatal(err)
		}
		await("another name", "Dinner")
		anna.stop()
		await("nobody is here")
	})
}

// TestUnopenedRoomIsOnNoList: a room by somebody to whom our person wrote, and that ended before they opened it and before anything was said in it, is among their rooms only, as one by a
// stranger is; one that they opened, or in which something was said, stays on the list, also when they are brought into it once more.
func TestUnopenedRoomIsOnNoList(t *testing.T) {
	inMemory(t, func(t *testing.T, s *site) {
		all := s.office(t, "Anna", "Ben", "Carla")
		anna, ben := all[0], all[1]
		ben.send(t, anna, "hello")
		open := func(room event.ConversationID) {
			t.Helper()
			if _, err := ben.MarkRead(t.Context(), room, event.ID{}); err != nil {
				t.Fatal(err)
			}
		}
		short, opened, spoken := roomOfAll(t, NewRoom{Name: "Short"}, all...), roomOfAll(t, NewRoom{Name: "Opened"}, all...), roomOfAll(t, NewRoom{Name: "Spoken"}, all...)
		if ben.Quiet(short) {
			t.Fatal("Ben does not know Anna")
		}
		open(opened)
		anna.say(t, spoken, "something")
		ben.awaitSaid(t, spoken, "something")
		remove := func(rooms ...event.ConversationID) {
			t.Helper()
			for _, room := range rooms {
				if _, err := anna.Remove(t.Context(), room, ben.person()); err != nil {
					t.Fatal(err)
				}
				ben.awaitMembers(t, room, anna, all[2])
			}
		}
		listed := func(when string, room event.ConversationID, want bool) {
			t.Helper()
			if ben.shows(t, room) != want || !ben.among(t, room) {
				t.Errorf("%s: on the list %v, among his rooms %v", when, !want, ben.among(t, room))
			}
		}
		if !ben.shows(t, short) {
			t.Error("while he is a member it is not on the list")
		}
		remove(short, opened, spoken)
		for _, when := range []string{"removed", "after a restart"} {
			listed(when+", never opened", short, false)
			listed(when+", opened", opened, true)
			listed(when+", spoken in", spoken, true)
			ben.stop()
			ben.run(t)
		}
		ben.awaitLink(t, anna)
		for _, room := range []event.ConversationID{short, opened} {
			if _, err := anna.Invite(t.Context(), room, ben.person()); err != nil {
				t.Fatal(err)
			}
			ben.awaitMembers(t, room, all...)
		}
		remove(short, opened)
		listed("once more, never opened", short, false)
		listed("once more, opened", opened, true)
		open(short)
		listed("opened when it was over", short, true)
		ben.forget(t, opened)
		if _, err := anna.Invite(t.Context(), opened, ben.person()); err != nil {
			t.Fatal(err)
		}
		ben.awaitMembers(t, opened, all...)
		remove(opened)
		listed("forgotten, and never opened since", opened, false)
	})
}
