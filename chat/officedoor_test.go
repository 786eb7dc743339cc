package chat

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"lanyard/chat/amend"
	"lanyard/chat/event"
	"lanyard/chat/frame"
	"lanyard/chat/membership"
	"lanyard/internal/identity"
	"lanyard/internal/name"
	"lanyard/internal/vector"
	"lanyard/internal/wire"
)

// forger writes announcements by an identity, whoever passes them on.
type forger struct {
	id  *identity.Identity
	log *lyingLog
}

// forge begins a log of announcements by a new identity.
func forge(t *testing.T, called string) (*forger, *event.Event) {
	t.Helper()
	id, err := identity.Generate()
	if err != nil {
		t.Fatal(err)
	}
	office := event.OfficeID()
	f := &forger{id: id, log: &lyingLog{header: event.Header{Conversation: office[:], Peer: id.PeerID(), Log: vector.NewLogID(), Time: time.Now().UnixMilli()}}}
	list := id.FirstPersonList()
	return f, f.log.event(t, event.KindJoin, membership.Body{Name: called, List: &list}, nil)
}

// frame signs events and makes a frame of them.
func (f *forger) frame(t *testing.T, events ...*event.Event) []byte {
	t.Helper()
	last := events[len(events)-1]
	last.Signature = f.id.Sign(event.SigningContext, last.ID[:])
	body, err := event.Run{Events: events}.Encode()
	if err != nil {
		t.Fatal(err)
	}
	return body
}

func (a *agent) awaitDropped(t *testing.T, reason error, n uint64) {
	t.Helper()
	a.await(t, fmt.Sprintf("%d times dropped: %s", n, reason), func() bool { return a.Dropped()[reason.Error()] >= n })
}

// size is how many bytes the database of a stopped agent has.
func (a *agent) size(t *testing.T) (n int64) {
	t.Helper()
	for _, name := range []string{"lanyard.db", "lanyard.db-wal"} {
		if info, err := os.Stat(filepath.Join(a.dir, name)); err == nil {
			n += info.Size()
		}
	}
	return n
}

// TestOfficeFlood: who announces without end, and under two hundred names that nobody met, costs little on the disk, and nobody else their place.
func TestOfficeFlood(t *testing.T) {
	inMemory(t, func(t *testing.T, s *site) {
		all := s.office(t, "Anna", "Ben")
		anna, ben := all[0], all[1]
		l := s.lie(t, anna, nil)
		long := strings.Repeat("spam ", 6000)
		own := l.newLog(event.OfficeID())
		list := l.id.FirstPersonList()
		events := []*event.Event{own.event(t, event.KindJoin, membership.Body{Name: "Mallory", List: &list}, nil)}
		mallory := &forger{id: l.id, log: own}
		l.send(wire.KindEvents, mallory.frame(t, events...))
		for range 120 { // 3.6 MB by one who is linked
			l.send(wire.KindEvents, mallory.frame(t, own.text(t, long, nil)))
		}
		anna.awaitDropped(t, errFlood, 1)
		for i := range 200 { // and 6 MB by names that nobody met
			f, first := forge(t, fmt.Sprint("Nobody ", i))
			l.send(wire.KindEvents, f.frame(t, first, f.log.text(t, long, nil)))
		}
		anna.awaitDropped(t, errHearsay, 200-hearsaysToldBy)
		ben.announce(t, "All the same")
		anna.await(t, "Ben is heard", func() bool {
			return strings.Contains(strings.Join(anna.said(t, event.OfficeID()), "\n"), "All the same")
		})
		anna.stop()
		if n := anna.size(t); n > 12<<20 {
			t.Errorf("the flood took %d bytes", n)
		}
	})
}

// TestRefusalIsOfOneAuthor: where something of one author was refused, what is missing of another over the same link is asked for.
func TestRefusalIsOfOneAuthor(t *testing.T) {
	inMemory(t, func(t *testing.T, s *site) {
		anna := s.start(t, "Anna")
		l := s.lie(t, anna, nil)
		l.greetOffice(t)
		honest, first := forge(t, "Carla")
		l.send(wire.KindEvents, honest.frame(t, first))
		flooder, begun := forge(t, "Mallory")
		all := []*event.Event{begun}
		for range hearsayEvents {
			all = append(all, flooder.log.text(t, "x", nil))
		}
		l.send(wire.KindEvents, flooder.frame(t, all...))
		anna.awaitDropped(t, errFlood, 1)
		time.Sleep(2 * askPause)
		before, lost := l.vectorsOf(t, event.OfficeID()), time.Now()
		honest.log.text(t, "lost on its way", nil)
		l.send(wire.KindEvents, honest.frame(t, honest.log.text(t, "after it", nil)))
		anna.await(t, "she asks for it", func() bool { return l.vectorsOf(t, event.OfficeID()) > before })
		if after := time.Since(lost); after > porterRound/4 {
			t.Errorf("she asks after %v, when it was her turn to greet", after)
		}
	})
}

// greetOffice says that the liar has no announcements.
func (l *liar) greetOffice(t *testing.T) {
	t.Helper()
	in := event.OfficeID()
	body, err := wire.Marshal(frame.Vectors{Conversation: in[:]})
	if err != nil {
		t.Fatal(err)
	}
	l.send(wire.KindVectors, body)
}

// vectorsOf counts the vectors of a conversation that the liar got.
func (l *liar) vectorsOf(t *testing.T, in event.ConversationID) (n int) {
	t.Helper()
	l.mu.Lock()
	defer l.mu.Unlock()
	for _, f := range l.seen {
		if f.Kind != wire.KindVectors {
			continue
		}
		v, err := frame.ReadVectors(f.Body)
		if err != nil {
			t.Fatal(err)
		}
		if event.ConversationID(v.Conversation) == in {
			n++
		}
	}
	return n
}

// TestOfficeForged: announcements by nobody, by somebody else, from the future, of a log without its author, or without their words, are not taken.
func TestOfficeForged(t *testing.T) {
	inMemory(t, func(t *testing.T, s *site) {
		anna := s.start(t, "Anna")
		l := s.lie(t, anna, nil)
		f, first := forge(t, "Nobody")
		wrong, intro := forge(t, "Somebody else")
		other := *intro
		_ = wrong
		l.send(wire.KindEvents, (&forger{id: l.id, log: f.log}).frame(t, &other)) // signed by another key
		anna.await(t, "a wrong signature is dropped", func() bool { return anna.Dropped()["events with a wrong signature"] == 1 })
		bare, _ := forge(t, "Nobody")
		bare.log.end = event.Point{}
		l.send(wire.KindEvents, bare.frame(t, bare.log.text(t, "no author", nil)))
		anna.awaitDropped(t, errNoIntroduction, 1)
		ahead, begun := forge(t, "Nobody")
		l.send(wire.KindEvents, ahead.frame(t, begun, ahead.log.text(t, "tomorrow", func(h *event.Header) { h.Time += 3 * 24 * time.Hour.Milliseconds() })))
		anna.awaitDropped(t, errAhead, 1)
		words := f.log.text(t, "with words", nil)
		stripped := *words
		stripped.Salt, stripped.Body = nil, nil
		l.send(wire.KindEvents, f.frame(t, first, &stripped))
		anna.awaitDropped(t, errBare, 1)
		l.send(wire.KindEvents, f.frame(t, first, words))
		anna.awaitSaid(t, event.OfficeID(), "with words")
		m := f.log.event(t, event.KindReaction, amend.Amendment{}, nil)
		l.send(wire.KindEvents, f.frame(t, m, f.log.text(t, "after what means nothing", nil)))
		anna.awaitSaid(t, event.OfficeID(), "with words", "after what means nothing")
	})
}

// TestOfficeBlocked: who is blocked is neither shown, also not what they said before, nor passed on, nor taken through others; and is, once unblocked.
func TestOfficeBlocked(t *testing.T) {
	inMemory(t, func(t *testing.T, s *site) {
		all := s.office(t, "Anna", "Ben", "Carla")
		anna, ben, carla := all[0], all[1], all[2]
		anna.announce(t, "before")
		ben.awaitSaid(t, event.OfficeID(), "before")
		carla.awaitSaid(t, event.OfficeID(), "before")
		if err := ben.roster.Block(t.Context(), anna.person()); err != nil {
			t.Fatal(err)
		}
		ben.awaitSaid(t, event.OfficeID())
		ben.await(t, "nothing is unread", func() bool { row := ben.officeRow(t); return row.Unread == 0 && row.Last == nil })
		anna.announce(t, "after")
		carla.awaitSaid(t, event.OfficeID(), "before", "after")
		carla.announce(t, "Carla's")
		ben.awaitSaid(t, event.OfficeID(), "Carla's")
		dora := s.start(t, "Dora")
		dora.meet(t, ben)
		dora.awaitSaid(t, event.OfficeID(), "Carla's")
		if err := ben.roster.Unblock(t.Context(), anna.person()); err != nil {
			t.Fatal(err)
		}
		ben.await(t, "all is there again", func() bool { return len(ben.said(t, event.OfficeID())) == 3 })
	})
}

// TestOfficeThird: two who cannot reach each other hear of each other through a third, while all are there, and who is invisible tells nobody what they read.
func TestOfficeThird(t *testing.T) {
	inMemory(t, func(t *testing.T, s *site) {
		anna, ben, carla := s.start(t, "Anna"), s.start(t, "Ben"), s.start(t, "Carla")
		s.lan.Partition([]*lanHost{anna.host}, []*lanHost{carla.host})
		ben.meet(t, anna)
		ben.meet(t, carla)
		sent := anna.announce(t, "To both")
		carla.awaitSaid(t, event.OfficeID(), "To both")
		if told := carla.awaitTold(t, 1); told[0] != "To both" {
			t.Errorf("%q", told)
		}
		s.lan.Heal()
		carla.meet(t, anna)
		anna.awaitReach(t, sent.ID, 2, 2, 0)
	})
}

// TestOfficeRestored: a profile that was put back gets its announcements back, and what only it had is said once.
func TestOfficeRestored(t *testing.T) {
	inMemory(t, func(t *testing.T, s *site) {
		all := s.office(t, "Anna", "Ben")
		anna, ben := all[0], all[1]
		anna.announce(t, "one")
		ben.awaitSaid(t, event.OfficeID(), "one")
		anna.stop()
		put := anna.copyProfile(t)
		anna.run(t)
		anna.awaitLink(t, ben)
		anna.announce(t, "two")
		ben.awaitSaid(t, event.OfficeID(), "one", "two")
		anna.stop()
		put()
		ben.stop()
		anna.run(t)
		anna.announce(t, "three, alone")
		ben.run(t)
		anna.awaitLink(t, ben)
		for _, a := range all {
			a.await(t, "all three", func() bool { return len(a.said(t, event.OfficeID())) == 3 })
		}
		if a, b := anna.said(t, event.OfficeID()), ben.said(t, event.OfficeID()); strings.Join(a, ",") != strings.Join(b, ",") {
			t.Errorf("%q and %q", a, b)
		}
	})
}

// FuzzIntroduction: no log gets an author whose key is not the one that it is named by.
func FuzzIntroduction(f *testing.F) {
	id, err := identity.Generate()
	if err != nil {
		f.Fatal(err)
	}
	list := id.FirstPersonList()
	body, err := wire.Marshal(membership.Body{Name: "Anna", List: &list})
	if err != nil {
		f.Fatal(err)
	}
	f.Add(uint64(event.KindJoin), body)
	f.Add(uint64(event.KindText), []byte{})
	f.Fuzz(func(t *testing.T, kind uint64, body []byte) {
		given, err := introduced(&event.Event{Header: event.Header{Number: 1, Peer: id.PeerID(), Kind: event.Kind(kind)}, Body: body})
		if err == nil && (identity.PeerIDOf(given.key) != id.PeerID() || !name.IsDisplay(given.called)) {
			t.Errorf("%q is taken for %s", given.called, id.PeerID().Short())
		}
	})
}
