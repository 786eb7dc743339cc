package chat

import (
	"slices"
	"testing"
	"testing/synctest"
	"time"

	"lanyard/chat/event"
	"lanyard/chat/frame"
	"lanyard/internal/vector"
	"lanyard/internal/wire"
)

// TestForgottenWordsComeFromWhoLeft: who has the headers of words alone, by somebody who left and forgot them, and hears only then that who has the words left, too, is given them all the same.
func TestForgottenWordsComeFromWhoLeft(t *testing.T) {
	inMemory(t, func(t *testing.T, s *site) {
		room, anna, ben, carla := saidWhileAway(t, s)
		carla.leaves(t, room)
		anna.awaitMembers(t, room, anna, ben)
		anna.leaves(t, room)
		carla.forget(t, room)
		s.apart(anna, ben)
		ben.run(t)
		ben.awaitMembers(t, room, anna, ben)
		time.Sleep(2 * statePause)
		synctest.Wait()
		if lacks := len(ben.known(room).toldState().Lacks); lacks != 1 {
			t.Fatalf("he lacks words of %d logs: that proves nothing", lacks)
		}
		s.lan.Heal()
		ben.awaitMembers(t, room, ben)
		ben.awaitSaid(t, room, "before I go")
	})
}

// TestStateTakesNoPleaBack: whom we send again what they lack, as they tell by their vector, gets it although their newest state, which names that as here without its words, is looked at in between.
func TestStateTakesNoPleaBack(t *testing.T) {
	inMemory(t, func(t *testing.T, s *site) {
		anna := s.start(t, "Anna")
		l := s.lie(t, anna, nil, capabilityLacks)
		room := roomOfAll(t, NewRoom{}, anna)
		if _, err := anna.Invite(t.Context(), room, l.id.Person()); err != nil {
			t.Fatal(err)
		}
		anna.say(t, room, "one")
		anna.leaves(t, room)
		l.send(wire.KindVectors, marshaled(t, frame.Vectors{Conversation: room[:], Vector: vector.Vector{}}))
		came := func() (n int) {
			for _, r := range l.runsOf(anna) {
				for _, e := range r.Events {
					if e.Kind == event.KindText {
						n++
					}
				}
			}
			return n
		}
		anna.await(t, "what is said comes", func() bool { return came() > 0 })
		v := anna.known(room)
		w := v.allViews()[0]
		log := vector.Log{Peer: w.log.Peer, ID: w.log.ID}
		before := vector.Vector{log: []vector.Mark{{Number: 1, Hash: vector.Hash(anna.eventsOf(t, w, 1)[0].ID)}}}
		state := frame.State{Conversation: room[:], Peer: l.id.PeerID(), Counter: 1, Delivered: before, Read: vector.Vector{}, Lacks: []frame.Lacking{{Peer: log.Peer, Log: log.ID,
			Number: w.kept.Number, Hash: w.kept.Mark().Hash, Missing: []uint64{2, 2}}}}
		signed, err := state.Sign(l.id)
		if err != nil {
			t.Fatal(err)
		}
		l.send(wire.KindStates, marshaled(t, frame.States{States: []frame.SignedState{signed}}))
		link, linked := anna.roster.Link(l.id.PeerID())
		if !linked {
			t.Fatal("no link")
		}
		x := anna.session(link, v)
		anna.await(t, "the state", func() bool {
			x.mu.Lock()
			defer x.mu.Unlock()
			return x.relay.newest.Counter == 1
		})
		time.Sleep(time.Minute)
		synctest.Wait() // nothing is under way
		had := came()
		x.mu.Lock()
		x.theirs, x.due.compare, x.due.relay = before, true, true
		x.mu.Unlock()
		x.stir()
		anna.await(t, "it comes again", func() bool { return came() > had })
	})
}

// TestSentAgainUpToTheCut: what was sent to who knew already that it ends sooner was refused whole, as it is signed behind that end. It is sent again up to there once its author knows that, too.
func TestSentAgainUpToTheCut(t *testing.T) {
	inMemory(t, func(t *testing.T, s *site) {
		all := s.office(t, "Anna", "Ben")
		anna, ben := all[0], all[1]
		room := roomOfAll(t, NewRoom{}, all...)
		anna.stop()
		put := anna.copyProfile(t)
		anna.run(t)
		anna.leaves(t, room)
		ben.awaitMembers(t, room, ben)
		anna.stop()
		put()
		s.apart(anna, ben)
		anna.run(t)
		anna.say(t, room, "up to there", "behind that")
		s.lan.Heal()
		anna.await(t, "that she left", func() bool { return !anna.known(room).room.members().Has(anna.person()) })
		ben.await(t, "the same as Anna", func() bool {
			return slices.Contains(ben.said(t, room), "up to there") && ben.known(room).vector().Equal(anna.known(room).vector())
		})
	})
}
