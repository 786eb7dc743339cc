package peer

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"time"

	"lanyard/internal/wire"
)

// errSilent says that three pings in a row were missed.
var errSilent = errors.New("three pings were missed")

// pulse keeps the link alive and notices when it is not: the dialler pings, the other side listens for pings.
func (l *Link) pulse() {
	if l.dialled {
		l.beat()
	} else {
		l.listen()
	}
}

// beat sends pings, each naming the time until the next. A shorter interval sends one at once, besides the three that may be missed.
func (l *Link) beat() {
	timer := time.NewTimer(l.roster.pingEvery(l))
	defer timer.Stop()
	var due time.Time // zero before the first, which goes at once
	for {
		hurried := false
		if !due.IsZero() {
			select {
			case <-timer.C:
			case <-l.hurry:
				hurried = true
			case <-l.ctx.Done():
				return
			}
		}
		every := l.roster.pingEvery(l)
		if hurried && every >= time.Until(due) {
			continue
		}
		if !hurried && l.silent.Add(1) > missedPings {
			l.end(CloseNone, errSilent)
			return
		}
		due = time.Now().Add(every)
		n := rand.Uint64()
		l.comparing(n)
		l.say(wire.KindPing, pingBody{Nonce: n, Next: uint64(every.Milliseconds()), Time: l.roster.wallTime()})
		timer.Reset(every)
	}
}

// listen ends the link when nothing was heard for three of the promised intervals. A timer that fires late shows that this machine slept:
// what arrived meanwhile is still to be read.
func (l *Link) listen() {
	l.promise.Store(int64(firstSilent / missedPings))
	timer := time.NewTimer(firstSilent)
	defer timer.Stop()
	due := time.Now().Add(firstSilent)
	for {
		select {
		case <-timer.C:
		case <-l.hurry:
		case <-l.ctx.Done():
			return
		}
		limit := missedPings * time.Duration(l.promise.Load())
		left := limit - (time.Since(l.born) - time.Duration(l.heard.Load()))
		if left <= 0 && time.Since(due) > closeLimit {
			left = probeLimit
		}
		if left <= 0 {
			l.end(CloseNone, errSilent)
			return
		}
		due = time.Now().Add(left)
		timer.Reset(left)
	}
}

func (l *Link) takePing(body []byte) error {
	var b pingBody
	if err := wire.Unmarshal(body, &b); err != nil {
		return fmt.Errorf("decode ping: %w", err)
	}
	if b.Next > 0 && !l.dialled {
		next := min(time.Duration(min(b.Next, uint64(maxPromise.Milliseconds())))*time.Millisecond, maxPromise)
		l.promise.Store(int64(max(next, time.Second)))
		l.wakePulse()
	}
	l.say(wire.KindPong, pongBody{Nonce: b.Nonce, Time: l.roster.wallTime()})
	if !l.dialled {
		l.hearTime(b.Time)
	}
	return nil
}

func (l *Link) takePong(body []byte) error {
	var b pongBody
	if err := wire.Unmarshal(body, &b); err != nil {
		return fmt.Errorf("decode pong: %w", err)
	}
	l.takeTime(b.Nonce, b.Time)
	l.mu.Lock()
	answered := l.probes[b.Nonce]
	delete(l.probes, b.Nonce)
	l.mu.Unlock()
	if answered != nil {
		close(answered)
	}
	return nil
}

// wakePulse lets the pulse look at the interval again.
func (l *Link) wakePulse() {
	select {
	case l.hurry <- struct{}{}:
	default:
	}
}

// probe pings and reports whether the other side answered within two seconds. A link that ends meanwhile did not.
func (l *Link) probe(ctx context.Context) bool {
	n := rand.Uint64()
	answered := make(chan struct{})
	l.mu.Lock()
	if l.probes == nil {
		l.probes = map[uint64]chan struct{}{}
	}
	l.probes[n] = answered
	l.mu.Unlock()
	defer func() {
		l.mu.Lock()
		delete(l.probes, n)
		l.mu.Unlock()
	}()
	l.say(wire.KindPing, pingBody{Nonce: n})
	timer := time.NewTimer(probeLimit)
	defer timer.Stop()
	select {
	case <-answered:
		return true
	case <-timer.C:
	case <-l.ctx.Done():
	case <-ctx.Done():
	}
	return false
}
