package chat

import (
	"testing"
	"time"

	"lanyard/chat/event"
)

// readWithoutCarla makes a room of three in which Ben has read what Anna wrote and Carla, who is away, has not got it.
func readWithoutCarla(t *testing.T, s *site) (anna, ben, carla *agent, room event.ConversationID) {
	t.Helper()
	all := s.office(t, "Anna", "Ben", "Carla")
	anna, ben, carla = all[0], all[1], all[2]
	room = roomOfAll(t, NewRoom{}, all...)
	carla.stop()
	anna.say(t, room, "one")
	ben.awaitSaid(t, room, "one")
	if _, err := ben.MarkRead(t.Context(), room, event.ID{}); err != nil {
		t.Fatal(err)
	}
	return anna, ben, carla, room
}

// TestKeptForWhoIsAway: retention of a member drops what somebody else wrote only when all have it: else who comes back waits for words that nobody has.
func TestKeptForWhoIsAway(t *testing.T) {
	inMemory(t, func(t *testing.T, s *site) {
		anna, ben, carla, room := readWithoutCarla(t, s)
		elapse(t, 31*24*time.Hour, anna, ben)
		if err := ben.KeepAll(t.Context(), 30); err != nil {
			t.Fatal(err)
		}
		time.Sleep(2 * keepingEvery)
		anna.stop()
		carla.run(t)
		carla.awaitSaid(t, room, "one")
		time.Sleep(2 * keepingEvery)
		ben.await(t, "what all have goes", func() bool { return len(ben.said(t, room)) == 0 })
	})
}

// TestNotKeptByWhoLeft: nobody gets it from there any more.
func TestNotKeptByWhoLeft(t *testing.T) {
	inMemory(t, func(t *testing.T, s *site) {
		anna, ben, _, room := readWithoutCarla(t, s)
		ben.leaves(t, room)
		elapse(t, 31*24*time.Hour, anna, ben)
		if err := ben.KeepAll(t.Context(), 30); err != nil {
			t.Fatal(err)
		}
		ben.await(t, "it goes", func() bool { return len(ben.said(t, room)) == 0 })
	})
}
