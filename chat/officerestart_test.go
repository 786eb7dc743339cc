package chat

import (
	"fmt"
	"testing"
	"time"

	"lanyard/chat/event"
	"lanyard/internal/wire"
)

// again links a liar to an agent that was started anew.
func (l *liar) again(t *testing.T, to *agent) {
	t.Helper()
	if _, err := l.roster.Add(t.Context(), fmt.Sprintf("%s:%d", to.host.Addresses()[0], to.port)); err != nil {
		t.Fatal(err)
	}
	to.await(t, "a link to the liar", func() bool { _, ok := to.roster.Link(l.id.PeerID()); return ok })
	link, ok := l.roster.Link(to.id.PeerID())
	if !ok {
		t.Fatal("the liar has no link")
	}
	l.link = link
}

// TestOfficeBackdatedFloodOverRestarts: an author's share is not filled anew by old logs because the program was started again, and is free 30 days after they came.
func TestOfficeBackdatedFloodOverRestarts(t *testing.T) {
	inMemory(t, func(t *testing.T, s *site) {
		anna := s.start(t, "Anna")
		l := s.lie(t, anna, nil)
		send := func() {
			f, first := backdated(t, l.id)
			l.send(wire.KindEvents, f.frame(t, append([]*event.Event{first}, f.aged(t, 100)...)...))
			time.Sleep(10 * time.Second)
		}
		for range 12 {
			send()
		}
		anna.awaitDropped(t, errFlood, 1)
		logs, events, _ := anna.holdings()
		anna.stop()
		anna.run(t)
		l.again(t, anna)
		for range 12 {
			send()
		}
		anna.awaitDropped(t, errFlood, 12)
		if l, e, _ := anna.holdings(); l != logs || e != events {
			t.Errorf("%d events in %d logs after a restart, %d in %d before", e, l, events, logs)
		}
		anna.stop()
		time.Sleep(officeAge)
		anna.run(t)
		l.again(t, anna)
		send()
		anna.await(t, "there is room again", func() bool { now, _, _ := anna.holdings(); return now == logs+1 })
	})
}

// TestOfficeTellerOverRestarts: nobody fills the share of authors never met with names of theirs by doing it before and after a restart.
func TestOfficeTellerOverRestarts(t *testing.T) {
	inMemory(t, func(t *testing.T, s *site) {
		anna := s.start(t, "Anna")
		l := s.lie(t, anna, nil)
		send := func(n int) {
			for i := range n {
				f, first := forge(t, fmt.Sprint("Nobody ", i))
				l.send(wire.KindEvents, f.frame(t, first))
			}
		}
		send(hearsaysToldBy)
		anna.await(t, "all are taken", func() bool { _, _, authors := anna.holdings(); return authors == hearsaysToldBy })
		anna.stop()
		anna.run(t)
		l.again(t, anna)
		send(10)
		anna.awaitDropped(t, errHearsay, 10)
		if _, _, authors := anna.holdings(); authors != hearsaysToldBy {
			t.Errorf("%d authors through one person", authors)
		}
	})
}
