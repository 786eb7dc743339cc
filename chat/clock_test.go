package chat

import (
	"slices"
	"sync/atomic"
	"testing"
	"time"
)

// off is a clock beside that of the bubble.
type off struct{ by atomic.Int64 }

func (o *off) now() time.Time { return time.Now().Add(time.Duration(o.by.Load())) }

// TestOwnWordsOfASlowClock: what was written while our clock was slow is kept for its days from when that was by our colleagues' clocks. Here theirs are fast, until the bubble's
// clock is as far.
func TestOwnWordsOfASlowClock(t *testing.T) {
	inMemory(t, func(t *testing.T, s *site) {
		var theirs off
		theirs.by.Store(int64(9 * day))
		anna, ben := s.start(t, "Anna"), s.agent(t, "Ben")
		ben.clock = theirs.now
		ben.run(t)
		anna.meet(t, ben)
		anna.await(t, "the clocks differ", func() bool { return anna.roster.ClockAhead() < -8*day })
		sent := anna.send(t, ben, "written long ago")[0]
		anna.awaitState(t, sent.ID, Delivered)
		if err := anna.KeepAll(t.Context(), 2); err != nil {
			t.Fatal(err)
		}
		elapse(t, 9*day, anna, ben)
		theirs.by.Store(0)
		time.Sleep(day)
		if got := anna.texts(t, ben); !slices.Equal(got, []string{"written long ago"}) {
			t.Errorf("a day after it was written: %q", got)
		}
		time.Sleep(2 * day)
		anna.awaitTexts(t, ben)
	})
}

// TestFastClockDropsNothing: while our clock is fast, messages grow old by our colleagues' clocks.
func TestFastClockDropsNothing(t *testing.T) {
	inMemory(t, func(t *testing.T, s *site) {
		var theirs off
		anna, ben := s.start(t, "Anna"), s.agent(t, "Ben")
		ben.clock = theirs.now
		ben.run(t)
		anna.meet(t, ben)
		sent := anna.send(t, ben, "of today")[0]
		anna.awaitState(t, sent.ID, Delivered)
		if err := anna.KeepAll(t.Context(), 2); err != nil {
			t.Fatal(err)
		}
		theirs.by.Store(int64(-9 * day))
		elapse(t, 9*day, anna, ben)
		anna.await(t, "her clock is fast", func() bool { return anna.roster.ClockAhead() > 8*day })
		time.Sleep(day)
		if got := anna.texts(t, ben); !slices.Equal(got, []string{"of today"}) {
			t.Fatalf("a day after it was written: %q", got)
		}
		time.Sleep(2 * day)
		anna.awaitTexts(t, ben)
	})
}

// TestUnheard: announcements reach nobody from a clock that is more than a day fast or a month slow, and that is known.
func TestUnheard(t *testing.T) {
	for _, c := range []struct {
		what    string
		theirs  time.Duration
		unheard bool
	}{
		{"hours behind", -3 * time.Hour, false},
		{"days ahead", 9 * day, false},
		{"days behind", -2 * day, true},
		{"over a year ahead", 400 * day, true},
	} {
		t.Run(c.what, func(t *testing.T) {
			inMemory(t, func(t *testing.T, s *site) {
				var theirs off
				theirs.by.Store(int64(c.theirs))
				anna, ben := s.start(t, "Anna"), s.agent(t, "Ben")
				ben.clock = theirs.now
				ben.run(t)
				if got := anna.Unheard(); got != 0 {
					t.Errorf("with nobody here: %v", got)
				}
				anna.meet(t, ben)
				anna.await(t, "the clocks differ", func() bool { return anna.roster.ClockAhead() != 0 })
				if got := anna.Unheard(); (got != 0) != c.unheard || got != 0 && (got+c.theirs).Abs() > time.Minute {
					t.Errorf("unheard for being ahead by %v", got)
				}
			})
		})
	}
}
