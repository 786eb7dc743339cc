package chat

import (
	"sync"

	"lanyard/chat/amend"
	"lanyard/chat/event"
)

// maxTallies is of how many messages of a conversation the tally is kept.
const maxTallies = 8

// tallies are those of a conversation. Whatever makes one wrong, a commit that failed or a body that was dropped, clears all.
type tallies struct {
	mu sync.Mutex
	of map[event.ID]*amend.Tally
}

func (t *tallies) get(origin event.ID) *amend.Tally {
	t.mu.Lock()
	defer t.mu.Unlock()
	return t.of[origin]
}

// put keeps a tally; nil drops what is kept.
func (t *tallies) put(origin event.ID, one *amend.Tally) {
	t.mu.Lock()
	defer t.mu.Unlock()
	if one == nil {
		delete(t.of, origin)
		return
	}
	if t.of == nil || len(t.of) >= maxTallies {
		t.of = map[event.ID]*amend.Tally{}
	}
	t.of[origin] = one
}

func (t *tallies) clear() {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.of = nil
}
