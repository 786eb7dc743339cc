package chat

import (
	"fmt"
	"path/filepath"
	"slices"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"lanyard/chat/event"
)

// hearing notes of which conversations somebody is told anything, and which are told as gone.
func (a *agent) hearing(t *testing.T) (told, gone func(event.ConversationID) bool) {
	t.Helper()
	var mu sync.Mutex
	var about, forgotten []event.ConversationID
	t.Cleanup(a.Subscribe(func(c Change) {
		mu.Lock()
		defer mu.Unlock()
		about, forgotten = append(about, c.about()), append(forgotten, c.Forgotten)
	}))
	has := func(all *[]event.ConversationID) func(event.ConversationID) bool {
		return func(id event.ConversationID) bool {
			mu.Lock()
			defer mu.Unlock()
			return slices.Contains(*all, id)
		}
	}
	return has(&about), has(&forgotten)
}

// among reports whether a room is among somebody's rooms.
func (a *agent) among(t *testing.T, room event.ConversationID) bool {
	t.Helper()
	rooms, err := a.Rooms(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	return slices.ContainsFunc(rooms, func(c Conversation) bool { return c.ID == room })
}

// TestRoomOfSomebodyBlocked: a room into which somebody blocked brings our person is shown nowhere and told of by nothing, over a restart, until somebody not blocked says something in it; then
// it is there as a whole, and makes no notice.
func TestRoomOfSomebodyBlocked(t *testing.T) {
	inMemory(t, func(t *testing.T, s *site) {
		all := s.office(t, "Anna", "Ben", "Carla")
		anna, ben, carla := all[0], all[1], all[2]
		ben.send(t, anna, "hello")
		if err := ben.roster.Block(t.Context(), anna.person()); err != nil {
			t.Fatal(err)
		}
		told, _ := ben.hearing(t)
		room := roomOfAll(t, NewRoom{}, all...) // it comes through Carla
		if !ben.Blocks(anna.person()) || ben.Blocks(carla.person()) {
			t.Errorf("blocks Anna %v, blocks Carla %v", ben.Blocks(anna.person()), ben.Blocks(carla.person()))
		}
		anna.say(t, room, "nobody hears me")
		hidden := func(when string) {
			t.Helper()
			ben.awaitSaid(t, room, "nobody hears me")
			ben.news.heard(t.Context())
			if ben.shows(t, room) || ben.among(t, room) || told(room) || len(ben.search(t, Search{Text: "nobody"})) != 0 {
				t.Errorf("%s it is there: on the list %v, among the rooms %v, told %v", when, ben.shows(t, room), ben.among(t, room), told(room))
			}
		}
		hidden("at once")
		ben.stop()
		ben.run(t)
		told, _ = ben.hearing(t)
		ben.awaitLink(t, carla)
		hidden("after a restart")
		carla.awaitSaid(t, room, "nobody hears me")
		carla.say(t, room, "I do")
		ben.await(t, "the room", func() bool { return ben.shows(t, room) && told(room) })
		ben.awaitSaid(t, room, "nobody hears me", "I do")
		if !ben.Quiet(room) {
			t.Error("it makes a notice")
		}
		ben.stop()
		ben.run(t)
		if !ben.shows(t, room) {
			t.Error("after a restart it is gone again")
		}
	})
}

// TestShunnedForAsLongAsBlocked: such a room is shown, and told, once who made it is blocked no more, and goes when they are blocked again, unless it was opened.
func TestShunnedForAsLongAsBlocked(t *testing.T) {
	inMemory(t, func(t *testing.T, s *site) {
		all := s.office(t, "Anna", "Ben", "Carla")
		anna, ben := all[0], all[1]
		block := func(do bool) {
			t.Helper()
			set := ben.roster.Unblock
			if do {
				set = ben.roster.Block
			}
			if err := set(t.Context(), anna.person()); err != nil {
				t.Fatal(err)
			}
		}
		block(true)
		room := roomOfAll(t, NewRoom{}, all...)
		told, gone := ben.hearing(t)
		block(false)
		ben.await(t, "the room", func() bool { return ben.shows(t, room) && told(room) })
		block(true)
		ben.await(t, "it goes", func() bool { return !ben.shows(t, room) && gone(room) })
		block(false)
		ben.await(t, "the room again", func() bool { return ben.shows(t, room) })
		if _, err := ben.MarkRead(t.Context(), room, event.ID{}); err != nil {
			t.Fatal(err)
		}
		block(true)
		if !ben.shows(t, room) {
			t.Error("a room that was opened goes when who made it is blocked")
		}
	})
}

// TestOpenRoomOfSomebodyBlocked: an open room into which somebody blocked brings our person, who made it, is not offered as one that they may join either, by whomever it is told; what was
// offered before they were brought in goes, and it is there once who made it is blocked no more. An open room that a colleague made stays one that our person may join.
func TestOpenRoomOfSomebodyBlocked(t *testing.T) {
	inMemory(t, func(t *testing.T, s *site) {
		all := s.office(t, "Anna", "Ben", "Carla")
		anna, ben, carla := all[0], all[1], all[2]
		offered := func(room event.ConversationID) bool {
			t.Helper()
			open, err := ben.OpenRooms(t.Context())
			if err != nil {
				t.Error(err)
			}
			return slices.ContainsFunc(open, func(o OpenRoom) bool { return o.ID == room })
		}
		if err := ben.roster.Block(t.Context(), anna.person()); err != nil {
			t.Fatal(err)
		}
		room := roomOfAll(t, NewRoom{Name: "Trap", Open: true}, anna, carla)
		ben.await(t, "the offer, as long as he is no member", func() bool { return offered(room) })
		var mu sync.Mutex
		last := true // as of the last time that he was told to look
		defer ben.Subscribe(func(c Change) {
			if c.OpenRoomsChanged {
				is := offered(room)
				mu.Lock()
				defer mu.Unlock()
				last = is
			}
		})()
		if _, err := anna.Invite(t.Context(), room, ben.person()); err != nil {
			t.Fatal(err)
		}
		ben.awaitMembers(t, room, all...)
		ben.await(t, "that he looks again which rooms are open", func() bool {
			mu.Lock()
			defer mu.Unlock()
			return !last
		})
		if ben.shows(t, room) || ben.among(t, room) || offered(room) {
			t.Errorf("on the list %v, among his rooms %v, offered %v", ben.shows(t, room), ben.among(t, room), offered(room))
		}
		lunch, err := carla.CreateRoom(t.Context(), NewRoom{Name: "Lunch", Open: true})
		if err != nil {
			t.Fatal(err)
		}
		for _, a := range []*agent{anna, ben} {
			a.await(t, "the colleague's room", func() bool {
				open, err := a.OpenRooms(t.Context())
				return err == nil && slices.ContainsFunc(open, func(o OpenRoom) bool { return o.ID == lunch.ID })
			})
		}
		if _, err := anna.Join(t.Context(), lunch.ID); err != nil {
			t.Fatal(err)
		}
		if _, err := anna.Invite(t.Context(), lunch.ID, ben.person()); err != nil {
			t.Fatal(err)
		}
		ben.awaitMembers(t, lunch.ID, all...)
		if ben.shows(t, lunch.ID) || !offered(lunch.ID) {
			t.Errorf("a colleague's room is on the list: %v, offered: %v", ben.shows(t, lunch.ID), offered(lunch.ID))
		}
		if err := ben.roster.Unblock(t.Context(), anna.person()); err != nil {
			t.Fatal(err)
		}
		ben.await(t, "both are there", func() bool {
			return ben.shows(t, room) && ben.shows(t, lunch.ID) && !offered(room) && !offered(lunch.ID)
		})
	})
}

// TestShunnedAfterARestart: such a room goes when who made it is blocked again, although nothing else changed since the program began.
func TestShunnedAfterARestart(t *testing.T) {
	inMemory(t, func(t *testing.T, s *site) {
		all := s.office(t, "Anna", "Ben", "Carla")
		anna, ben, carla := all[0], all[1], all[2]
		if err := ben.roster.Block(t.Context(), anna.person()); err != nil {
			t.Fatal(err)
		}
		room := roomOfAll(t, NewRoom{}, all...)
		if err := ben.roster.Unblock(t.Context(), anna.person()); err != nil {
			t.Fatal(err)
		}
		ben.await(t, "the room", func() bool { return ben.shows(t, room) })
		for _, a := range []*agent{anna, carla, ben} {
			a.stop()
		}
		ben.run(t)
		_, gone := ben.hearing(t)
		synctest.Wait() // all that follows from the start has happened
		if err := ben.roster.Block(t.Context(), anna.person()); err != nil {
			t.Fatal(err)
		}
		ben.await(t, "it goes", func() bool { return !ben.shows(t, room) && gone(room) })
	})
}

// TestRoomsBeforeBlockingStay: a room that our person is in stays when who made it is blocked, quiet or not, and one that they left is not hidden by an invitation of theirs.
func TestRoomsBeforeBlockingStay(t *testing.T) {
	inMemory(t, func(t *testing.T, s *site) {
		all := s.office(t, "Anna", "Ben", "Carla")
		anna, ben := all[0], all[1]
		room, left := roomOfAll(t, NewRoom{}, all...), roomOfAll(t, NewRoom{Name: "Left"}, all...)
		if _, err := ben.MarkRead(t.Context(), left, event.ID{}); err != nil {
			t.Fatal(err)
		}
		ben.leaves(t, left)
		anna.awaitMembers(t, left, anna, all[2])
		if err := ben.roster.Block(t.Context(), anna.person()); err != nil {
			t.Fatal(err)
		}
		if _, err := anna.Invite(t.Context(), left, ben.person()); err != nil {
			t.Fatal(err)
		}
		ben.awaitMembers(t, left, all...)
		if !ben.shows(t, room) || !ben.shows(t, left) {
			t.Errorf("the room is shown: %v, the one that he had left: %v", ben.shows(t, room), ben.shows(t, left))
		}
	})
}

// TestHistoryOfColleaguesIsShown: a room in which colleagues spoke before somebody blocked brought our person into it is shown, whether what they said comes before or after the invitation.
func TestHistoryOfColleaguesIsShown(t *testing.T) {
	for _, n := range []int{1, 2, 41} {
		t.Run(fmt.Sprint(n), func(t *testing.T) {
			inMemory(t, func(t *testing.T, s *site) {
				all := s.office(t, "Anna", "Ben", "Carla")
				anna, ben, carla := all[0], all[1], all[2]
				room := roomOfAll(t, NewRoom{}, carla, anna)
				for range n {
					carla.say(t, room, "before")
				}
				anna.await(t, "all of it", func() bool { return len(anna.said(t, room)) == n })
				if err := ben.roster.Block(t.Context(), anna.person()); err != nil {
					t.Fatal(err)
				}
				if _, err := anna.Invite(t.Context(), room, ben.person()); err != nil {
					t.Fatal(err)
				}
				ben.awaitMembers(t, room, all...)
				ben.await(t, "what she said", func() bool { return len(ben.said(t, room)) == n })
				if !ben.shows(t, room) || !ben.Quiet(room) {
					t.Errorf("shown %v, quiet %v", ben.shows(t, room), ben.Quiet(room))
				}
			})
		})
	}
}

// TestForgottenRoomOfSomebodyBlocked: what colleagues said in a room before our person forgot it does not have it be shown when somebody blocked invites them again.
func TestForgottenRoomOfSomebodyBlocked(t *testing.T) {
	inMemory(t, func(t *testing.T, s *site) {
		all := s.office(t, "Anna", "Ben", "Carla")
		anna, ben, carla := all[0], all[1], all[2]
		room := roomOfAll(t, NewRoom{}, all...)
		carla.say(t, room, "before")
		ben.awaitSaid(t, room, "before")
		ben.leaves(t, room)
		anna.awaitMembers(t, room, anna, carla)
		carla.awaitMembers(t, room, anna, carla)
		ben.forget(t, room)
		if err := ben.roster.Block(t.Context(), anna.person()); err != nil {
			t.Fatal(err)
		}
		if _, err := anna.Invite(t.Context(), room, ben.person()); err != nil {
			t.Fatal(err)
		}
		ben.awaitMembers(t, room, all...)
		if ben.shows(t, room) {
			t.Error("it is shown, and nobody said anything since it was forgotten")
		}
		carla.awaitMembers(t, room, all...)
		carla.say(t, room, "after")
		ben.await(t, "the room", func() bool { return ben.shows(t, room) })
	})
}

// TestShunnedRoomsGrowOldToo: what our person wants to keep no longer goes of a room that is shown nowhere as well.
func TestShunnedRoomsGrowOldToo(t *testing.T) {
	inMemory(t, func(t *testing.T, s *site) {
		all := s.office(t, "Anna", "Ben", "Carla")
		anna, ben, carla := all[0], all[1], all[2]
		if err := ben.roster.Block(t.Context(), anna.person()); err != nil {
			t.Fatal(err)
		}
		room := roomOfAll(t, NewRoom{}, all...)
		path := filepath.Join(t.TempDir(), "plan.txt")
		writeFile(t, path, []byte("the plan"))
		offered := anna.offerIn(t, room, path)
		carla.awaitFile(t, offered[0].ID, FileOffered)
		if _, err := carla.Decline(t.Context(), offered[0].ID); err != nil {
			t.Fatal(err)
		}
		ben.await(t, "the offer and the answer", func() bool { return ben.words(t, room) == 2 })
		time.Sleep(time.Minute) // of the bubble's clock: until then he is told who has the answer, which he keeps for who has not
		anna.stop()             // two days of links that are looked after cost more than all the rest
		carla.stop()
		time.Sleep(2 * day) // of the bubble's clock
		if err := ben.KeepAll(t.Context(), 1); err != nil {
			t.Fatal(err)
		}
		ben.await(t, "the answer goes, and the offer, which nobody read, stays", func() bool { return ben.words(t, room) == 1 })
		if ben.shows(t, room) {
			t.Error("it is shown now")
		}
	})
}
