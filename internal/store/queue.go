package store

import (
	"slices"
	"sync"
)

// maxGroup bounds a group, so that the first of many waiting writes is not kept waiting for all of them.
const maxGroup = 512

// queue holds the writes that wait for the next group, and whether there will be one.
type queue struct {
	wake    chan struct{} // has one value when something changed that the writer should look at
	ended   chan struct{} // closed when Run has returned
	mu      *sync.Mutex
	waiting []*write
	running bool
	closed  bool  // no more writes are let in
	failed  error // closed the store for good
}

func newQueue() queue {
	return queue{wake: make(chan struct{}, 1), ended: make(chan struct{}), mu: &sync.Mutex{}}
}

func (q *queue) begin() error {
	q.mu.Lock()
	defer q.mu.Unlock()
	if err := q.usableLocked(); err != nil {
		return err
	}
	if q.running {
		panic("store: Run was called twice")
	}
	q.running = true
	return nil
}

func (q *queue) end() {
	q.close()
	close(q.ended)
}

// waitEnd returns when Run has returned, at once if it never ran. The queue must be closed, so that it cannot begin.
func (q *queue) waitEnd() {
	q.mu.Lock()
	running := q.running
	q.mu.Unlock()
	if running {
		<-q.ended
	}
}

func (q *queue) usable() error {
	q.mu.Lock()
	defer q.mu.Unlock()
	return q.usableLocked()
}

func (q *queue) usableLocked() error {
	if q.failed != nil {
		return q.failed
	}
	if q.closed {
		return ErrClosed
	}
	return nil
}

func (q *queue) add(w *write) error {
	q.mu.Lock()
	defer q.mu.Unlock()
	if err := q.usableLocked(); err != nil {
		return err
	}
	q.waiting = append(q.waiting, w)
	q.wakeLocked()
	return nil
}

// withdraw takes a write back that has not begun.
func (q *queue) withdraw(w *write) bool {
	q.mu.Lock()
	defer q.mu.Unlock()
	if w.taken {
		return false
	}
	w.taken = true
	q.waiting = slices.DeleteFunc(q.waiting, func(other *write) bool { return other == w })
	return true
}

// take returns the next group, nothing if none waits.
func (q *queue) take() []*write {
	q.mu.Lock()
	defer q.mu.Unlock()
	n := min(len(q.waiting), maxGroup)
	if n == 0 {
		q.waiting = nil
		return nil
	}
	group := slices.Clone(q.waiting[:n])
	q.waiting = slices.Delete(q.waiting, 0, n)
	for _, w := range group {
		w.taken = true
	}
	return group
}

// close lets no more writes in. Those that wait are still written if Run runs, else told that there is no more.
func (q *queue) close() {
	q.mu.Lock()
	q.closed = true
	q.wakeLocked()
	var left []*write
	if !q.running {
		left = q.leaveLocked()
	}
	q.mu.Unlock()
	answer(left, ErrClosed)
}

// fail closes the store for good and returns the error that did so first.
func (q *queue) fail(err error) error {
	q.mu.Lock()
	if q.failed == nil {
		q.failed = err
	}
	err = q.failed
	q.wakeLocked()
	left := q.leaveLocked()
	q.mu.Unlock()
	answer(left, err)
	return err
}

func (q *queue) fatal() error {
	q.mu.Lock()
	defer q.mu.Unlock()
	return q.failed
}

func (q *queue) leaveLocked() []*write {
	left := q.waiting
	q.waiting = nil
	for _, w := range left {
		w.taken = true
	}
	return left
}

func (q *queue) wakeLocked() {
	select {
	case q.wake <- struct{}{}:
	default:
	}
}

func answer(writes []*write, err error) {
	for _, w := range writes {
		w.done <- err
	}
}
