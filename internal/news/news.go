// Package news tells what changed, in order, from one goroutine, and has what is due done in time.
//
// # Use
//
//	n := news.New(told)             // told hears every change; it must not block
//	err := n.Run(ctx, due)          // until ctx ends
//	n.Add(change)                   // from anywhere, also with a lock held
//	n.Stir()                        // something is due earlier than Run knows
//
// # Promises
//
// Changes are told in the order in which they were added. Who adds them under the lock of what they are about tells them in the order in which they happened.
// Add and Stir never wait, and call nothing. Run calls due before it tells: at first, after each Add and Stir, and at the time that due returned. New starts nothing.
//
// # Left out
//
// Readers that come and go, and bounds: who adds bounds what is added.
package news

import (
	"context"
	"sync"
	"time"
)

// News are changes that wait to be told.
type News[C any] struct {
	told func(C)
	wake chan struct{} // capacity 1

	mu      sync.Mutex
	waiting []C
}

// New makes News; told hears them, from Run.
func New[C any](told func(C)) *News[C] {
	return &News[C]{told: told, wake: make(chan struct{}, 1)}
}

// Add has Run tell a change.
func (n *News[C]) Add(c C) {
	n.mu.Lock()
	n.waiting = append(n.waiting, c)
	n.mu.Unlock()
	n.Stir()
}

// Stir has Run ask what is due.
func (n *News[C]) Stir() {
	select {
	case n.wake <- struct{}{}:
	default:
	}
}

// Run tells changes until ctx ends. Due does what is due at a time, and returns when it is to be called again; zero: not before a Stir.
func (n *News[C]) Run(ctx context.Context, due func(now time.Time) (next time.Time)) error {
	for {
		next := due(time.Now())
		for _, c := range n.take() {
			n.told(c)
		}
		var timer <-chan time.Time
		if !next.IsZero() {
			timer = time.After(max(time.Until(next), 1)) // never over already when it begins
		}
		select {
		case <-ctx.Done():
			return nil
		case <-n.wake:
		case <-timer:
		}
	}
}

func (n *News[C]) take() []C {
	n.mu.Lock()
	defer n.mu.Unlock()
	waiting := n.waiting
	n.waiting = nil
	return waiting
}
