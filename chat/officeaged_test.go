package chat

import (
	"fmt"
	"testing"
	"time"

	"lanyard/chat/event"
	"lanyard/chat/frame"
	"lanyard/chat/membership"
	"lanyard/internal/identity"
	"lanyard/internal/vector"
	"lanyard/internal/wire"
)

// holdings counts what an agent has of announcements in memory.
func (a *agent) holdings() (logs, events, authors int) {
	v := a.known(event.OfficeID())
	v.mu.Lock()
	defer v.mu.Unlock()
	for _, branches := range v.branches {
		for _, b := range branches {
			logs, events = logs+1, events+int(b.tip.Number-b.fork)
		}
	}
	return logs, events, len(v.office.authors)
}

// backdated begins a log of announcements by an identity that a moment later is too old to be passed on.
func backdated(t *testing.T, id *identity.Identity) (*forger, *event.Event) {
	t.Helper()
	office := event.OfficeID()
	f := &forger{id: id, log: &lyingLog{header: event.Header{
		Conversation: office[:], Peer: id.PeerID(), Log: vector.NewLogID(), Time: time.Now().Add(-officeLog + 5*time.Second).UnixMilli(),
	}}}
	list := id.FirstPersonList()
	return f, f.log.event(t, event.KindJoin, membership.Body{Name: "Mallory", List: &list}, nil)
}

// aged are announcements without their words, six hours apart.
func (f *forger) aged(t *testing.T, n int) (all []*event.Event) {
	t.Helper()
	for i := range n {
		e := f.log.text(t, "x", func(h *event.Header) { h.Time += int64(i) * 6 * time.Hour.Milliseconds() })
		e.Salt, e.Body = nil, nil
		all = append(all, e)
	}
	return all
}

// TestOfficeBackdatedFlood: an author's share is not filled anew by logs that were old when they came, and is free again 30 days after they came.
func TestOfficeBackdatedFlood(t *testing.T) {
	inMemory(t, func(t *testing.T, s *site) {
		anna := s.start(t, "Anna")
		l := s.lie(t, anna, nil)
		send := func() {
			f, first := backdated(t, l.id)
			l.send(wire.KindEvents, f.frame(t, append([]*event.Event{first}, f.aged(t, 100)...)...))
			time.Sleep(10 * time.Second)
		}
		for range 40 {
			send()
		}
		anna.awaitDropped(t, errFlood, 1)
		before, events, _ := anna.holdings()
		if events > authorEvents || before > frame.MaxAuthorLogs {
			t.Errorf("%d events in %d logs of one author", events, before)
		}
		l.host.Down() // a link that is kept for so long costs more than all the rest
		time.Sleep(officeAge)
		l.host.Up()
		l.again(t, anna)
		send()
		anna.await(t, "there is room again", func() bool { logs, _, _ := anna.holdings(); return logs == before+1 })
	})
}

// TestOfficeBackdatedAuthors: names that nobody met take the share of such authors also where what they say is old, and leave nothing where nothing of theirs is taken.
func TestOfficeBackdatedAuthors(t *testing.T) {
	inMemory(t, func(t *testing.T, s *site) {
		anna := s.start(t, "Anna")
		l := s.lie(t, anna, nil)
		for i := range 200 {
			id, err := identity.Generate()
			if err != nil {
				t.Fatal(err)
			}
			f, first := backdated(t, id)
			l.send(wire.KindEvents, f.frame(t, first))
			f, _ = forge(t, fmt.Sprint("Nobody ", i))
			f.log.end = event.Point{}
			list := f.id.FirstPersonList()
			l.send(wire.KindEvents, f.frame(t, f.log.event(t, event.KindJoin, membership.Body{Name: "Nobody", List: &list}, func(h *event.Header) { h.Lamport = event.Leap + 1 })))
			time.Sleep(10 * time.Second)
		}
		anna.awaitDropped(t, errHearsay, 200-hearsaysToldBy)
		if logs, _, authors := anna.holdings(); logs != hearsaysToldBy || authors != hearsaysToldBy {
			t.Errorf("%d authors and %d logs through one person", authors, logs)
		}
	})
}

// TestOfficeOldLogsDoNotGrow: nothing is added to a log that began too long ago.
func TestOfficeOldLogsDoNotGrow(t *testing.T) {
	inMemory(t, func(t *testing.T, s *site) {
		anna := s.start(t, "Anna")
		l := s.lie(t, anna, nil)
		f, first := backdated(t, l.id)
		l.send(wire.KindEvents, f.frame(t, first))
		anna.await(t, "it is taken", func() bool { logs, _, _ := anna.holdings(); return logs == 1 })
		time.Sleep(10 * time.Second)
		l.send(wire.KindEvents, f.frame(t, f.aged(t, 100)...))
		anna.awaitDropped(t, errTooOld, 1)
		l.send(wire.KindEvents, f.frame(t, f.log.text(t, "of today", func(h *event.Header) { h.Time = time.Now().UnixMilli() })))
		anna.awaitDropped(t, errTooOld, 2)
		if _, events, _ := anna.holdings(); events != 1 {
			t.Errorf("%d events of a log that is over", events)
		}
	})
}

// TestOfficeTimesDoNotFall: announcements whose times fall are not taken, neither within a frame nor after what is here, nor in a second history.
func TestOfficeTimesDoNotFall(t *testing.T) {
	inMemory(t, func(t *testing.T, s *site) {
		anna := s.start(t, "Anna")
		l := s.lie(t, anna, nil)
		f, first := forge(t, "Carla")
		one := f.log.text(t, "one", func(h *event.Header) { h.Time += 1000 })
		l.send(wire.KindEvents, f.frame(t, first, one))
		anna.awaitSaid(t, event.OfficeID(), "one")
		earlier := func(h *event.Header) { h.Time += 999 }
		fallen := func(after *event.Event, n uint64, rest ...*event.Event) {
			t.Helper()
			f.log.end = event.PointOf(after)
			events := append(rest, f.log.text(t, "earlier", earlier))
			l.send(wire.KindEvents, f.frame(t, events...))
			anna.awaitDropped(t, errFalls, n)
		}
		fallen(one, 1)
		f.log.end = event.PointOf(one)
		later := f.log.text(t, "later", func(h *event.Header) { h.Time += 2000 })
		fallen(later, 2, later)
		f.log.end = event.PointOf(first)
		l.send(wire.KindEvents, f.frame(t, f.log.text(t, "before all", func(h *event.Header) { h.Time-- })))
		anna.awaitDropped(t, errFalls, 3)
		l.send(wire.KindEvents, f.frame(t, later))
		anna.awaitSaid(t, event.OfficeID(), "one", "later")
	})
}
