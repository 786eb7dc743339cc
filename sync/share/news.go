package share

import (
	"context"
	"sync"
	"time"
)

// news tells subscribers what changed, one change after the other, from its own goroutine. Status changes of a share are joined: people see the
// newest, at most some times a second.
type news struct {
	wake chan struct{}

	mu    sync.Mutex
	queue []Change
	dirty map[ID]bool
	subs  map[int]func(Change)
	next  int
}

// statusPause is between two looks at the status of the shares that changed.
const statusPause = 150 * time.Millisecond

// statusShare is how many times longer than a look at the status took the pause after it is: while much is under way, looking at it must not slow it down.
const statusShare = 30

func newNews() *news {
	return &news{wake: make(chan struct{}, 1), dirty: map[ID]bool{}, subs: map[int]func(Change){}}
}

func (n *news) subscribe(fn func(Change)) (cancel func()) {
	n.mu.Lock()
	defer n.mu.Unlock()
	n.next++
	id := n.next
	n.subs[id] = fn
	return func() {
		n.mu.Lock()
		defer n.mu.Unlock()
		delete(n.subs, id)
	}
}

func (n *news) add(c ...Change) {
	n.mu.Lock()
	n.queue = append(n.queue, c...)
	n.mu.Unlock()
	nudge(n.wake)
}

func (n *news) soil(id ID) {
	n.mu.Lock()
	n.dirty[id] = true
	n.mu.Unlock()
	nudge(n.wake)
}

// run tells until ctx ends. status makes the status of a share.
func (n *news) run(ctx context.Context, status func(ID) (Status, error)) {
	rest := statusPause
	var pause <-chan time.Time // runs while some status is to be told
	for {
		select {
		case <-ctx.Done():
			return
		case <-n.wake:
			n.tell(n.take(false))
			if pause == nil && n.soiled() {
				pause = time.After(rest)
			}
		case <-pause:
			pause = nil
			changes, begun := n.take(true), time.Now()
			for id := range changes.dirty {
				if s, err := status(id); err == nil { // an error says that it is gone, which is told by itself
					changes.queue = append(changes.queue, Change{Status: &s})
				}
			}
			n.tell(changes)
			rest = max(statusPause, statusShare*time.Since(begun))
		}
	}
}

func (n *news) soiled() bool {
	n.mu.Lock()
	defer n.mu.Unlock()
	return len(n.dirty) > 0
}

type changes struct {
	queue []Change
	dirty map[ID]bool
	subs  []func(Change)
}

func (n *news) take(dirty bool) changes {
	n.mu.Lock()
	defer n.mu.Unlock()
	c := changes{queue: n.queue}
	n.queue = nil
	if dirty && len(n.dirty) > 0 {
		c.dirty = n.dirty
		n.dirty = map[ID]bool{}
	}
	for _, fn := range n.subs {
		c.subs = append(c.subs, fn)
	}
	return c
}

func (n *news) tell(c changes) {
	for _, change := range c.queue {
		for _, fn := range c.subs {
			fn(change)
		}
	}
}
