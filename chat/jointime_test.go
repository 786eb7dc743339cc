package chat

import (
	"errors"
	"slices"
	"testing"

	"lanyard/chat/event"
)

// TestJoinStandsAtTheEnd: that somebody joined stands behind what was said before, on every desk, also when they come back, and however long ago they were told of the room.
func TestJoinStandsAtTheEnd(t *testing.T) {
	inMemory(t, func(t *testing.T, s *site) {
		all := s.office(t, "Anna", "Ben", "Carla")
		anna, ben, carla := all[0], all[1], all[2]
		room := roomOfAll(t, NewRoom{Name: "Lunch", Open: true}, anna, ben)
		carla.await(t, "the room on the list", func() bool { open, err := carla.OpenRooms(t.Context()); return err == nil && len(open) == 1 })
		anna.say(t, room, "one", "two", "three")
		ben.awaitSaid(t, room, "one", "two", "three")
		last := func(a *agent, what string) func() bool {
			return func() bool {
				page, err := a.History(t.Context(), room, Query{})
				if err != nil && !errors.Is(err, ErrNoConversation) {
					t.Fatal(err)
				}
				n := len(page.Messages)
				return n > 0 && page.Messages[n-1].Change != nil && page.Messages[n-1].Change.What == what && page.Messages[n-1].Author == carla.person() &&
					slices.ContainsFunc(page.Messages, func(m Message) bool { return m.Text == "three" })
			}
		}
		for _, what := range []string{"joined", "left", "joined"} {
			var err error
			if what == "left" {
				_, err = carla.Leave(t.Context(), room)
			} else {
				_, err = carla.Join(t.Context(), room)
			}
			if err != nil {
				t.Fatal(err)
			}
			for _, a := range all {
				a.await(t, "it stands at the end: "+what, last(a, what))
			}
			if what == "left" {
				anna.say(t, room, "among us")
				ben.awaitSaid(t, room, "one", "two", "three", "among us")
			}
		}
		sent := carla.say(t, room, "hello")[0]
		anna.await(t, "what she says", func() bool { said := anna.said(t, room); return len(said) > 0 && said[len(said)-1] == "hello" })
		carla.awaitStates(t, sent.ID, Delivered, Delivered)
	})
}

// TestTimeIsNotForTheRemoved: who was removed from an open room does not learn by it how much is said there.
func TestTimeIsNotForTheRemoved(t *testing.T) {
	inMemory(t, func(t *testing.T, s *site) {
		all := s.office(t, "Anna", "Ben")
		anna, ben := all[0], all[1]
		room := roomOfAll(t, NewRoom{Open: true}, anna, ben)
		if _, err := anna.Remove(t.Context(), room, ben.person()); err != nil {
			t.Fatal(err)
		}
		ben.awaitMembers(t, room, anna)
		anna.say(t, room, "among us")
		told := ben.timeOf(t.Context(), ben.known(room))
		if _, err := ben.Join(t.Context(), room); !errors.Is(err, ErrBarred) || told != 0 {
			t.Errorf("told %d, %v", told, err)
		}
		if lie := uint64(event.MaxLamport) + 1; lie > 0 {
			ben.known(room).tellTime(lie, false)
		}
		if told, _, _ := ben.known(room).room.clock.read(); told != 0 {
			t.Errorf("took a time beyond all bounds: %d", told)
		}
	})
}
