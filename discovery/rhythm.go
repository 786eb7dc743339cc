package discovery

import (
	"math/rand/v2"
	"time"
)

const (
	secondSweep   = 3 * time.Second // after the first questions, which a new post's passive browse asks
	shortestSweep = 30 * time.Second
	strangersMost = 64 // labels without a link, beyond the number of linked ones, that count
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
