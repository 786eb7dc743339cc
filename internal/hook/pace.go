package hook

import (
	"sync"
	"time"
)

// Pace of one webhook: a bucket of ten messages that fills by one a second.
const (
	paceBurst = 10
	paceEvery = time.Second
)

// pace is a token bucket, kept as the moment at which it is full again (the virtual scheduling form of the generic cell rate algorithm, ITU-T I.371).
// The zero value is full.
type pace struct {
	mu   sync.Mutex
	full time.Time
}

// take takes one message out, or says how long to wait for the next.
func (p *pace) take(now time.Time) (wait time.Duration) {
	p.mu.Lock()
	defer p.mu.Unlock()
	full := p.full
	if full.Before(now) {
		full = now
	}
	full = full.Add(paceEvery)
	if wait := full.Sub(now) - paceBurst*paceEvery; wait > 0 {
		return wait
	}
	p.full = full
	return 0
}
