package agent

import "sync"

// lent is what is being passed on at the moment, by the paths where it lies. What was dropped on the window is removed once nobody waits for it; an offer that is being made of it
// waits for it, and is not known yet.
type lent struct {
	mu    sync.Mutex // held while something is removed, too: what is held is not removed from then on
	paths map[string]int
}

func (l *lent) hold(path string) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.paths == nil {
		l.paths = map[string]int{}
	}
	l.paths[path]++
}

func (l *lent) free(path string) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.paths[path]--; l.paths[path] <= 0 {
		delete(l.paths, path)
	}
}

// unlessHeld removes something unless it is being passed on; who frees it does that again.
func (l *lent) unlessHeld(path string, remove func() error) error {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.paths[path] > 0 {
		return nil
	}
	return remove()
}
