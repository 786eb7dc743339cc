package peer

import (
	"sync"
	"time"

	"lanyard/internal/wire"
)

// laneLimit is how many bytes of frames wait for one owner's handlers, laneGrace how long the link's reader waits for room before frames
// are dropped.
const (
	laneLimit = 2 << 20
	laneGrace = 250 * time.Millisecond
	laneFrame = 64 // what a waiting frame costs besides its body
)

// step is what a lane hands to its owner next.
type step struct {
	what stepKind
	link *Link
	kind wire.Kind
	body []byte
}

type stepKind uint8

const (
	stepFrame stepKind = iota
	stepUp
	stepDown
	stepLost
)

// lane carries what concerns one peer to one owner, in order, on one goroutine that lives as long as there is something to wait for.
type lane struct {
	owner *Owner
	tasks *sync.WaitGroup

	mu      sync.Mutex
	moved   *sync.Cond // something was added, or open changed
	steps   []step
	bytes   int
	open    bool          // a link is up: the goroutine waits for more
	running bool          // the goroutine is there
	losing  bool          // frames are dropped until the queue is empty
	room    chan struct{} // capacity 1: the queue got shorter
}

func newLane(o *Owner, tasks *sync.WaitGroup) *lane {
	ln := &lane{owner: o, tasks: tasks, room: make(chan struct{}, 1)}
	ln.moved = sync.NewCond(&ln.mu)
	return ln
}

// tell adds up or down. It never waits.
func (ln *lane) tell(what stepKind, l *Link) {
	ln.mu.Lock()
	defer ln.mu.Unlock()
	ln.open = what == stepUp
	ln.addLocked(step{what: what, link: l})
}

// frame adds a frame, whose body must not change afterwards. It waits laneGrace for room; then this frame and those after it are dropped
// until the owner has worked off the rest and was told that frames were lost.
func (ln *lane) frame(l *Link, k wire.Kind, body []byte) {
	if ln.tryFrame(l, k, body, false) {
		return
	}
	grace := time.NewTimer(laneGrace)
	defer grace.Stop()
	for {
		select {
		case <-ln.room:
			if ln.tryFrame(l, k, body, false) {
				return
			}
		case <-l.ctx.Done():
			return
		case <-grace.C:
			ln.tryFrame(l, k, body, true)
			return
		}
	}
}

// tryFrame reports whether the frame is dealt with. When drop is set it always is.
func (ln *lane) tryFrame(l *Link, k wire.Kind, body []byte, drop bool) bool {
	ln.mu.Lock()
	defer ln.mu.Unlock()
	cost := len(body) + laneFrame
	switch {
	case ln.losing:
		l.dropped.Add(1)
		return true
	case ln.bytes+cost <= laneLimit || len(ln.steps) == 0:
		ln.bytes += cost
		ln.addLocked(step{stepFrame, l, k, body})
		return true
	case drop:
		l.dropped.Add(1)
		ln.losing = true
		ln.addLocked(step{what: stepLost, link: l})
		return true
	}
	return false
}

func (ln *lane) addLocked(s step) {
	ln.steps = append(ln.steps, s)
	if !ln.running {
		ln.running = true
		ln.tasks.Go(ln.run)
		return
	}
	ln.moved.Signal()
}

func (ln *lane) run() {
	for {
		steps := ln.next()
		if steps == nil {
			return
		}
		for _, s := range steps {
			ln.done(s)
			ln.owner.take(s)
		}
	}
}

// next waits for steps; nil means that nothing can come any more.
func (ln *lane) next() []step {
	ln.mu.Lock()
	defer ln.mu.Unlock()
	for len(ln.steps) == 0 {
		if !ln.open {
			ln.running = false
			return nil
		}
		ln.moved.Wait()
	}
	steps := ln.steps
	ln.steps = nil
	return steps
}

// done gives back the room that a step took.
func (ln *lane) done(s step) {
	if s.what == stepUp || s.what == stepDown {
		return
	}
	ln.mu.Lock()
	if s.what == stepLost {
		ln.losing = false
	} else {
		ln.bytes -= len(s.body) + laneFrame
	}
	ln.mu.Unlock()
	select {
	case ln.room <- struct{}{}:
	default:
	}
}
