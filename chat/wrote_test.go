package chat

import (
	"path/filepath"
	"testing"

	"lanyard/chat/event"
)

// wroteIn is what Wrote says.
func (a *agent) wroteIn(t *testing.T, in event.ConversationID) bool {
	t.Helper()
	wrote, err := a.Wrote(t.Context(), in)
	if err != nil {
		t.Fatal(err)
	}
	return wrote
}

// TestAnswersAreNoWriting: that a file was taken unasked, or declined, is nothing that its receiver wrote: neither into the room in which it was offered, nor to who offered it.
func TestAnswersAreNoWriting(t *testing.T) {
	inMemory(t, func(t *testing.T, s *site) {
		all := s.office(t, "Anna", "Ben", "Carla")
		anna, ben, carla := all[0], all[1], all[2]
		ben.unasked = 1000
		ben.send(t, carla, "hello")
		path := filepath.Join(t.TempDir(), "small.txt")
		writeFile(t, path, noise(9, 10))
		room := roomOfAll(t, NewRoom{Name: "One"}, carla, ben)
		ben.awaitFile(t, carla.offerIn(t, room, path)[0].ID, FileReceived)
		if ben.wroteIn(t, room) || !carla.wroteIn(t, room) || !ben.wroteIn(t, ben.Direct(carla.person())) {
			t.Errorf("Ben wrote in the room: %v, Carla made it: %v, Ben wrote to Carla: %v", ben.wroteIn(t, room), carla.wroteIn(t, room), ben.wroteIn(t, ben.Direct(carla.person())))
		}
		ben.say(t, room, "thanks")
		if !ben.wroteIn(t, room) {
			t.Error("he said something there")
		}

		offered := anna.offer(t, ben, path)[0].ID
		ben.awaitFile(t, offered, FileOffered)
		if _, err := ben.Decline(t.Context(), offered); err != nil {
			t.Fatal(err)
		}
		if room := roomOfAll(t, NewRoom{Name: "Two"}, anna, ben); !ben.Quiet(room) {
			t.Error("a room of somebody of whom he only declined a file makes notices")
		}
		ben.send(t, anna, "now I know you")
		if room := roomOfAll(t, NewRoom{Name: "Three"}, anna, ben); ben.Quiet(room) {
			t.Error("a room of somebody to whom he wrote makes none")
		}
	})
}

// TestJoiningIsNoSilence: who joined a room by themselves had something to do with it.
func TestJoiningIsNoSilence(t *testing.T) {
	inMemory(t, func(t *testing.T, s *site) {
		anna, ben := s.start(t, "Anna"), s.start(t, "Ben")
		anna.meet(t, ben)
		room, err := anna.CreateRoom(t.Context(), NewRoom{Name: "Plans", Open: true})
		if err != nil {
			t.Fatal(err)
		}
		ben.await(t, "the room that is open to him", func() bool { open, err := ben.OpenRooms(t.Context()); return err == nil && len(open) == 1 })
		if ben.wroteIn(t, room.ID) {
			t.Error("before he joined it")
		}
		if _, err := ben.Join(t.Context(), room.ID); err != nil {
			t.Fatal(err)
		}
		if !ben.wroteIn(t, room.ID) {
			t.Error("he joined it")
		}
	})
}
