package chat

import (
	"testing"
	"testing/synctest"
	"time"

	"lanyard/chat/event"
)

// counterAt returns which state of b's machine a knows.
func (a *agent) counterAt(room event.ConversationID, b *agent) uint64 {
	return a.known(room).counterOf(b.id.PeerID(), a.id.PeerID())
}

// TestAcknowledgedToItsAuthor: who has got a message tells its author at once, all others a while later, and who was removed never.
func TestAcknowledgedToItsAuthor(t *testing.T) {
	inMemory(t, func(t *testing.T, s *site) {
		all := s.office(t, "Anna", "Ben", "Carla", "Dora")
		anna, ben, carla, dora := all[0], all[1], all[2], all[3]
		room := roomOfAllButLast(t, all...)
		time.Sleep(2 * statePause)
		synctest.Wait()
		toCarla, toDora := carla.counterAt(room, ben), dora.counterAt(room, ben)
		sent := anna.say(t, room, "hello")[0]
		anna.awaitStates(t, sent.ID, Delivered, Delivered)
		carla.awaitSaid(t, room, "hello")
		synctest.Wait()
		if now := carla.counterAt(room, ben); now != toCarla {
			t.Errorf("Ben told Carla at once what he has of Anna: state %d after %d", now, toCarla)
		}
		time.Sleep(2 * statePause)
		synctest.Wait()
		if now := carla.counterAt(room, ben); now == toCarla {
			t.Error("Ben never told Carla what he has")
		}
		if now := dora.counterAt(room, ben); now != toDora {
			t.Error("Ben told Dora, who was removed, what he has")
		}
	})
}

// TestToldByTips: what somebody lacks because its author could not reach them is asked for once, of one of those who have it, though all tell of it.
func TestToldByTips(t *testing.T) {
	inMemory(t, func(t *testing.T, s *site) {
		all := s.office(t, "Anna", "Ben", "Carla", "Dora", "Emil")
		anna, emil := all[0], all[4]
		room := roomOfAll(t, NewRoom{}, all...)
		time.Sleep(2 * statePause)
		s.lan.Cut(anna.host, emil.host)
		for _, a := range all[1:4] {
			s.lan.Delay(a.host, emil.host, 50*time.Millisecond, 50*time.Millisecond)
		}
		begun := time.Now()
		anna.say(t, room, "can you hear me?")
		emil.awaitSaid(t, room, "can you hear me?")
		if took := time.Since(begun); took < relayPause || took > relayPause+3*missPause {
			t.Errorf("it came after %v", took)
		}
		synctest.Wait()
		asked := 0
		for _, x := range emil.sessionsOf(emil.known(room)) {
			x.mu.Lock()
			if x.asked.at.After(begun) {
				asked++
			}
			x.mu.Unlock()
		}
		if asked != 1 {
			t.Errorf("Emil asked %d of those who told of it", asked)
		}
	})
}
