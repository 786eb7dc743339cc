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
	c.begin(c.tryAgain)
}

// retryPause is how long after a failure to store the others are asked again for what was lost by it.
const retryPause = 5 * time.Second

func (c *Chat) tryAgain() {
	pause := time.NewTimer(retryPause)
	defer pause.Stop()
	select {
	case <-c.life.Done():
		return
	case <-pause.C:
	}
	c.mu.Lock()
	all := c.sessions.all()
	c.mu.Unlock()
	for _, s := range all {
		s.requestAgain()
	}
}
