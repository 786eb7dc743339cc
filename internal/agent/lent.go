package agent

import "sync"

// lent is which copies of what was dropped on the window are being passed on at the moment. They are removed once nobody waits for them; an offer that is being made of one waits for it, and is not
// known yet.
type lent struct {
	mu   sync.Mutex // held while something is removed, too: what is held is not removed from then on
	held map[string]int
	done map[string]bool // passed on since the last look at who waits for what
}

func (l *lent) hold(id string) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.held == nil {
		l.held = map[string]int{}
	}
	l.held[id]++
}

func (l *lent) free(id string) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.held[id]--; l.held[id] <= 0 {
		delete(l.held, id)
	}
	if l.done == nil {
		l.done = map[string]bool{}
	}
	l.done[id] = true
}

// look says that it is looked anew who waits for what: what was passed on before is seen there.
func (l *lent) look() {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.done = nil
}

// unlessLent removes those of some that are not being passed on and were not since the last look; who frees one has it looked at again.
func (l *lent) unlessLent(some []string, remove func(free []string) error) error {
	l.mu.Lock()
	defer l.mu.Unlock()
	var free []string
	for _, id := range some {
		if l.held[id] == 0 && !l.done[id] {
			free = append(free, id)
		}
	}
	if len(free) == 0 {
		return nil
	}
	return remove(free)
}
