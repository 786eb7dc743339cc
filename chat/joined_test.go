package chat

import (
	"context"
	"slices"
	"testing"
	"time"

	"lanyard/chat/event"
	"lanyard/internal/identity"
)

// personsOf are the members of a room as a row tells them.
func personsOf(row Conversation) []identity.PersonID {
	var all []identity.PersonID
	for _, m := range row.Room.Members {
		all = append(all, m.Person)
	}
	return all
}

// TestJoinedKnowsTheMembers: who joined an open room knows its members of now when that is done, so that what they write at once is not for somebody who left before.
func TestJoinedKnowsTheMembers(t *testing.T) {
	for _, test := range []struct {
		about string
		leave func(t *testing.T, room event.ConversationID, anna, ben, carla, dan *agent) (gone *agent, here []*agent)
	}{
		{"who made the room left it", func(t *testing.T, room event.ConversationID, anna, ben, carla, dan *agent) (*agent, []*agent) {
			if _, err := anna.Leave(t.Context(), room); err != nil {
				t.Fatal(err)
			}
			ben.awaitMembers(t, room, ben, dan)
			dan.awaitMembers(t, room, ben, dan)
			return anna, []*agent{ben, carla, dan}
		}},
		{"who comes back did not see somebody go", func(t *testing.T, room event.ConversationID, anna, ben, carla, dan *agent) (*agent, []*agent) {
			if _, err := carla.Join(t.Context(), room); err != nil {
				t.Fatal(err)
			}
			for _, a := range []*agent{anna, ben, carla, dan} {
				a.awaitMembers(t, room, anna, ben, carla, dan)
			}
			if _, err := carla.Leave(t.Context(), room); err != nil {
				t.Fatal(err)
			}
			for _, a := range []*agent{anna, ben, dan} {
				a.awaitMembers(t, room, anna, ben, dan)
			}
			if _, err := dan.Leave(t.Context(), room); err != nil {
				t.Fatal(err)
			}
			for _, a := range []*agent{anna, ben} {
				a.awaitMembers(t, room, anna, ben)
			}
			return dan, []*agent{anna, ben, carla}
		}},
	} {
		t.Run(test.about, func(t *testing.T) {
			inMemory(t, func(t *testing.T, s *site) {
				all := s.office(t, "Anna", "Ben", "Carla", "Dan")
				anna, ben, carla, dan := all[0], all[1], all[2], all[3]
				room := roomOfAll(t, NewRoom{Name: "Lunch", Open: true}, anna, ben, dan)
				gone, here := test.leave(t, room, anna, ben, carla, dan)
				carla.await(t, "who tells of the room", func() bool {
					open, err := carla.OpenRooms(t.Context())
					return err == nil && len(open) == 1 && isPersons(open[0].By, slices.DeleteFunc(slices.Clone(here), func(a *agent) bool { return a == carla }))
				})
				begun := time.Now() // of the bubble's clock
				row, err := carla.Join(t.Context(), room)
				if err != nil {
					t.Fatal(err)
				}
				if took := time.Since(begun); took >= joinWait {
					t.Errorf("it took %v, though all answer at once", took)
				}
				if got := personsOf(row); !isPersons(got, here) {
					t.Errorf("members as who joined knows them: %v", got)
				}
				sent := carla.say(t, room, "among us")[0]
				if slices.ContainsFunc(sent.States, func(one State) bool { return one.Person == gone.person() }) {
					t.Errorf("what is written is for somebody who left: %+v", sent.States)
				}
				carla.awaitStates(t, sent.ID, Delivered, Delivered)
				if said := gone.said(t, room); slices.Contains(said, "among us") {
					t.Errorf("who left reads %q", said)
				}
			})
		})
	}
}

// TestJoinWaitsForNobodyInVain: who joins does not wait where nobody can answer, nor long for who does not, nor for longer than they like.
func TestJoinWaitsForNobodyInVain(t *testing.T) {
	inMemory(t, func(t *testing.T, s *site) {
		all := s.office(t, "Anna", "Ben")
		anna, ben := all[0], all[1]
		alone, err := anna.CreateRoom(t.Context(), NewRoom{Name: "Alone", Open: true})
		if err != nil {
			t.Fatal(err)
		}
		if _, err := anna.Leave(t.Context(), alone.ID); err != nil {
			t.Fatal(err)
		}
		took := func(about string, ctx context.Context, a *agent, room event.ConversationID, most time.Duration) {
			t.Helper()
			begun := time.Now() // of the bubble's clock
			row, err := a.Join(ctx, room)
			if err != nil || !row.Room.Member {
				t.Fatalf("%s: %+v, %v", about, row.Room, err)
			}
			if took := time.Since(begun); took > most {
				t.Errorf("%s: it took %v", about, took)
			}
		}
		took("nobody tells of it", t.Context(), anna, alone.ID, 0)

		room := roomOfAll(t, NewRoom{Name: "Lunch", Open: true}, anna)
		ben.await(t, "the room on the list", func() bool { open, err := ben.OpenRooms(t.Context()); return err == nil && len(open) == 2 })
		took("nothing happened there yet", t.Context(), ben, room, joinWait/2)
		if _, err := ben.Leave(t.Context(), room); err != nil {
			t.Fatal(err)
		}
		anna.awaitMembers(t, room, anna)
		anna.linkDown(linkTo(t, anna, ben)) // she says no more
		took("nobody answers", t.Context(), ben, room, 2*joinWait)
		if _, err := ben.Leave(t.Context(), room); err != nil {
			t.Fatal(err)
		}
		ctx, cancel := context.WithTimeout(t.Context(), joinWait+joinWait/2)
		defer cancel()
		took("one does not want to wait", ctx, ben, room, joinWait+joinWait/2)
	})
}
