package chat

import (
	"slices"
	"testing"
	"testing/synctest"
	"time"

	"lanyard/internal/vector"
)

// crowds has an agent take no new log of another's machine for now: what is sent of one is lost.
func (a *agent) crowds(v *conversation, author *agent) (again func()) {
	var logs []vector.Log
	v.mu.Lock()
	defer v.mu.Unlock()
	for range maxBranches {
		log := vector.Log{Peer: author.id.PeerID(), ID: vector.NewLogID()}
		logs = append(logs, log)
		v.branches[log] = []*branch{{log: log}}
	}
	return func() {
		v.mu.Lock()
		defer v.mu.Unlock()
		for _, log := range logs {
			delete(v.branches, log)
		}
	}
}

const inTooMany = "events in more logs than one machine may have"

// between returns the session of a's link with b about their conversation.
func (a *agent) between(t *testing.T, b *agent) *session {
	t.Helper()
	link, ok := a.roster.Link(b.id.PeerID())
	if !ok {
		t.Fatal("no link")
	}
	return a.session(link, a.conversation(b.person()))
}

// TestLostOnTheWay: what was sent and got lost while the link goes on is sent again, though whoever lacks it does not know that it exists.
func TestLostOnTheWay(t *testing.T) {
	inMemory(t, func(t *testing.T, s *site) {
		anna, ben := s.start(t, "Anna"), s.start(t, "Ben")
		anna.meet(t, ben)
		time.Sleep(2 * askPause)
		again := ben.crowds(ben.conversation(anna.person()), anna)
		sent := time.Now()
		one := anna.send(t, ben, "one")[0]
		synctest.Wait()
		if ben.Dropped()[inTooMany] != 1 {
			t.Fatalf("dropped: %v", ben.Dropped())
		}
		again()
		anna.awaitState(t, one.ID, Delivered)
		if took := time.Since(sent); took < overduePause || took > overduePause+time.Second {
			t.Errorf("it took %v", took)
		}
	})
}

// TestLostInRoom: the same where the two are alone in a room.
func TestLostInRoom(t *testing.T) {
	inMemory(t, func(t *testing.T, s *site) {
		all := s.office(t, "Anna", "Ben")
		anna, ben := all[0], all[1]
		room := roomOfAll(t, NewRoom{}, all...)
		time.Sleep(time.Minute)
		again := anna.crowds(anna.known(room), ben)
		ben.say(t, room, "one")
		synctest.Wait()
		if anna.Dropped()[inTooMany] != 1 {
			t.Fatalf("dropped: %v", anna.Dropped())
		}
		again()
		anna.await(t, "what was lost", func() bool { return slices.Contains(anna.said(t, room), "one") })
	})
}

// TestLostAnswer: who was told of something that does not come asks for it again, also where the other side takes it for sent and looks for nothing.
func TestLostAnswer(t *testing.T) {
	inMemory(t, func(t *testing.T, s *site) {
		anna, ben := s.start(t, "Anna"), s.start(t, "Ben")
		anna.meet(t, ben)
		time.Sleep(2 * askPause)
		x := anna.between(t, ben)
		x.mu.Lock()
		x.overdue.looks = true // and so never does
		x.mu.Unlock()
		again := ben.crowds(ben.conversation(anna.person()), anna)
		one := anna.send(t, ben, "one")[0]
		x.requestAgain()
		synctest.Wait()
		if ben.Dropped()[inTooMany] != 2 {
			t.Fatalf("dropped: %v", ben.Dropped())
		}
		again()
		anna.awaitState(t, one.ID, Delivered)
	})
}

// TestOverdueGivesUp: who does not take what they are sent is sent it a few times, as both sides ask, and then left alone until the next link.
func TestOverdueGivesUp(t *testing.T) {
	inMemory(t, func(t *testing.T, s *site) {
		anna, ben := s.start(t, "Anna"), s.start(t, "Ben")
		anna.meet(t, ben)
		ben.crowds(ben.conversation(anna.person()), anna)
		one := anna.send(t, ben, "one")[0]
		time.Sleep(time.Hour)
		if n := ben.Dropped()[inTooMany]; n < 3 || n > 1+3*maxOverdue {
			t.Errorf("it was sent %d times", n)
		}
		ben.stop()
		ben.run(t)
		anna.awaitState(t, one.ID, Delivered)
	})
}

// TestNothingOverdue: where all comes, no vectors go but those of the beginning.
func TestNothingOverdue(t *testing.T) {
	inMemory(t, func(t *testing.T, s *site) {
		anna, ben := s.start(t, "Anna"), s.start(t, "Ben")
		anna.meet(t, ben)
		time.Sleep(time.Minute)
		x := anna.between(t, ben)
		asked := func() time.Time {
			x.mu.Lock()
			defer x.mu.Unlock()
			return x.asked.at
		}
		before := asked()
		last := anna.send(t, ben, "one", "two")[1]
		anna.awaitState(t, last.ID, Delivered)
		last = ben.send(t, anna, "three")[0]
		ben.awaitState(t, last.ID, Delivered)
		time.Sleep(time.Hour)
		if at := asked(); at != before {
			t.Errorf("a vector went %v after the link came up", at.Sub(before))
		}
	})
}
