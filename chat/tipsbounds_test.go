package chat

import (
	"slices"
	"testing"
	"testing/synctest"
	"time"

	"lanyard/chat/event"
	"lanyard/chat/frame"
	"lanyard/internal/identity"
	"lanyard/internal/peer"
	"lanyard/internal/vector"
	"lanyard/internal/wire"
)

// heard returns the texts in all events that the liar was sent, and counts its frames by kind.
func (l *liar) heard() (texts []string, frames map[wire.Kind]int) {
	l.mu.Lock()
	defer l.mu.Unlock()
	frames = map[wire.Kind]int{}
	for _, f := range l.seen {
		frames[f.Kind]++
		if f.Kind != wire.KindEvents {
			continue
		}
		r, err := event.ReadRun(f.Body)
		if err != nil {
			l.t.Fatal(err)
		}
		for _, e := range r.Events {
			if b, err := event.ReadText(e.Body); e.Kind == event.KindText && err == nil {
				texts = append(texts, b.Text)
			}
		}
	}
	return texts, frames
}

// roomWithLiar makes a room of agents and a liar, who is linked with the last of them only and has told that it has nothing of it.
func roomWithLiar(t *testing.T, s *site, all ...*agent) (*liar, event.ConversationID) {
	t.Helper()
	l := s.lie(t, all[len(all)-1], nil)
	for _, a := range all[:len(all)-1] {
		s.lan.Cut(a.host, l.host)
	}
	last := all[len(all)-1]
	room := roomOfAll(t, NewRoom{}, slices.Concat([]*agent{last}, all[:len(all)-1])...)
	if _, err := last.Invite(t.Context(), room, l.id.Person()); err != nil {
		t.Fatal(err)
	}
	b, err := wire.Marshal(frame.Vectors{Conversation: room[:], Vector: vector.Vector{}})
	if err != nil {
		t.Fatal(err)
	}
	l.send(wire.KindVectors, b)
	time.Sleep(2 * statePause)
	synctest.Wait()
	return l, room
}

// tell sends tips of logs that nobody ever wrote, in the name of an agent.
func (l *liar) tell(room event.ConversationID, of *agent, logs int) {
	l.t.Helper()
	l.send(wire.KindTips, invented(l.t, room, of.id.PeerID(), logs))
}

func invented(t *testing.T, room event.ConversationID, of identity.PeerID, logs int) []byte {
	t.Helper()
	told := vector.Vector{}
	for range logs {
		told.Advance(vector.Log{Peer: of, ID: vector.NewLogID()}, vector.Mark{}, vector.Mark{Number: 1, Hash: vector.Hash{1}})
	}
	b, err := wire.Marshal(frame.Tips{Conversation: room[:], Vector: told})
	if err != nil {
		t.Fatal(err)
	}
	return b
}

// TestWhoKnowsNoTipsIsSentWhatTheyLack: a member whose version knows no tips, and whom the author does not reach, gets what is said from who has it.
func TestWhoKnowsNoTipsIsSentWhatTheyLack(t *testing.T) {
	inMemory(t, func(t *testing.T, s *site) {
		all := s.office(t, "Anna", "Ben")
		l, room := roomWithLiar(t, s, all...)
		all[0].say(t, room, "can you hear me?")
		time.Sleep(3 * relayPause)
		synctest.Wait()
		texts, frames := l.heard()
		if !slices.Contains(texts, "can you hear me?") {
			t.Errorf("it was sent %q", texts)
		}
		if frames[wire.KindTips] > 0 {
			t.Error("it was sent tips")
		}
	})
}

// TestToldOfAreAskedAgain: who told of something and does not bring it is asked for it again, ever more seldom, and at last no more.
func TestToldOfAreAskedAgain(t *testing.T) {
	inMemory(t, func(t *testing.T, s *site) {
		all := s.office(t, "Anna", "Ben")
		l, room := roomWithLiar(t, s, all...)
		time.Sleep(10 * time.Minute) // it acknowledges nothing, and is not asked about that any more
		synctest.Wait()
		_, before := l.heard()
		l.tell(room, all[0], 1)
		time.Sleep(missPause + missPause/2)
		synctest.Wait()
		if _, now := l.heard(); now[wire.KindVectors] != before[wire.KindVectors]+1 {
			t.Errorf("asked %d times at first", now[wire.KindVectors]-before[wire.KindVectors])
		}
		time.Sleep(time.Minute)
		synctest.Wait()
		_, after := l.heard()
		if asked := after[wire.KindVectors] - before[wire.KindVectors]; asked != maxAsked {
			t.Errorf("asked %d times, not %d", asked, maxAsked)
		}
		time.Sleep(time.Minute)
		synctest.Wait()
		if _, now := l.heard(); now[wire.KindVectors] != after[wire.KindVectors] {
			t.Error("asked for ever")
		}
	})
}

func linkTo(t *testing.T, from, to *agent) *peer.Link {
	t.Helper()
	l, ok := from.roster.Link(to.id.PeerID())
	if !ok {
		t.Fatalf("%s has no link to %s", from.name, to.name)
	}
	return l
}

// TestTipsAreKeptWithinBounds: of a member who tells of more than there can be some is kept, of somebody who was removed nothing; and what all others tell still comes.
func TestTipsAreKeptWithinBounds(t *testing.T) {
	inMemory(t, func(t *testing.T, s *site) {
		all := s.office(t, "Anna", "Ben", "Carla", "Dora")
		anna, ben, carla, dora := all[0], all[1], all[2], all[3]
		room := roomOfAll(t, NewRoom{}, all...)
		if _, err := anna.Remove(t.Context(), room, dora.person()); err != nil {
			t.Fatal(err)
		}
		for _, a := range all {
			a.awaitMembers(t, room, anna, ben, carla)
		}
		time.Sleep(2 * statePause)
		s.lan.Cut(anna.host, carla.host)
		anna.say(t, room, "can you hear me?")
		most := map[string]int{}
		for range 100 {
			for _, from := range []*agent{ben, dora} {
				if err := linkTo(t, from, carla).Send(t.Context(), wire.KindTips, invented(t, room, ben.id.PeerID(), 600)); err != nil {
					t.Fatal(err)
				}
				time.Sleep(50 * time.Millisecond)
				synctest.Wait()
				x := carla.session(linkTo(t, carla, from), carla.known(room))
				x.mu.Lock()
				kept := 0
				for _, marks := range x.relay.missed.told {
					kept += len(marks)
				}
				x.mu.Unlock()
				most[from.name] = max(most[from.name], kept)
			}
		}
		if most["Ben"] == 0 || most["Ben"] > maxMissed || most["Dora"] > 0 {
			t.Errorf("of Ben %d marks were kept, at most %d may be; of Dora, who was removed, %d", most["Ben"], maxMissed, most["Dora"])
		}
		carla.awaitSaid(t, room, "can you hear me?")
	})
}
