package peer_test

import (
	"strings"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"lanyard/internal/peer"
)

// wrong is a clock that is off and can be set.
type wrong struct{ by atomic.Int64 }

func (w *wrong) setup(by time.Duration) setup {
	w.by.Store(int64(by))
	return func(_ *agent, c *peer.Config) {
		c.Clock = func() time.Time { return time.Now().Add(time.Duration(w.by.Load())) }
	}
}

// clock is the sentence about the agent's own clock, empty if nothing is wrong with it.
func (a *agent) clock() string {
	for _, p := range a.Problems() {
		if p.ID == peer.ProblemClock {
			return p.Sentence
		}
	}
	return ""
}

// TestWrongClockIsTold: whose clock is off is told so by what the colleagues' say, and they whose it is, until it is set right while the links stay; whoever dialled.
func TestWrongClockIsTold(t *testing.T) {
	for _, c := range []struct {
		by          time.Duration
		own, others string
	}{
		{3 * time.Hour, "This computer's clock is 3 hours ahead of your colleagues'.", "3 hours ahead"},
		{-400 * 24 * time.Hour, "This computer's clock is 400 days behind your colleagues'.", "400 days behind"},
	} {
		t.Run(c.others, func(t *testing.T) {
			inMemory(t, func(t *testing.T, s *site) {
				var clock wrong
				anna := s.start(t, "Anna", clock.setup(c.by))
				ben, cem := s.start(t, "Ben"), s.start(t, "Cem")
				anna.meet(t, ben)
				cem.meet(t, anna)
				ben.meet(t, cem)
				anna.await(t, "her clock is told", func() bool { return anna.clock() == c.own })
				ben.await(t, "hers is told to Ben", func() bool { return ben.row(t, anna).Ahead != 0 })
				cem.await(t, "and to Cem", func() bool { return cem.row(t, anna).Ahead != 0 })
				if got := peer.Off(ben.row(t, anna).Ahead); got != c.others || ben.clock() != "" || cem.clock() != "" || ben.row(t, cem).Ahead != 0 || anna.row(t, ben).Ahead != 0 {
					t.Errorf("Ben is told %q of Anna, %q and %q of their own", got, ben.clock(), cem.clock())
				}
				if got := anna.ClockAhead().Round(time.Second); got != c.by {
					t.Errorf("it is ahead by %v", got)
				}
				link, _ := anna.Link(ben.peerID())
				clock.by.Store(0)
				anna.await(t, "the clock was set", func() bool { return anna.clock() == "" })
				ben.await(t, "Ben sees it", func() bool { return ben.row(t, anna).Ahead == 0 })
				cem.await(t, "Cem sees it", func() bool { return cem.row(t, anna).Ahead == 0 })
				if now, _ := anna.Link(ben.peerID()); now != link {
					t.Error("that took another link")
				}
			})
		})
	}
}

// TestOneColleaguesClock: of two nobody knows which one is wrong, and it is over when the other goes.
func TestOneColleaguesClock(t *testing.T) {
	inMemory(t, func(t *testing.T, s *site) {
		var clock wrong
		anna, ben := s.start(t, "Anna", clock.setup(-2*time.Hour)), s.start(t, "Ben")
		anna.meet(t, ben)
		const told = "This computer's clock is 2 hours behind that of Ben, the only colleague who is here."
		anna.await(t, "the clocks differ", func() bool { return anna.clock() == told })
		ben.await(t, "Ben is told, too", func() bool { return strings.Contains(ben.clock(), "2 hours ahead of that of Anna") })
		if got := peer.Off(anna.row(t, ben).Ahead); got != "2 hours ahead" {
			t.Errorf("of Ben is told %q", got)
		}
		ben.stop()
		anna.await(t, "nobody is here to compare with", func() bool { return anna.clock() == "" })
		ben.run(t)
		anna.meet(t, ben)
		anna.await(t, "the clocks differ still", func() bool { return anna.clock() == told })
	})
}

// TestClockTellsNothingNew: a clock that is off stays told once, and one that is right is never spoken of.
func TestClockTellsNothingNew(t *testing.T) {
	inMemory(t, func(t *testing.T, s *site) {
		var clock, right wrong
		anna, ben, cem := s.start(t, "Anna", clock.setup(90*time.Minute)), s.start(t, "Ben", right.setup(0)), s.start(t, "Cem")
		anna.meet(t, ben)
		anna.meet(t, cem)
		anna.await(t, "it is told", func() bool { return anna.clock() != "" })
		ben.meet(t, cem)
		told := 0
		defer anna.Subscribe(func(c peer.Change) {
			if c.ProblemsChanged {
				told++
			}
		})()
		for range 60 { // it drifts
			clock.by.Add(int64(5 * time.Second))
			time.Sleep(time.Minute)
		}
		synctest.Wait()
		if told != 0 || ben.clock() != "" {
			t.Errorf("told %d times more; Ben: %q", told, ben.clock())
		}
		right.by.Store(int64(2 * time.Minute)) // within what clocks may differ by
		time.Sleep(10 * time.Minute)
		if ben.clock() != "" || anna.row(t, ben).Ahead != 0 {
			t.Errorf("two minutes are told: %q", ben.clock())
		}
	})
}
