package discovery

import (
	"math/rand/v2"
	"time"
)

const (
	secondSweep     = 3 * time.Second // after the first questions, which a new post's passive browse asks
	shortestSweep   = 30 * time.Second
	refreshDistance = 5 * time.Second // between sweeps that were asked for
	strangersMost   = 64              // labels without a link, beyond the number of linked ones, that count
)

// rhythm decides when to sweep.
type rhythm struct {
	stretch int // doublings since the last news
}

// next returns the time until the next sweep on a network with so many others.
//
// A sweep by each of n agents costs n(2+2n) packets, so the shortest pause of n²/12 s keeps everybody's together under about 24 a second,
// and the longest of n²+n s under 2. Labels without a link count only up to a bound, so that invented ones cannot stop the sweeping.
func (r *rhythm) next(all, linked int, news bool) time.Duration {
	n := float64(1 + min(all, 2*linked+strangersMost))
	if news {
		r.stretch = 0
	}
	shortest := max(shortestSweep.Seconds(), n*n/12)
	longest := max(shortestSweep.Seconds(), n*n+n)
	pause := shortest
	for range r.stretch {
		pause = min(2*pause, longest)
	}
	if pause < longest {
		r.stretch++
	}
	return jitter(time.Duration(pause * float64(time.Second)))
}

// jitter spreads what many agents would do at the same time by +-30 %.
func jitter(d time.Duration) time.Duration {
	return time.Duration(float64(d) * (0.7 + 0.6*rand.Float64()))
}

const (
	lookEvery   = 3 * time.Second        // at interfaces, addresses, clock: no portable event tells of them
	portEvery   = 100 * time.Millisecond // at a port that is not known yet
	dampShort   = 2 * time.Second        // a change must have lasted that long
	dampLong    = time.Minute            // the same while networks keep changing
	dampForget  = 2 * time.Minute        // without a rebuild: back to the short time
	clockSlack  = 10 * time.Second       // the wall clock moved this much more than planned: the machine slept
	browseQuota = 4096                   // labels after which a browse is replaced: the library keeps each for ever
	browseBurst = 1000                   // labels taken at any speed, then
	browsePace  = 5 * time.Millisecond   // one in this time; the kernel drops the rest
)

// damper decides how long a change of networks must last before posts are rebuilt.
type damper struct {
	wait    time.Duration
	rebuilt time.Time
}

func (d *damper) patience(now time.Time) time.Duration {
	if d.wait == 0 || now.Sub(d.rebuilt) > dampForget {
		d.wait = dampShort
	}
	return d.wait
}

func (d *damper) rebuild(now time.Time) {
	if !d.rebuilt.IsZero() && now.Sub(d.rebuilt) <= dampForget {
		d.wait = min(2*d.patience(now), dampLong)
	}
	d.rebuilt = now
}

// slept reports whether the machine slept, or somebody set its clock, between two moments that should lie planned apart. The monotonic
// clock is no help: whether it goes on during sleep differs by system.
func slept(before, now time.Time, planned time.Duration) bool {
	wall := now.Round(0).Sub(before.Round(0))
	return wall > planned+clockSlack || wall < -clockSlack
}
