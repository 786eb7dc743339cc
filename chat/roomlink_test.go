package chat

import (
	"testing"
	"testing/synctest"

	"lanyard/chat/event"
)

// TestJoinedWhileLinksChange: whoever joins an open room is taken in, though the link over which they say so, or were told of the room, is not the one
// to use at that moment: where two dial each other, links come and go.
func TestJoinedWhileLinksChange(t *testing.T) {
	cases := []struct {
		about string
		join  func(t *testing.T, carla, ben *agent, room event.ConversationID, join func())
	}{
		{"at the side of those who tell of the room", func(t *testing.T, carla, ben *agent, room event.ConversationID, join func()) {
			l := linkTo(t, ben, carla)
			ben.linkDown(l)
			join()
			ben.await(t, "Carla's vector", func() bool { return ben.session(l, ben.known(room)).heard() })
			ben.linkUp(l)
		}},
		{"at the side of who joins", func(t *testing.T, carla, ben *agent, room event.ConversationID, join func()) {
			l := linkTo(t, carla, ben)
			if carla.joinable(room) == nil {
				t.Fatal("the room cannot be joined")
			}
			carla.linkDown(l)
			join()
			carla.linkUp(l)
		}},
		{"at the side of who joins, and the room is told of later", func(t *testing.T, carla, ben *agent, room event.ConversationID, join func()) {
			l := linkTo(t, carla, ben)
			if carla.joinable(room) == nil {
				t.Fatal("the room cannot be joined")
			}
			carla.linkDown(l)
			carla.mu.Lock()
			delete(carla.offers, l.ID()) // as of a link that is new
			carla.mu.Unlock()
			join()
			carla.linkUp(l)
			s := ben.session(linkTo(t, ben, carla), ben.conversation(carla.person()))
			s.mu.Lock()
			s.due.rooms = true
			s.mu.Unlock()
			s.stir()
		}},
	}
	for _, c := range cases {
		t.Run(c.about, func(t *testing.T) {
			inMemory(t, func(t *testing.T, s *site) {
				all := s.office(t, "Anna", "Ben", "Carla")
				anna, ben, carla := all[0], all[1], all[2]
				room := roomOfAll(t, NewRoom{Name: "Lunch", Open: true}, anna, ben)
				anna.stop()
				carla.await(t, "Ben tells of the room", func() bool {
					open, err := carla.OpenRooms(t.Context())
					return err == nil && len(open) == 1 && len(open[0].By) == 1 && open[0].By[0] == ben.person()
				})
				c.join(t, carla, ben, room, func() {
					if _, err := carla.Join(t.Context(), room); err != nil {
						t.Fatal(err)
					}
					synctest.Wait()
				})
				ben.awaitMembers(t, room, all...)
				carla.awaitMembers(t, room, all...)
			})
		})
	}
}

// TestOpenRoomsFollowLinks: that the list of open rooms changed is told when the link over which they are told of is taken into use, or no longer used.
func TestOpenRoomsFollowLinks(t *testing.T) {
	inMemory(t, func(t *testing.T, s *site) {
		all := s.office(t, "Anna", "Ben")
		anna, ben := all[0], all[1]
		told := make(chan struct{}, 100)
		defer ben.Subscribe(func(c Change) {
			if c.OpenRoomsChanged {
				told <- struct{}{}
			}
		})()
		lists := func(about string, want int) {
			t.Helper()
			synctest.Wait()
			if len(told) == 0 {
				t.Errorf("%s: nothing is told", about)
			}
			for len(told) > 0 {
				<-told
			}
			if open, err := ben.OpenRooms(t.Context()); err != nil || len(open) != want {
				t.Errorf("%s: %+v, %v", about, open, err)
			}
		}
		if _, err := anna.CreateRoom(t.Context(), NewRoom{Name: "Lunch", Open: true}); err != nil {
			t.Fatal(err)
		}
		ben.await(t, "the room", func() bool { open, err := ben.OpenRooms(t.Context()); return err == nil && len(open) == 1 })
		l, _ := ben.roster.Link(anna.id.PeerID())
		lists("told of", 1)
		ben.linkDown(l)
		lists("the link is not the one to use", 0)
		ben.linkUp(l)
		lists("it is again", 1)
	})
}
