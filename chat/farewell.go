package chat

import (
	"context"
	"time"
)

// farewell is that the program is about to end: mail waits for nothing any more. Guarded by mailing.mu but for moved.
type farewell struct {
	begun bool
	moved chan struct{} // capacity 1: something was looked at, or a carrier answered
}

// Farewell leaves with carriers what waits for somebody absent, at once, and returns when no more can be left now, or when ctx ends. Somebody whose link
// stays silent counts as absent after a second. Called before Run ends, and again for what was written meanwhile; nothing slows down again after it.
func (c *Chat) Farewell(ctx context.Context) {
	m := c.mail
	if !c.running() {
		return
	}
	m.mu.Lock()
	m.farewell.begun = true
	m.mu.Unlock()
	m.stirAll()
	m.poke()
	for m.saysMore() {
		select {
		case <-m.farewell.moved:
		case <-ctx.Done():
			c.config.Log.Info("not everything that waits for absent colleagues could be left with others before the end; it is sent after the next start")
			return
		}
	}
	c.news.heard(ctx)
}

// moves tells a farewell that something changed.
func (m *mailing) moves() {
	select {
	case m.farewell.moved <- struct{}{}:
	default:
	}
}

// saysMore reports whether something is about to be left with a carrier, or to be acknowledged by who is here.
func (m *mailing) saysMore() bool {
	for _, v := range m.chat.all() {
		if v.direct() && m.concerns(v) && m.isUnderWay(v) {
			return true
		}
	}
	return false
}

func (m *mailing) isUnderWay(v *conversation) bool {
	waits := m.chat.isHere(v.with) && len(m.chat.unsaid(v)) > 0
	m.mu.Lock()
	defer m.mu.Unlock()
	e, now := m.errandLocked(v), time.Now()
	if e.looking || !e.need.IsZero() && (!e.need.After(now) || waits && now.Sub(e.since) < lastPause) {
		return true
	}
	for _, one := range m.out.pending {
		if one.v == v {
			return true
		}
	}
	return false
}

// patienceLocked is how long somebody whose link is there may take to acknowledge something before they count as absent.
func (m *mailing) patienceLocked() time.Duration {
	if m.farewell.begun {
		return lastPause
	}
	return stuckPause
}
