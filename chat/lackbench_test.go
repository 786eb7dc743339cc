package chat

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"lanyard/chat/event"
)

// muchLacked makes a room with closed history in which Ben lacks the words of n events: Anna wrote them while he was away, and he got them from Carla, who came after that. Anna is away.
func muchLacked(t testing.TB, s *site, n int) (room event.ConversationID, anna, ben, carla *agent) {
	t.Helper()
	all := s.office(t, "Anna", "Ben", "Carla")
	anna, ben, carla = all[0], all[1], all[2]
	room = roomOfAll(t, NewRoom{ClosedHistory: true}, anna, ben)
	ben.stop()
	for at := 0; at < n; at += 100 {
		texts := make([]string, min(100, n-at))
		for i := range texts {
			texts[i] = fmt.Sprintf("%-100d", at+i)
		}
		anna.say(t, room, texts...)
	}
	if _, err := anna.Invite(t.Context(), room, carla.person()); err != nil {
		t.Fatal(err)
	}
	carla.awaitMembers(t, room, all...)
	last := anna.say(t, room, "two")[0]
	carla.awaitShown(t, last.ID)
	anna.stop()
	ben.run(t)
	ben.awaitShown(t, last.ID)
	return room, anna, ben, carla
}

// awaitShown waits until a message is here with its words.
func (a *agent) awaitShown(t testing.TB, id event.ID) {
	t.Helper()
	a.await(t, "a message", func() bool {
		m, err := a.Message(t.Context(), id)
		return err == nil && m.Text != ""
	})
}

// BenchmarkWhileMuchIsLacked measures one message at a time to somebody who lacks the words of 10,000 events of the room, from Send until they acknowledged it.
func BenchmarkWhileMuchIsLacked(b *testing.B) {
	s := &site{}
	room, _, ben, carla := muchLacked(b, s, 10_000)
	acknowledged := make(chan event.ID, 1<<16)
	carla.Subscribe(func(c Change) {
		if c.States != nil && c.States.Person == ben.person() && c.States.Delivery == Delivered {
			for _, id := range c.States.Messages {
				acknowledged <- id
			}
		}
	})
	text := strings.Repeat("x", 200)
	begun := time.Now()
	for b.Loop() {
		sent := carla.say(b, room, text)[0].ID
		for <-acknowledged != sent {
		}
	}
	b.ReportMetric(time.Since(begun).Seconds()*1000/float64(b.N), "ms/message")
}

// BenchmarkWordsCome measures how long the words of 10,000 events take that somebody lacks, from the start of who has them until nothing is lacked.
func BenchmarkWordsCome(b *testing.B) {
	for b.Loop() {
		b.StopTimer()
		s := &site{}
		room, anna, ben, _ := muchLacked(b, s, 10_000)
		b.StartTimer()
		anna.run(b)
		ben.await(b, "the words", func() bool {
			return ben.known(room).room.lacked.now.Load().noted == 0
		})
	}
}
