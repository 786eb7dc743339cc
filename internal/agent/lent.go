package agent

import "sync"

// lent is which copies of what was dropped on the window are being passed on at the moment. They are removed once nobody waits for them; an offer that is being made of one waits for it, and is not
// known yet.
type lent struct {
	mu   sync.Mutex // held while something is removed, too: what is held is not removed from then on
	held map[string]int
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
}

// unlessHeld removes those of some that are not being passed on; who frees one has it done again.
func (l *lent) unlessHeld(some []string, remove func(free []string) error) error {
	l.mu.Lock()
	defer l.mu.Unlock()
	var free []string
	for _, id := range some {
		if l.held[id] == 0 {
			free = append(free, id)
		}
	}
	if len(free) == 0 {
		return nil
	}
	return remove(free)
}
