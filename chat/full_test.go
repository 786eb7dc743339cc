package chat

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"lanyard/chat/event"
	"lanyard/internal/store"
	"lanyard/internal/wire"
)

// fill has the database refuse to grow, as a full disk does; the function it returns makes room again.
func (a *agent) fill(t *testing.T) (empty func()) {
	t.Helper()
	limit := func(pages int64) {
		t.Helper()
		err := store.ErrFull
		for try := 0; try < 100 && errors.Is(err, store.ErrFull); try++ { // a write in the same group may have found the disk full, which undoes the group and not what this sets
			err = a.limitPages(t, &pages)
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	limit(0)
	return func() { limit(1 << 30) }
}

// limitPages sets how many pages the database may have, as many as it has for 0.
func (a *agent) limitPages(t *testing.T, pages *int64) error {
	return a.config.DB.Write(t.Context(), func(tx *store.Tx) error {
		var set int64
		if *pages == 0 {
			if err := tx.QueryRow(`PRAGMA page_count`).Scan(pages); err != nil {
				return err
			}
		}
		return tx.QueryRow(fmt.Sprintf(`PRAGMA max_page_count = %d`, *pages)).Scan(&set)
	})
}

// TestFullDisk: who writes on a full disk is told so and nothing is sent; what arrives on a full disk is shown, but not acknowledged, and comes again
// when there is room. It is told once.
func TestFullDisk(t *testing.T) {
	inMemory(t, func(t *testing.T, s *site) {
		anna, ben := s.start(t, "Anna"), s.start(t, "Ben")
		anna.meet(t, ben)
		before := anna.send(t, ben, "before")
		ben.awaitTexts(t, anna, "before")
		anna.awaitState(t, before[0].ID, Delivered) // what is stored while the disk is full, were it one byte that fits, ends the problem
		anna.settle(t)
		long := strings.Repeat("x", event.MaxText)
		empty := anna.fill(t)
		if _, err := anna.Send(t.Context(), anna.Direct(ben.person()), long, "never"); !errors.Is(err, store.ErrFull) {
			t.Errorf("written on a full disk: %v", err)
		}
		if p := anna.Problems(); len(p) != 1 || p[0].ID != ProblemNotStored || p[0].Sentence != "Messages cannot be stored: the disk that holds Lanyard's own files is full." || !strings.HasPrefix(p[0].Remedy, "Make room on it") {
			t.Errorf("problems: %v", p)
		}
		empty()
		anna.send(t, ben, "after")
		ben.awaitTexts(t, anna, "before", "after")
		if p := anna.Problems(); len(p) != 0 {
			t.Errorf("problems once there is room: %v", p)
		}
		empty = ben.fill(t)
		sent := anna.send(t, ben, long, "last")
		ben.awaitTold(t, 4)
		ben.await(t, "a problem was told", func() bool { return len(ben.Problems()) == 1 })
		if m, err := anna.Message(t.Context(), sent[0].ID); err != nil || m.States[0].Delivery != Waiting {
			t.Errorf("acknowledged although the disk is full: %v %v", m.States, err)
		}
		empty()
		ben.awaitTexts(t, anna, "before", "after", long, "last")
		anna.awaitState(t, sent[1].ID, Delivered)
		if told := ben.ear.told(); len(told) != 4 {
			t.Errorf("%d texts were told", len(told))
		}
	})
}

// TestWordsOnAFullDisk: words that came while there was no room are asked for anew, less often the longer it lasts, and come once there is room. That they came in vain makes nothing of their author wait.
func TestWordsOnAFullDisk(t *testing.T) {
	inMemory(t, func(t *testing.T, s *site) {
		p := plead(t, s, 10*event.MaxText, []string{capabilityLacks, capabilityWords}, longTexts()...)
		empty := p.ben.fill(t)
		p.told(t) // who said what they have is asked for words
		before := p.liar.count(wire.KindGaps)
		p.anna.run(t)
		p.ben.await(t, "a full disk", func() bool { return len(p.ben.Problems()) > 0 })
		time.Sleep(time.Hour)
		p.liar.settled(p.ben)
		if n := p.liar.count(wire.KindGaps) - before; n < 10 || n > int(time.Hour/retryMost)+10 {
			t.Errorf("within an hour without room others were asked %d times", n)
		}
		if got := p.ben.Problems(); len(got) != 1 || got[0].ID != ProblemNotStored {
			t.Errorf("problems: %v", got)
		}
		empty()
		p.ben.await(t, "the words", func() bool { return p.ben.lackedNow(t, p.room).noted == 0 })
		p.ben.sameLacked(t, p.room, "once there is room")
		if got := p.ben.Problems(); len(got) != 0 {
			t.Errorf("problems once there is room: %v", got)
		}
	})
}

// TestMessagesOnAFullDiskForLong: what several say for an hour to who has no room for it comes once there is room: others are not asked more and more often meanwhile, and that it came in vain makes
// nothing of its authors wait.
func TestMessagesOnAFullDiskForLong(t *testing.T) {
	inMemory(t, func(t *testing.T, s *site) {
		all := s.office(t, "Ben", "Anna", "Carla", "Dora")
		ben := all[0]
		ben.stop()
		ben.flow = 64 * event.MaxText // some come twice before they are given up
		ben.run(t)
		l := s.lie(t, ben, nil)
		room := roomOfAll(t, NewRoom{}, all...)
		if _, err := ben.Invite(t.Context(), room, l.id.Person()); err != nil {
			t.Fatal(err)
		}
		for _, a := range all {
			a.await(t, "that five are members", func() bool { return a.known(room).room.members().Has(l.id.Person()) })
		}
		empty := ben.fill(t)
		said := 0
		for _, a := range all {
			if a != ben {
				a.say(t, room, slices.Repeat([]string{strings.Repeat(a.name, 3<<10)}, 8)...)
				said += 8
			}
		}
		ben.await(t, "a full disk", func() bool { return len(ben.Problems()) > 0 })
		time.Sleep(10 * time.Minute)
		_, before := l.vectors(room)
		time.Sleep(time.Hour)
		l.settled(ben)
		if _, n := l.vectors(room); n-before < 10 || n-before > 10*int(time.Hour/retryMost) {
			t.Errorf("within an hour without room one of the others was sent %d vectors", n-before)
		}
		empty()
		ben.await(t, "what all said", func() bool { return len(ben.said(t, room)) == said })
		if got := ben.Problems(); len(got) != 0 {
			t.Errorf("problems once there is room: %v", got)
		}
	})
}
