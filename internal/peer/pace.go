package peer

import (
	"math/rand/v2"
	"time"
)

// Pacing of pings and dials. All of it is pure: time and chance come as arguments.
const (
	pingActive = 5 * time.Second  // a conversation is on screen or content moves
	pingIdle   = 30 * time.Second // otherwise
	pingBudget = 1.5              // pings a second of the whole agent

	redialFirst  = time.Second
	redialMost   = 60 * time.Second
	redialBudget = 1.0 // dials a second of the whole agent to people who are not here

	lateLabel = 300 * time.Millisecond // the side with the higher label waits this long
	hintSpan  = 300 * time.Millisecond // a hint without a label is dialled within this time
	raceStep  = 250 * time.Millisecond // between dials to several addresses of one peer

	missedPings = 3
	maxPromise  = 10 * time.Minute // the longest ping interval that we let a peer name
)

// pingEvery is the pause between two pings on one of our dialled links, when `active` and `idle` of them are dialled by us in all.
// Everything is stretched alike once the sum would pass the budget.
func pingEvery(isActive bool, active, idle int) time.Duration {
	rate := float64(active)/pingActive.Seconds() + float64(idle)/pingIdle.Seconds()
	stretch := max(1, rate/pingBudget)
	every := pingIdle
	if isActive {
		every = pingActive
	}
	return min(time.Duration(float64(every)*stretch), maxPromise)
}

// redialAfter is the pause before the next dial after `tries` failed ones, when `absent` peers are being dialled: 1 s doubling to 60 s,
// stretched so that all of them stay under the budget, of which chance (0 to 1) takes away up to a half.
func redialAfter(tries, absent int, chance float64) time.Duration {
	most := max(redialMost, time.Duration(float64(absent)/redialBudget*float64(time.Second)))
	pause := most
	if tries < 16 {
		pause = min(redialFirst<<tries, most)
	}
	return pause - time.Duration(chance*float64(pause)/2)
}

// firstDial is how long a hint waits. By label the lower side dials at once and the higher one gives it time; without one, chance
// (0 to 1) spreads the dials of many agents that hear of each other at once.
func firstDial(own, theirs string, chance float64) time.Duration {
	switch {
	case theirs == "" || own == "":
		return time.Duration(chance * float64(hintSpan))
	case own < theirs:
		return 0
	}
	return lateLabel
}

// bucket is a token bucket: burst at once, then rate a second.
type bucket struct {
	tokens, burst, rate float64
	filled              time.Time
}

func newBucket(burst, rate float64) bucket { return bucket{tokens: burst, burst: burst, rate: rate} }

// take uses one token; false means too often.
func (b *bucket) take(now time.Time) bool {
	if !b.filled.IsZero() {
		b.tokens = min(b.burst, b.tokens+now.Sub(b.filled).Seconds()*b.rate)
	}
	b.filled = now
	if b.tokens < 1 {
		return false
	}
	b.tokens--
	return true
}

func (b *bucket) full(now time.Time) bool {
	return b.tokens+now.Sub(b.filled).Seconds()*b.rate >= b.burst
}

func chance() float64 { return rand.Float64() }
