package agent

import (
	"context"
	"crypto/rand"
	"sync"

	"lanyard/internal/api"
)

// trayBacklog is how many lines wait for the tray program before it counts as stuck and is let go.
const trayBacklog = 64

// trays is the agent's side of the tray program: lines to it, answers from it. One program is served, the newest; it is safe for concurrent use.
type trays struct {
	mu      sync.Mutex
	reader  *trayReader
	state   *api.TrayState // the newest, for a program that comes later
	waiting map[string]chan api.TrayAnswer
	changed func() // called after a program came or went, without the lock
}

// trayReader is one connected tray program.
type trayReader struct {
	lines chan api.TrayLine
	gone  chan struct{} // closed when a newer one takes its place, or it is stuck
}

// Serve sends lines to a tray program until it leaves, is stuck, or a newer one comes.
func (t *trays) Serve(ctx context.Context, emit func(api.TrayLine) error) error {
	r := &trayReader{lines: make(chan api.TrayLine, trayBacklog), gone: make(chan struct{})}
	t.enter(r)
	defer t.leave(r)
	for {
		select {
		case line := <-r.lines:
			if err := emit(line); err != nil {
				return err
			}
		case <-r.gone:
			return nil
		case <-ctx.Done():
			return ctx.Err()
		}
	}
}

func (t *trays) enter(r *trayReader) {
	t.mu.Lock()
	t.dropLocked()
	t.reader = r
	if t.state != nil {
		r.lines <- api.TrayLine{State: t.state} // the first of trayBacklog: there is room
	}
	t.mu.Unlock()
	t.changed()
}

func (t *trays) leave(r *trayReader) {
	t.mu.Lock()
	if t.reader == r {
		t.dropLocked()
	}
	t.mu.Unlock()
	t.changed()
}

// dropLocked lets the present program go; what it was asked stays unanswered.
func (t *trays) dropLocked() {
	if t.reader == nil {
		return
	}
	close(t.reader.gone)
	t.reader = nil
	for id, answer := range t.waiting {
		answer <- api.TrayAnswer{Problem: "the tray program ended"} // each has room for its one answer
		delete(t.waiting, id)
	}
}

// close lets the tray program go, at the agent's end.
func (t *trays) close() {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.dropLocked()
}

// here reports whether a tray program is connected.
func (t *trays) here() bool {
	t.mu.Lock()
	defer t.mu.Unlock()
	return t.reader != nil
}

// push sends a line; false: no tray program took it.
func (t *trays) push(line api.TrayLine) bool {
	t.mu.Lock()
	defer t.mu.Unlock()
	if line.State != nil {
		t.state = line.State
	}
	return t.pushLocked(line)
}

func (t *trays) pushLocked(line api.TrayLine) bool {
	if t.reader == nil {
		return false
	}
	select {
	case t.reader.lines <- line:
		return true
	default:
		t.dropLocked()
		return false
	}
}

// ask puts a request to the person at the desk and waits for the answer; false: no tray program is there.
func (t *trays) ask(ctx context.Context, r api.TrayRequest) (api.TrayAnswer, bool, error) {
	r.ID = rand.Text()
	answer := make(chan api.TrayAnswer, 1)
	t.mu.Lock()
	if t.waiting == nil {
		t.waiting = map[string]chan api.TrayAnswer{}
	}
	t.waiting[r.ID] = answer
	sent := t.pushLocked(api.TrayLine{Request: &r})
	if !sent {
		delete(t.waiting, r.ID)
	}
	t.mu.Unlock()
	if !sent {
		return api.TrayAnswer{}, false, nil
	}
	select {
	case a := <-answer:
		return a, true, nil
	case <-ctx.Done():
		t.withdraw(r.ID)
		return api.TrayAnswer{}, true, ctx.Err()
	}
}

func (t *trays) withdraw(id string) {
	t.mu.Lock()
	defer t.mu.Unlock()
	delete(t.waiting, id)
	t.pushLocked(api.TrayLine{Cancel: id})
}

// Answer takes the answer to a request.
func (t *trays) Answer(id string, a api.TrayAnswer) error {
	t.mu.Lock()
	defer t.mu.Unlock()
	answer := t.waiting[id]
	if answer == nil {
		return told(api.CodeNotFound, "nobody waits for this answer any more")
	}
	delete(t.waiting, id)
	answer <- a // has room for its one answer
	return nil
}
