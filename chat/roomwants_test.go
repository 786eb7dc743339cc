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

// want sends a vector that asks for states of others, whatever the sender has of them.
func (a *agent) want(t *testing.T, of *agent, in event.ConversationID, whose ...*agent) {
	t.Helper()
	f := frame.Vectors{Conversation: in[:], Vector: vector.Vector{}}
	for _, b := range whose {
		f.Wants = append(f.Wants, frame.Known{Peer: b.id.PeerID()})
	}
	slices.SortFunc(f.Wants, func(a, b frame.Known) int { return slices.Compare(a.Peer[:], b.Peer[:]) })
	body, err := wire.Marshal(f)
	if err != nil {
		t.Fatal(err)
	}
	l, ok := a.roster.Link(of.id.PeerID())
	if !ok {
		t.Fatal("no link")
	}
	if err := l.Send(t.Context(), wire.KindVectors, body); err != nil {
		t.Fatal(err)
	}
}

// TestRemovedIsToldNoStates: who was removed from a room learns of nobody how far they have come, neither by asking nor later as states come, and is not told
// who is away. Invited again, they get what they asked for.
func TestRemovedIsToldNoStates(t *testing.T) {
	inMemory(t, func(t *testing.T, s *site) {
		all := s.office(t, "Anna", "Ben", "Carla", "Dora")
		anna, ben, carla, dora := all[0], all[1], all[2], all[3]
		room := roomOfAllButLast(t, all...)
		time.Sleep(2 * statePause)
		synctest.Wait()
		ofBen, ofCarla := dora.counterAt(room, ben), dora.counterAt(room, carla)
		anna.say(t, room, "secret")
		time.Sleep(2 * statePause)
		dora.want(t, anna, room, ben, carla)
		time.Sleep(2 * statePause)
		anna.say(t, room, "and more")
		time.Sleep(2 * statePause)
		synctest.Wait()
		if b, c := dora.counterAt(room, ben), dora.counterAt(room, carla); b != ofBen || c != ofCarla {
			t.Errorf("Dora, who was removed, has state %d of Ben after %d and %d of Carla after %d", b, ofBen, c, ofCarla)
		}
		carla.stop()
		for _, a := range []*agent{anna, dora} {
			a.await(t, "Carla is gone", func() bool { _, up := a.roster.Link(carla.id.PeerID()); return !up })
		}
		session := anna.sessionWith(t, room, dora)
		var f frame.Vectors
		session.addRoom(&f)
		if len(f.Wants) != 0 {
			t.Errorf("Dora, who was removed, is told who is away: %v", f.Wants)
		}
		dora.want(t, anna, room, carla)
		time.Sleep(askPause)
		synctest.Wait()
		if _, err := anna.Invite(t.Context(), room, dora.person()); err != nil {
			t.Fatal(err)
		}
		dora.await(t, "the states that she asked for", func() bool { return dora.counterAt(room, carla) > ofCarla })
	})
}

func (a *agent) sessionWith(t *testing.T, in event.ConversationID, b *agent) *session {
	t.Helper()
	l, ok := a.roster.Link(b.id.PeerID())
	if !ok {
		t.Fatal("no link")
	}
	s := a.session(l, a.known(in))
	if s == nil {
		t.Fatal("no session")
	}
	return s
}
