package chat

import (
	"errors"
	"slices"
	"strings"
	"testing"
	"time"

	"lanyard/chat/event"
)

func TestTwoTalk(t *testing.T) {
	onBoth(t, func(t *testing.T, s *site) {
		anna, ben := s.start(t, "Anna"), s.start(t, "Ben")
		anna.meet(t, ben)
		first := anna.send(t, ben, "Lunch?")[0]
		ben.awaitTexts(t, anna, "Lunch?")
		anna.awaitState(t, first.ID, Delivered)
		ben.send(t, anna, "Gladly.")
		anna.awaitTexts(t, ben, "Lunch?", "Gladly.")
		row, err := ben.MarkRead(t.Context(), ben.Direct(anna.person()), event.ID{})
		if err != nil || row.Unread != 0 {
			t.Fatalf("marked as read: %+v %v", row, err)
		}
		anna.awaitState(t, first.ID, Read)
		anna.await(t, "the states were told", func() bool { return anna.ear.state(first.ID) == Read })
		for _, a := range []*agent{anna, ben} {
			if got := a.awaitTold(t, 2); !slices.Equal(got, []string{"Lunch?", "Gladly."}) {
				t.Errorf("%s was told %q", a.name, got)
			}
		}
		if drops := ben.Dropped(); len(drops) > 0 {
			t.Errorf("dropped: %v", drops)
		}
	})
}

func TestWrittenWhileAwayArrivesAfterRestartsOfBoth(t *testing.T) {
	onBoth(t, func(t *testing.T, s *site) {
		anna, ben := s.start(t, "Anna"), s.start(t, "Ben")
		anna.meet(t, ben)
		ben.stop()
		sent := anna.send(t, ben, "one", "two")
		if m, err := anna.Message(t.Context(), sent[1].ID); err != nil || m.States[0].Delivery != Waiting {
			t.Errorf("the state of what was written to somebody away: %v %v", m.States, err)
		}
		anna.stop()
		anna.run(t)
		ben.run(t)
		anna.awaitLink(t, ben)
		ben.awaitTexts(t, anna, "one", "two")
		anna.awaitState(t, sent[1].ID, Delivered)
		anna.send(t, ben, "three")
		ben.awaitTexts(t, anna, "one", "two", "three")
		if got := ben.awaitTold(t, 3); !slices.Equal(got, []string{"one", "two", "three"}) {
			t.Errorf("told %q", got)
		}
	})
}

func TestSendRefuses(t *testing.T) {
	inMemory(t, func(t *testing.T, s *site) {
		anna, ben := s.start(t, "Anna"), s.start(t, "Ben")
		anna.meet(t, ben)
		long := strings.Repeat("x", event.MaxText)
		anna.send(t, ben, long)
		ben.awaitTexts(t, anna, long)
		var tooLong *event.TooLongError
		if _, err := anna.Send(t.Context(), anna.Direct(ben.person()), long+"x"); !errors.As(err, &tooLong) || !strings.Contains(err.Error(), "file") {
			t.Errorf("a text that is too long: %v", err)
		}
		stranger := s.agent(t, "Zoe")
		for _, c := range []struct {
			what string
			to   *agent
			text string
			want error
		}{
			{"nothing", ben, "", event.ErrEmpty},
			{"blanks only", ben, " \t\u3000\n ", event.ErrEmpty},
			{"only what shows nothing", ben, "\u200b\u2060 \ufe0f\u3164\u200f", event.ErrEmpty},
			{"a zero byte", ben, "a\x00b", event.ErrText},
			{"no UTF-8", ben, "a\xffb", event.ErrText},
			{"oneself", anna, "a", ErrSelf},
			{"a stranger", stranger, "a", ErrStranger},
		} {
			if _, err := anna.Send(t.Context(), anna.Direct(c.to.person()), c.text); !errors.Is(err, c.want) {
				t.Errorf("%s: %v", c.what, err)
			}
		}
		if err := anna.roster.Block(t.Context(), ben.person()); err != nil {
			t.Fatal(err)
		}
		if _, err := anna.Send(t.Context(), anna.Direct(ben.person()), "a"); !errors.Is(err, ErrBlocked) {
			t.Errorf("somebody blocked: %v", err)
		}
	})
}

// TestLostFrames: frames that a link dropped because we did not keep up, whatever they were, are made good.
func TestLostFrames(t *testing.T) {
	inMemory(t, func(t *testing.T, s *site) {
		anna, ben := s.start(t, "Anna"), s.start(t, "Ben")
		anna.meet(t, ben)
		first := anna.send(t, ben, "one")[0]
		anna.awaitState(t, first.ID, Delivered)
		link, ok := anna.roster.Link(ben.id.PeerID())
		if !ok {
			t.Fatal("no link")
		}
		v := anna.conversation(ben.person())
		for _, lost := range []struct {
			what string
			lose func()
		}{
			{"their vector", func() {
				x := anna.session(link, v)
				x.mu.Lock()
				defer x.mu.Unlock()
				x.theirs, x.have = nil, cover{}
			}},
			{"their state", func() {
				v.mu.Lock()
				defer v.mu.Unlock()
				delete(v.machines, ben.id.PeerID())
			}},
		} {
			time.Sleep(2 * askPause)
			lost.lose()
			anna.framesLost(link)
			anna.awaitState(t, first.ID, Delivered)
			time.Sleep(2 * askPause)
			next := anna.send(t, ben, "after "+lost.what+" was lost")[0]
			anna.awaitState(t, next.ID, Delivered)
		}
		ben.awaitTexts(t, anna, "one", "after their vector was lost", "after their state was lost")
	})
}
