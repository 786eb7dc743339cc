package hook

import (
	"context"
	"fmt"
	"slices"
	"time"
)

// Pace of outgoing hooks.
const (
	maxFailures  = 10 // of one message, one after the other; then the hook stops
	firstPause   = time.Second
	longestPause = 5 * time.Minute
	patience     = 30 * time.Second // for one try
	atOnce       = 16               // messages that are read together
)

// Item is one message for a hook.
type Item struct {
	Body     []byte // one JSON object
	Bookmark []byte // to go on behind it
}

// Run gives messages to the outgoing hooks until ctx ends, and then until none of them does anything any more.
func (h *Hooks) Run(ctx context.Context) error {
	h.mu.Lock()
	h.life = ctx
	all := slices.Clone(h.outgoing)
	h.mu.Unlock()
	for _, one := range all {
		h.again(one.ID)
	}
	<-ctx.Done()
	h.mu.Lock()
	h.life = nil // nothing begins any more
	h.mu.Unlock()
	h.working.Wait()
	return nil
}

// Stir tells that something may have come into a conversation. It never blocks.
func (h *Hooks) Stir(target string) {
	h.mu.Lock()
	defer h.mu.Unlock()
	for _, one := range h.outgoing {
		if one.Target == target {
			one.stir()
		}
	}
}

// begin takes a new hook in.
func (h *Hooks) begin(one *outgoing) {
	h.mu.Lock()
	h.outgoing = append(h.outgoing, one)
	h.mu.Unlock()
	h.again(one.ID)
}

// again starts the goroutine of a hook, unless the hook is stopped or nothing runs.
func (h *Hooks) again(id string) {
	h.mu.Lock()
	defer h.mu.Unlock()
	for _, one := range h.outgoing {
		if one.ID != id || one.Stopped || one.stop != nil || h.life == nil || h.life.Err() != nil {
			continue
		}
		ctx, cancel := context.WithCancel(h.life)
		ended, o := make(chan struct{}), one.Outgoing
		one.stop, one.ended = cancel, ended
		h.working.Go(func() {
			h.work(ctx, o, one.wake)
			cancel()
			h.mu.Lock()
			one.stop = nil
			h.mu.Unlock()
			close(ended)
		})
	}
}

// halt ends what a hook does and waits for that; the hook stays.
func (h *Hooks) halt(id string) {
	var ended chan struct{}
	h.mu.Lock()
	for _, one := range h.outgoing {
		if one.ID == id && one.stop != nil {
			one.stop()
			ended = one.ended
		}
	}
	h.mu.Unlock()
	if ended != nil {
		<-ended
	}
}

// forget takes a hook away and breaks off what it does.
func (h *Hooks) forget(id string) {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.outgoing = slices.DeleteFunc(h.outgoing, func(o *outgoing) bool {
		if o.ID == id && o.stop != nil {
			o.stop()
		}
		return o.ID == id
	})
}

// work gives one hook its messages, one after the other, until ctx ends or the hook stops.
func (h *Hooks) work(ctx context.Context, o Outgoing, wake <-chan struct{}) {
	for ctx.Err() == nil {
		items, end, err := h.config.Follow(ctx, o.Target, o.Bookmark, o.Own, atOnce)
		switch {
		case ctx.Err() != nil:
			return
		case err != nil:
			h.config.Log.Warn("read messages for a hook; it is tried again", "hook", o.ID, "reason", err)
			h.rest(ctx, wake, longestPause)
		case len(items) == 0:
			o.Bookmark = end // stored with the next message: until then a restart looks through it once more
			h.noted(o.ID, o.Progress)
			h.rest(ctx, wake, 0)
		}
		for _, item := range items {
			if !h.give(ctx, &o, item) {
				return
			}
		}
	}
}

// rest waits until something may have come, or for some time where that is not 0.
func (h *Hooks) rest(ctx context.Context, wake <-chan struct{}, most time.Duration) {
	var late <-chan time.Time
	if most > 0 {
		timer := time.NewTimer(most)
		defer timer.Stop()
		late = timer.C
	}
	select {
	case <-wake:
	case <-late:
	case <-ctx.Done():
	}
}

// give gives one message until it is taken; false when the hook stops or ctx ends.
func (h *Hooks) give(ctx context.Context, o *Outgoing, item Item) bool {
	for {
		err := h.try(ctx, o, item.Body)
		if ctx.Err() != nil {
			return false // it was broken off: the same message is given again
		}
		o.note(err, item.Bookmark)
		if err := h.keep(ctx, o.ID, o.Progress); err != nil && ctx.Err() == nil {
			h.config.Log.Warn("a hook may be given a message twice", "hook", o.ID, "reason", err)
			h.noted(o.ID, o.Progress)
		}
		switch {
		case err == nil:
			return true
		case o.Stopped:
			h.config.Told()
			return false
		}
		timer := time.NewTimer(h.pauseAfter(o.Failures))
		select {
		case <-timer.C:
		case <-ctx.Done():
			timer.Stop()
			return false
		}
	}
}

// note is what a try changes.
func (p *Progress) note(err error, behind []byte) {
	p.Tried = time.UnixMilli(time.Now().UnixMilli())
	if err == nil {
		p.Bookmark, p.Given, p.Failures, p.Result = behind, p.Given+1, 0, ""
		return
	}
	p.Failures, p.Result = p.Failures+1, err.Error()
	p.Stopped = p.Failures >= maxFailures
}

// pauseAfter doubles with every failure.
func (h *Hooks) pauseAfter(failures int) time.Duration {
	return min(h.firstPause<<(failures-1), longestPause)
}

// try gives a message to the hook's command or address.
func (h *Hooks) try(ctx context.Context, o *Outgoing, body []byte) error {
	timed, cancel := context.WithTimeoutCause(ctx, h.patience, fmt.Errorf("took longer than the %v that it may", h.patience))
	defer cancel()
	if o.URL != "" {
		return h.poster.post(timed, o, body)
	}
	return h.runner(o).run(timed, body)
}
