// Package pace holds back bytes, so that no more than so many pass in a second.
//
// A [Limiter] lets what comes through at once as long as nothing is owed, and then has what follows wait for as long as that took at its rate: it never waits
// for something that has not passed yet. Its rate may change at any time, also for those who wait.
package pace

import (
	"context"
	"sync"
	"time"
)

// Limiter is one limit that any number of goroutines share. The zero value has none.
type Limiter struct {
	mu      sync.Mutex
	rate    int64         // bytes in a second; 0 = no limit
	free    time.Time     // when what has passed so far is paid for
	changed chan struct{} // closed when the rate changes; nil while nobody waits
}

// Set changes the rate, in bytes per second; 0 lifts the limit. What was owed is forgiven.
func (l *Limiter) Set(rate int64) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.rate = max(rate, 0); l.changed != nil {
		close(l.changed)
		l.changed = nil
	}
	l.free = time.Time{}
}

// Rate returns the rate, 0 if there is no limit.
func (l *Limiter) Rate() int64 {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.rate
}

// Wait returns when n bytes may pass, or when ctx ends, with its cause.
func (l *Limiter) Wait(ctx context.Context, n int) error {
	for {
		rest, changed := l.pass(n)
		if rest <= 0 {
			return context.Cause(ctx)
		}
		timer := time.NewTimer(rest)
		select {
		case <-timer.C:
		case <-changed:
		case <-ctx.Done():
		}
		timer.Stop()
		if ctx.Err() != nil {
			return context.Cause(ctx)
		}
	}
}

// pass lets n bytes pass if nothing is owed, else it says how long to wait.
func (l *Limiter) pass(n int) (rest time.Duration, changed <-chan struct{}) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.rate == 0 {
		return 0, nil
	}
	now := time.Now()
	if rest = l.free.Sub(now); rest > 0 {
		if l.changed == nil {
			l.changed = make(chan struct{})
		}
		return rest, l.changed
	}
	l.free = now.Add(time.Duration(float64(n) / float64(l.rate) * float64(time.Second)))
	return 0, nil
}
