package chat

import (
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// alter changes the word two in the database of an agent that does not run.
func (a *agent) alter(t *testing.T) {
	t.Helper()
	a.tamper(t, `UPDATE chat_event SET body = CAST(replace(body, 'two', 'TWO') AS BLOB) WHERE instr(body, CAST('two' AS BLOB)) > 0`)
}

// TestAlteredWordsStopNothing: words that something changed on one computer do not keep anything else from whom it serves, who gets them from another; and its person is told.
func TestAlteredWordsStopNothing(t *testing.T) {
	inMemory(t, func(t *testing.T, s *site) {
		all := s.office(t, "Anna", "Ben", "Carla")
		anna, ben, carla := all[0], all[1], all[2]
		room := roomOfAll(t, NewRoom{Name: "Lunch", Open: true}, anna, ben)
		ben.say(t, room, "one", "two", "three")
		anna.awaitSaid(t, room, "one", "two", "three")
		ben.stop()
		anna.stop()
		anna.alter(t)
		anna.run(t)
		anna.meet(t, carla)
		carla.await(t, "the room on the list", func() bool {
			open, err := carla.OpenRooms(t.Context())
			return err == nil && len(open) == 1
		})
		if _, err := carla.Join(t.Context(), room); err != nil {
			t.Fatal(err)
		}
		carla.awaitSaid(t, room, "one", "three")
		anna.say(t, room, "four")
		carla.awaitSaid(t, room, "one", "three", "four")
		anna.await(t, "that she is told", func() bool {
			return slices.ContainsFunc(anna.Problems(), func(p Problem) bool {
				return strings.Contains(p.Sentence, "What Ben wrote in the room Lunch was altered on this computer") && strings.Contains(p.Remedy, "lanyard verify-log")
			})
		})
		ben.run(t)
		ben.meet(t, carla)
		carla.awaitSaid(t, room, "one", "two", "three", "four")
	})
}

// TestAlteredOfferStopsNothing: an offer whose words were altered is no file any more, and the program starts all the same.
func TestAlteredOfferStopsNothing(t *testing.T) {
	inMemory(t, func(t *testing.T, s *site) {
		anna, ben := s.start(t, "Anna"), s.start(t, "Ben")
		anna.meet(t, ben)
		path := filepath.Join(t.TempDir(), "two.txt")
		writeFile(t, path, []byte("x"))
		offered := ben.offer(t, anna, path)[0]
		anna.accept(t, offered.ID)
		anna.awaitFile(t, offered.ID, FileReceived)
		anna.stop()
		anna.alter(t)
		anna.run(t)
		anna.meet(t, ben)
		ben.send(t, anna, "still there")
		anna.await(t, "what came later", func() bool { return slices.Contains(anna.texts(t, ben), "still there") })
		found, err := anna.Verify(t.Context(), anna.Direct(ben.person()))
		if err != nil || len(found.Alterations) != 1 {
			t.Errorf("%+v %v", found, err)
		}
	})
}

// TestAlteredWordsOfSomebodyForgotten: an author who is not on the list any more is called by their ID.
func TestAlteredWordsOfSomebodyForgotten(t *testing.T) {
	inMemory(t, func(t *testing.T, s *site) {
		all := s.office(t, "Anna", "Ben")
		anna, ben := all[0], all[1]
		v := anna.known(roomOfAll(t, NewRoom{Name: "Lunch"}, all...))
		ben.stop()
		if err := anna.roster.Forget(t.Context(), ben.person()); err != nil {
			t.Fatal(err)
		}
		anna.tellAltered(v, ben.id.PeerID())
		anna.awaitAltered(t, "What "+ben.person().Short()+" wrote in the room Lunch was altered on this computer.")
	})
}

// TestOwnAlteredWordsStopNothing: the same of what waits for somebody, and is altered before they come.
func TestOwnAlteredWordsStopNothing(t *testing.T) {
	inMemory(t, func(t *testing.T, s *site) {
		anna, ben := s.start(t, "Anna"), s.start(t, "Ben")
		anna.meet(t, ben)
		anna.send(t, ben, "zero")
		ben.awaitTexts(t, anna, "zero")
		ben.stop()
		anna.awaitAlone(t, ben)
		anna.send(t, ben, "one", "two", "three")
		anna.stop()
		anna.alter(t)
		anna.run(t)
		ben.run(t)
		anna.meet(t, ben)
		ben.awaitTexts(t, anna, "zero", "one", "three")
		anna.await(t, "that she is told", func() bool {
			return slices.ContainsFunc(anna.Problems(), func(p Problem) bool {
				return strings.Contains(p.Sentence, "What Anna wrote in the conversation with Ben was altered on this computer")
			})
		})
	})
}
