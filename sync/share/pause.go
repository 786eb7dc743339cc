package share

import (
	"context"
	"time"

	"lanyard/internal/identity"
)

// Who pauses a share says so to the members who are here; they know until it goes on.

// farewellTime bounds how long a pause waits for a link that takes nothing.
const farewellTime = 2 * time.Second

// sayPause tells all members who are here that the exchange ends.
func (s *Share) sayPause(ctx context.Context) {
	ctx, cancel := context.WithTimeout(ctx, farewellTime)
	defer cancel()
	s.eachSession(func(x *session) {
		if err := x.tellKnowledge(ctx, pauses); err != nil && x.link.Context().Err() == nil {
			s.log.Debug("a member does not hear of the pause", "share", s.id, "peer", x.peer.Short(), "error", err)
		}
	})
}

// notePause keeps what a machine says of its pause.
func (e *Engine) notePause(id ID, at machine, flags uint64) {
	if flags&(pauses|begins) == 0 {
		return
	}
	e.mu.Lock()
	defer e.mu.Unlock()
	if e.resting[id] == nil {
		e.resting[id] = map[machine]bool{}
	}
	e.resting[id][at] = flags&pauses != 0
}

// pausedAt reports whether all machines of a person that are here have paused a share.
func (e *Engine) pausedAt(id ID, person identity.PersonID) bool {
	all := false
	for _, m := range e.cfg.Roster.Machines(person) {
		if row, ok := e.cfg.Roster.Get(m); !ok || !row.Linked {
			continue
		}
		e.mu.Lock()
		resting := e.resting[id][m]
		e.mu.Unlock()
		if !resting {
			return false
		}
		all = true
	}
	return all
}
