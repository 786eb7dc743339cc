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

// keepsTwoDays has Anna, who keeps messages for two days, say something to Ben, whose clock is the given one.
func (s *site) keepsTwoDays(t *testing.T, theirs *off) (anna, ben *agent) {
	t.Helper()
	anna, ben = s.start(t, "Anna"), s.agent(t, "Ben")
	ben.clock = theirs.now
	ben.run(t)
	anna.meet(t, ben)
	sent := anna.send(t, ben, "of today")[0]
	anna.awaitState(t, sent.ID, Delivered)
	if err := anna.KeepAll(t.Context(), 2); err != nil {
		t.Fatal(err)
	}
	return anna, ben
}

// fastClock has nine days pass for Anna of these two, and none for Ben.
func (s *site) fastClock(t *testing.T) (anna, ben *agent, theirs *off) {
	t.Helper()
	theirs = new(off)
	anna, ben = s.keepsTwoDays(t, theirs)
	theirs.by.Store(int64(-9 * day))
	elapse(t, 9*day, anna, ben)
	anna.await(t, "her clock is fast", func() bool { return anna.roster.ClockAhead() > 8*day })
	return anna, ben, theirs
}

// TestFastClockDropsNothing: while our clock is fast, messages grow old by our colleagues' clocks.
func TestFastClockDropsNothing(t *testing.T) {
	inMemory(t, func(t *testing.T, s *site) {
		anna, ben, _ := s.fastClock(t)
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

// TestFastClockAlone: what our clock is known to be fast by is known still once the last colleague went home, and after a restart, and whoever comes and has the same time as ours ends that.
func TestFastClockAlone(t *testing.T) {
	inMemory(t, func(t *testing.T, s *site) {
		anna, ben, theirs := s.fastClock(t)
		ben.stop()
		keeps := func(when string) {
			t.Helper()
			if got := anna.texts(t, ben); !slices.Equal(got, []string{"of today"}) {
				t.Fatalf("%s: %q", when, got)
			}
		}
		time.Sleep(7 * time.Hour)
		keeps("seven hours after he went home")
		anna.stop()
		time.Sleep(7 * time.Hour)
		anna.run(t)
		time.Sleep(2 * keepingFirst)
		keeps("the next morning, before he came")
		theirs.by.Store(0)
		ben.run(t)
		anna.awaitLink(t, ben)
		anna.await(t, "the clocks agree", func() bool { ahead, compared := anna.roster.ClockCompared(); return compared && ahead == 0 })
		time.Sleep(time.Minute)
		if err := anna.KeepAll(t.Context(), 2); err != nil {
			t.Fatal(err)
		}
		anna.awaitTexts(t, ben)
	})
}

// TestAloneAfterAFastClock: who stays alone after somebody said that our clock is fast, however much, keeps messages for their days from then, and no longer.
func TestAloneAfterAFastClock(t *testing.T) {
	inMemory(t, func(t *testing.T, s *site) {
		var theirs off
		theirs.by.Store(int64(-10 * 365 * day))
		anna, ben := s.keepsTwoDays(t, &theirs)
		anna.await(t, "her clock is fast", func() bool { return anna.roster.ClockAhead() > 9*365*day })
		ben.stop()
		time.Sleep(2*day - 2*keepingEvery)
		if got := anna.texts(t, ben); !slices.Equal(got, []string{"of today"}) {
			t.Fatalf("before two days: %q", got)
		}
		time.Sleep(4 * keepingEvery)
		anna.awaitTexts(t, ben)
	})
}

func TestOwnClock(t *testing.T) {
	ms := day.Milliseconds()
	at := func(days int64) int64 { return 1000*ms + days*ms }
	fast := ownClock{}.heard(at(0), 9*day, true)
	if fast != (ownClock{ahead: 9 * ms, said: at(0), seen: at(0)}) {
		t.Fatalf("heard as %+v", fast)
	}
	set := fast.heard(at(1), 0, false).heard(at(-7), 0, false)
	for _, c := range []struct {
		what      string
		is        ownClock
		now, want int64
	}{
		{"nobody ever said anything", ownClock{}, at(0), at(0)},
		{"they are here", fast, at(0), at(-9)},
		{"a day later they are gone", fast.heard(at(1), 0, false), at(1), at(-8)},
		{"the days that are kept have passed", fast.heard(at(30), 0, false), at(30), at(30)},
		{"who is here says that it is right", fast.heard(at(1), 0, true), at(1), at(1)},
		{"who is here says that it is slow", fast.heard(at(1), -day, true), at(1), at(1)},
		{"it was set back by eight days alone", set, at(-7), at(-8)},
		{"and 29 days later, which are 30 since they said so", set.heard(at(22), 0, false), at(22), at(22)},
		{"it was set back by more than it was fast", fast.heard(at(-20), 0, false), at(-20), at(-20)},
	} {
		if got := c.is.today(c.now, 30); got != c.want {
			t.Errorf("%s: today is %d days off", c.what, (got-c.want)/ms)
		}
	}
}
