package typing

import "time"

// hearing is what one link told, and how much more it may tell now.
type hearing struct {
	wishes       bool // their person switched live text on
	typing, live bucket
}

func newHearing(now time.Time) *hearing {
	return &hearing{typing: bucket{tokens: 20, burst: 20, rate: 4, at: now}, live: bucket{tokens: 40, burst: 40, rate: 15, at: now}}
}

// bucket lets through burst at once and then rate a second.
type bucket struct {
	tokens, burst, rate float64
	at                  time.Time
}

func (b *bucket) take(now time.Time) bool {
	b.tokens = min(b.burst, b.tokens+now.Sub(b.at).Seconds()*b.rate)
	b.at = now
	if b.tokens < 1 {
		return false
	}
	b.tokens--
	return true
}
