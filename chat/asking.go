package chat

import (
	"sync"
	"time"
)

// What a session knows of words that are missing has two owners, one for each direction: what we ask for (asking), and what they ask for (answering). Frames that come and changes of
// members write both, and the session's goroutine reads them: so each guards itself, and is no matter of session.mu.

// asking is how far the other side was asked for the words that we lack.
type asking struct {
	mu    sync.Mutex
	wide  bool      // that is of all words; else of those that our own person wrote
	upTo  int64     // key of the last gap of ours that they were asked about
	busy  bool      // they have not answered all of it
	round int       // how often they were asked from the first gap on
	began time.Time // when they were last asked from the first gap on
	waits bool      // they are again once the pause is over
}

// restart has them asked from the first gap on.
func (a *asking) restart() {
	a.mu.Lock()
	defer a.mu.Unlock()
	a.restartLocked()
}

func (a *asking) restartLocked() {
	a.upTo, a.busy = 0, false
	a.round++
}

// anew does so unless they were so within the pause: then it returns how long that lasts, 0 if somebody waits for it already.
func (a *asking) anew() (began bool, wait time.Duration) {
	a.mu.Lock()
	defer a.mu.Unlock()
	if wait = gapPause - time.Since(a.began); wait > 0 {
		if a.waits {
			wait = 0
		}
		a.waits = true
		return false, wait
	}
	a.restartLocked()
	a.waits, a.began = false, time.Now()
	return true, 0
}

// idle returns up to which gap they were asked, and in which round; false while they owe an answer. Who can be asked for all and was asked for less is asked from the first one on.
func (a *asking) idle(wide bool) (upTo int64, round int, is bool) {
	a.mu.Lock()
	defer a.mu.Unlock()
	if wide && !a.wide {
		a.restartLocked()
	}
	a.wide = wide
	return a.upTo, a.round, !a.busy
}

// asks notes up to which gap they were asked, and whether for anything. False: meanwhile they are to be asked from the first one on.
func (a *asking) asks(round int, upTo int64, anything bool) bool {
	a.mu.Lock()
	defer a.mu.Unlock()
	if a.round != round {
		return false
	}
	a.upTo, a.busy = upTo, anything
	return true
}

// answered notes that they answered all.
func (a *asking) answered() {
	a.mu.Lock()
	defer a.mu.Unlock()
	a.busy = false
}
