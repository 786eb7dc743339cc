package chat

import (
	"fmt"
	"testing"
	"testing/synctest"
	"time"

	"lanyard/chat/event"
	"lanyard/chat/frame"
	"lanyard/internal/vector"
	"lanyard/internal/wire"
)

// claim sends a vector that claims an event of a machine's log that nobody wrote.
func (a *agent) claim(t *testing.T, to *agent, in event.ConversationID, log vector.Log, number uint64) {
	t.Helper()
	l, ok := a.roster.Link(to.id.PeerID())
	if !ok {
		t.Fatal("no link")
	}
	if err := l.Send(t.Context(), wire.KindVectors, claimOf(t, in, log, number)); err != nil {
		t.Fatal(err)
	}
}

func claimOf(t *testing.T, in event.ConversationID, log vector.Log, number uint64) []byte {
	t.Helper()
	claimed := vector.Vector{}
	claimed.Advance(log, vector.Mark{}, vector.Mark{Number: number, Hash: vector.Hash{1}})
	body, err := wire.Marshal(frame.Vectors{Conversation: in[:], Vector: claimed})
	if err != nil {
		t.Fatal(err)
	}
	return body
}

// written returns the log that an agent writes, and how many logs there are of its own.
func (a *agent) written(in event.ConversationID) (log vector.Log, logs int) {
	v := a.known(in)
	v.mu.Lock()
	defer v.mu.Unlock()
	if v.pen.branch != nil {
		log = v.pen.branch.log
	}
	for one := range v.branches {
		if one.Peer == a.id.PeerID() {
			logs++
		}
	}
	return log, logs
}

// TestNobodySilencesAnAnnouncer: a stranger who claims to have more of somebody's announcements than there are makes them begin no new log, so that what
// they say goes on to reach everybody, however often it is claimed.
func TestNobodySilencesAnAnnouncer(t *testing.T) {
	inMemory(t, func(t *testing.T, s *site) {
		all := s.office(t, "Anna", "Ben")
		anna, ben := all[0], all[1]
		l := s.lie(t, anna, nil)
		var want []string
		for i := range frame.MaxAuthorLogs + 2 {
			want = append(want, fmt.Sprint("announcement ", i))
			anna.announce(t, want[i])
			time.Sleep(2 * askPause)
			log, _ := anna.written(event.OfficeID())
			l.send(wire.KindVectors, claimOf(t, event.OfficeID(), log, 9999))
			l.send(wire.KindVectors, claimOf(t, event.OfficeID(), vector.Log{Peer: anna.id.PeerID(), ID: vector.NewLogID()}, 1))
			time.Sleep(2 * askPause)
			synctest.Wait()
		}
		ben.awaitSaid(t, event.OfficeID(), want...)
		if _, logs := anna.written(event.OfficeID()); logs != 1 {
			t.Errorf("Anna writes %d logs", logs)
		}
	})
}

// TestNobodySilencesAMember: neither who was removed from a room nor a member makes another begin log after log, by what they claim to have or by what they sign
// that they have.
func TestNobodySilencesAMember(t *testing.T) {
	inMemory(t, func(t *testing.T, s *site) {
		all := s.office(t, "Anna", "Ben", "Carla", "Dora")
		anna, ben, carla, dora := all[0], all[1], all[2], all[3]
		room := roomOfAllButLast(t, all...)
		var want []string
		for i := range fewBranches + 2 {
			want = append(want, fmt.Sprint("text ", i))
			anna.say(t, room, want[i])
			time.Sleep(2 * statePause)
			log, _ := anna.written(room)
			dora.claim(t, anna, room, log, 9999)
			dora.claim(t, anna, room, vector.Log{Peer: anna.id.PeerID(), ID: vector.NewLogID()}, 1)
			carla.pretend(t, anna, room, log)
			time.Sleep(2 * askPause)
			synctest.Wait()
		}
		ben.awaitSaid(t, room, want...)
		if _, logs := anna.written(room); logs != 1 {
			t.Errorf("Anna writes %d logs", logs)
		}
	})
}

// pretend sends a state, rightly signed, by which an agent has more of a log than there is.
func (a *agent) pretend(t *testing.T, to *agent, in event.ConversationID, log vector.Log) {
	t.Helper()
	claimed := vector.Vector{}
	claimed.Advance(log, vector.Mark{}, vector.Mark{Number: 9999, Hash: vector.Hash{1}})
	signed, err := frame.State{Conversation: in[:], Peer: a.id.PeerID(), Counter: to.counterAt(in, a) + 1, Delivered: claimed, Read: vector.Vector{}}.Sign(a.id)
	if err != nil {
		t.Fatal(err)
	}
	body, err := wire.Marshal(frame.States{States: []frame.SignedState{signed}})
	if err != nil {
		t.Fatal(err)
	}
	l, ok := a.roster.Link(to.id.PeerID())
	if !ok {
		t.Fatal("no link")
	}
	if err := l.Send(t.Context(), wire.KindStates, body); err != nil {
		t.Fatal(err)
	}
}
