package peer

import (
	"math"
	"testing"
	"time"

	"pgregory.net/rapid"
)

func TestOff(t *testing.T) {
	const day = 24 * time.Hour
	for ahead, want := range map[time.Duration]string{
		time.Minute:       "1 minute ahead",
		-5 * time.Minute:  "5 minutes behind",
		119 * time.Minute: "119 minutes ahead",
		2 * time.Hour:     "2 hours ahead",
		-47 * time.Hour:   "47 hours behind",
		400 * day:         "400 days ahead",
		-5844 * day:       "16 years behind",
	} {
		if got := Off(ahead); got != want {
			t.Errorf("%v: %q and not %q", ahead, got, want)
		}
	}
}

// TestOwnAheadNeedsAMajority: liars who are fewer than the others change neither whether our clock is told to be wrong nor by how much more than an honest colleague would say.
func TestOwnAheadNeedsAMajority(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		off := rapid.SampledFrom([]time.Duration{0, 3 * time.Hour, -400 * 24 * time.Hour}).Draw(t, "off")
		honest := rapid.IntRange(1, 10).Draw(t, "honest")
		var voices []voice
		for range honest {
			voices = append(voices, voice{ahead: -off + time.Duration(rapid.IntRange(-60, 60).Draw(t, "seconds"))*time.Second})
		}
		for range rapid.IntRange(0, honest-1).Draw(t, "liars") {
			voices = append(voices, voice{ahead: apart(rapid.Uint64Max(clockLatest).Draw(t, "lie"), time.UnixMilli(1795e9))})
		}
		voices = rapid.Permutation(voices).Draw(t, "order")
		if got := steady(0, ownAhead(voices)); (got - off).Abs() > time.Minute {
			t.Fatalf("%v and not %v of %v", got, off, voices)
		}
	})
	if got := ownAhead([]voice{{ahead: time.Hour}, {ahead: -time.Hour}}); got != 0 {
		t.Errorf("two who disagree say %v", got)
	}
}

func TestApart(t *testing.T) {
	for _, c := range []struct {
		theirs uint64
		ours   int64
		want   time.Duration
	}{{0, 0, 0}, {5000, 2000, 3 * time.Second}, {0, 1795e9, -56 * 365 * 24 * time.Hour}, {clockLatest, 1795e9, clockFar}, {1, math.MaxInt64 / 2, -clockFar}} {
		if got := apart(c.theirs, time.UnixMilli(c.ours)); (got-c.want).Abs() > 400*24*time.Hour || c.want.Abs() < time.Minute && got != c.want {
			t.Errorf("%d and %d are %v apart, not %v", c.theirs, c.ours, got, c.want)
		}
	}
}

func TestSteady(t *testing.T) {
	const h = time.Hour
	for _, c := range []struct{ told, now, want time.Duration }{
		{0, 4 * time.Minute, 0}, {0, 6 * time.Minute, 6 * time.Minute}, {6 * time.Minute, 4 * time.Minute, 4 * time.Minute}, {6 * time.Minute, 2 * time.Minute, 0},
		{3 * h, 3*h + 10*time.Minute, 3 * h}, {3 * h, 4 * h, 4 * h}, {-3 * h, -3*h - time.Second, -3 * h}, {-3 * h, 3 * h, 3 * h},
	} {
		if got := steady(c.told, c.now); got != c.want {
			t.Errorf("%v after %v tells %v and not %v", c.now, c.told, got, c.want)
		}
	}
}
