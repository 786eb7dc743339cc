package chat

import (
	"errors"
	"slices"
	"sync"
	"time"

	"lanyard/internal/store"
)

// IDs of problems.
const (
	ProblemNotStored = "messages-not-stored" // the disk is full, or the database does not work
)

// problems are the present ones, at most one per ID.
type problems struct {
	mu      sync.Mutex
	present []Problem
	retries bool          // the others are about to be asked again for what could not be stored
	pause   time.Duration // after which that is, or was last; 0: something was stored since
}

// set adds or replaces a problem; it reports whether anything changed.
func (p *problems) set(q Problem) bool {
	p.mu.Lock()
	defer p.mu.Unlock()
	i := slices.IndexFunc(p.present, func(o Problem) bool { return o.ID == q.ID })
	if i < 0 {
		p.present = append(p.present, q)
		return true
	}
	changed := p.present[i] != q
	p.present[i] = q
	return changed
}

// clear removes a problem; it reports whether it was there.
func (p *problems) clear(id string) bool {
	p.mu.Lock()
	defer p.mu.Unlock()
	if id == ProblemNotStored {
		p.pause = 0
	}
	n := len(p.present)
	p.present = slices.DeleteFunc(p.present, func(q Problem) bool { return q.ID == id })
	return len(p.present) != n
}

// Problems returns what hinders conversations now.
func (c *Chat) Problems() []Problem {
	c.problems.mu.Lock()
	defer c.problems.mu.Unlock()
	return slices.Clone(c.problems.present)
}

func (c *Chat) relieved(id string) {
	if c.problems.clear(id) {
		c.news.problems()
	}
}

// notStored tells people that messages could not be stored, and has the exchange tried again after a pause.
func (c *Chat) notStored(err error) {
	c.config.Log.Error("store messages", "error", err)
	p := Problem{ID: ProblemNotStored, Sentence: "Messages cannot be stored: " + err.Error() + ".", Remedy: "Lanyard tries again by itself."}
	if errors.Is(err, store.ErrFull) {
		p.Sentence, p.Remedy = "Messages cannot be stored: the disk that holds Lanyard's own files is full.", "Make room on it; Lanyard tries again by itself."
	}
	if c.problems.set(p) {
		c.news.problems()
	}
	if pause, due := c.problems.retry(); due && !c.begin(func() { c.tryAgain(pause) }) {
		c.problems.retried()
	}
}

// errNotStored is what is told of what notStored was told of.
var errNotStored = errors.New("it could not be stored")

// How long after a failure to store the others are asked again for what was lost by it, at first and at most: twice as long each time, until something is stored.
const (
	retryPause = 5 * time.Second
	retryMost  = time.Minute
)

// retry returns after which pause the others are to be asked again; due is false if they are about to be anyway: what fails together is asked for once.
func (p *problems) retry() (pause time.Duration, due bool) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.retries {
		return 0, false
	}
	p.retries, p.pause = true, min(max(2*p.pause, retryPause), retryMost)
	return p.pause, true
}

// retried notes that what fails from now on has to be asked for once more.
func (p *problems) retried() {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.retries = false
}

// tryAgain asks the others for everything anew: messages, words and changes of members may have been lost.
func (c *Chat) tryAgain(after time.Duration) {
	pause := time.NewTimer(after)
	defer pause.Stop()
	select {
	case <-c.life.Done():
		return
	case <-pause.C:
	}
	c.problems.retried()
	c.mu.Lock()
	all := c.sessions.all()
	c.mu.Unlock()
	for _, s := range all {
		s.askAnew()
	}
}
