package chat

import (
	"fmt"
	"maps"
	"testing"

	"lanyard/chat/event"
	"lanyard/chat/membership"
	"lanyard/internal/vector"
)

// TestReissuedIsNotForNewcomers: where the history is closed, what a restored profile re-issues goes to whom it was written for, and not to who came since:
// neither from its author nor from who passes it on.
func TestReissuedIsNotForNewcomers(t *testing.T) {
	for _, from := range []string{"its author", "another member"} {
		t.Run(from, func(t *testing.T) {
			inMemory(t, func(t *testing.T, s *site) {
				all := s.office(t, "Anna", "Ben", "Carla", "Dora")
				anna, ben, carla, dora := all[0], all[1], all[2], all[3]
				room := roomOfAll(t, NewRoom{ClosedHistory: true}, anna, ben, dora)
				ben.say(t, room, "one")
				anna.awaitSaid(t, room, "one")
				dora.awaitSaid(t, room, "one")
				ben.stop()
				put := ben.copyProfile(t)
				ben.run(t)
				ben.awaitLink(t, anna)
				ben.say(t, room, "two")
				anna.awaitSaid(t, room, "one", "two")
				dora.awaitSaid(t, room, "one", "two")
				ben.stop()
				put()
				s.lan.Partition([]*lanHost{anna.host, carla.host, dora.host}, []*lanHost{ben.host})
				ben.run(t)
				ben.say(t, room, "written blindly")
				away := carla
				if from == "its author" {
					away = anna
				}
				if _, err := anna.Invite(t.Context(), room, carla.person()); err != nil {
					t.Fatal(err)
				}
				carla.awaitMembers(t, room, all...)
				away.stop()
				dora.awaitMembers(t, room, all...)
				s.lan.Heal()
				for _, a := range []*agent{ben, dora} {
					a.await(t, "all three", func() bool { return len(a.said(t, room)) == 3 })
				}
				dora.await(t, "what Ben re-issued", func() bool {
					return (&desk{agent: dora, up: true}).count(t, `SELECT count(*) FROM chat_event WHERE again IS NOT NULL AND length(salt) > 0`) > 0
				})
				if away == carla {
					ben.stop()
				}
				away.run(t)
				for _, a := range []*agent{anna, carla, dora} {
					a.await(t, "the same as Dora", func() bool { return a.known(room).vector().Equal(dora.known(room).vector()) })
				}
				anna.await(t, "all three", func() bool { return len(anna.said(t, room)) == 3 })
				carla.holdsNothing(t, room, "written blindly")
			})
		})
	}
}

// TestReissuedOfWhatIsNotHere: who cannot tell for whom the old event was passes on what re-issues it without its words, but to its author; what is said
// anew goes to all members.
func TestReissuedOfWhatIsNotHere(t *testing.T) {
	for _, anew := range []bool{false, true} {
		t.Run(fmt.Sprint("said anew ", anew), func(t *testing.T) {
			inMemory(t, func(t *testing.T, s *site) {
				all := s.office(t, "Anna", "Ben")
				anna, ben := all[0], all[1]
				room := roomOfAll(t, NewRoom{ClosedHistory: true}, all...)
				unknown := event.ID{7}
				if _, err := anna.write(t.Context(), anna.known(room), []writing{{kind: event.KindText, body: marshaled(t, event.Text{Text: "one"}), again: unknown[:], anew: anew}}); err != nil {
					t.Fatal(err)
				}
				ben.await(t, "the same as Anna", func() bool { return ben.known(room).vector().Equal(anna.known(room).vector()) })
				if anew {
					ben.awaitSaid(t, room, "one")
				} else {
					ben.holdsNothing(t, room, "one")
				}
			})
		})
	}
}

// sayInVain has Dora say "hello" in a room with closed history into which Ben invited her after Anna had removed him, maybe amend it, and has Anna invite her, too. Ben and Carla are away then.
func sayInVain(t *testing.T, s *site, amend func(dora *agent, hello Message)) (room event.ConversationID, anna, carla, dora, emil *agent) {
	t.Helper()
	all := s.office(t, "Anna", "Ben", "Carla", "Dora", "Emil")
	anna, ben, carla, dora, emil := all[0], all[1], all[2], all[3], all[4]
	room = roomOfAll(t, NewRoom{ClosedHistory: true}, anna, ben, carla)
	s.lan.Partition([]*lanHost{anna.host, carla.host, emil.host}, []*lanHost{ben.host, dora.host})
	if _, err := ben.Invite(t.Context(), room, dora.person()); err != nil {
		t.Fatal(err)
	}
	dora.awaitMembers(t, room, anna, ben, carla, dora)
	amend(dora, dora.say(t, room, "hello")[0])
	if _, err := anna.Remove(t.Context(), room, ben.person()); err != nil {
		t.Fatal(err)
	}
	if _, err := anna.Invite(t.Context(), room, emil.person()); err != nil {
		t.Fatal(err)
	}
	emil.awaitMembers(t, room, anna, carla, emil)
	carla.awaitMembers(t, room, anna, carla, emil)
	carla.stop()
	ben.stop()
	s.lan.Heal()
	dora.await(t, "that she is no member", func() bool { return !dora.known(room).room.members().Has(dora.person()) })
	if _, err := anna.Invite(t.Context(), room, dora.person()); err != nil {
		t.Fatal(err)
	}
	return room, anna, carla, dora, emil
}

// TestWrittenInVainIsSaidAnew: what nobody took when it was written is, once it counts, for who is a member then, also where the history is closed. That
// the program says it by itself opens no room.
func TestWrittenInVainIsSaidAnew(t *testing.T) {
	inMemory(t, func(t *testing.T, s *site) {
		room, _, carla, dora, emil := sayInVain(t, s, func(*agent, Message) {})
		emil.awaitSaid(t, room, "hello")
		if !dora.Quiet(room) {
			t.Error("the room of somebody to whom she never wrote makes notices, and she has not opened it since they invited her")
		}
		dora.stop()
		carla.run(t)
		carla.awaitSaid(t, room, "hello")
	})
}

// TestLogThatIsJustStoredIsNotSaidAnew: a log of ours that comes back, to a profile that runs twice, is stored a moment before it is known how it begins. Who looks then for what was
// written in vain writes nothing again: it would be for who came since.
func TestLogThatIsJustStoredIsNotSaidAnew(t *testing.T) {
	inMemory(t, func(t *testing.T, s *site) {
		all := s.office(t, "Anna", "Ben", "Carla")
		anna, ben, carla := all[0], all[1], all[2]
		room := roomOfAll(t, NewRoom{ClosedHistory: true}, anna, ben)
		ben.say(t, room, "one")
		anna.awaitSaid(t, room, "one")
		if _, err := anna.Invite(t.Context(), room, carla.person()); err != nil {
			t.Fatal(err)
		}
		ben.awaitMembers(t, room, all...)
		r := ben.known(room).room
		known := r.members()
		r.mu.Lock()
		others := maps.Clone(r.begun)
		maps.DeleteFunc(others, func(log vector.Log, _ membership.Start) bool { return log.Peer == ben.self() })
		r.now = membership.Replay(r.creation, r.changes, others)
		r.mu.Unlock()
		if err := ben.reissue(t.Context(), ben.known(room)); err != nil {
			t.Fatal(err)
		}
		r.mu.Lock()
		r.now = known
		r.mu.Unlock()
		ben.say(t, room, "two")
		carla.awaitSaid(t, room, "two")
		carla.holdsNothing(t, room, "one")
	})
}
