package chat

import (
	"context"
	"fmt"
	"maps"
	"time"

	"lanyard/chat/frame"
	"lanyard/internal/vector"
)

// A frame may be lost though its link goes on: whoever took it could not read what it needed from the disk, perhaps. Who sent what no state covers asks what is
// there. In a direct conversation, where nobody else has it, who lacks what the other said they have asks again for it, too; in a room tips tell of it.

const (
	overduePause = 5 * time.Second // in which neither side got further
	overdueMost  = time.Minute     // the pause is twice as long each time, until it is this
	maxOverdue   = 8               // how often one side is asked in vain over one link
)

// overdue is what should have come over a session. Guarded by session.mu.
type overdue struct {
	looks   bool          // when the pause is over
	asked   int           // how often, since nothing was overdue
	ours    vector.Vector // what was here when the pause began
	counter uint64        // of their newest state then
	tell    bool          // our vector is to ask for theirs
}

// expectLocked has it looked after a pause whether all has come.
func (s *session) expectLocked() {
	o := &s.overdue
	if s.v.office != nil || o.looks {
		return
	}
	o.looks, o.ours, o.counter = true, s.v.vector(), s.v.counterOf(s.link.Peer(), s.chat.self())
	time.AfterFunc(min(overduePause<<o.asked, overdueMost), func() {
		s.mu.Lock()
		o.looks, s.due.overdue = false, true
		s.mu.Unlock()
		s.stir()
	})
}

// lookOverdue exchanges vectors anew when something is overdue and nothing moved for a pause.
func (s *session) lookOverdue(ctx context.Context) error {
	lacks, err := s.lacks(ctx)
	if err != nil {
		return fmt.Errorf("look for what %s has and did not send: %w", s.link.Peer().Short(), err)
	}
	unsaid := s.unsaid()
	ours, counter := s.v.vector(), s.v.counterOf(s.link.Peer(), s.chat.self())
	s.mu.Lock()
	defer s.mu.Unlock()
	o := &s.overdue
	switch moved := o.counter != counter || !o.ours.Equal(ours); {
	case !lacks && !unsaid:
		o.asked = 0
		return nil
	case moved:
	case o.asked == maxOverdue:
		return nil
	default:
		o.asked++
		s.due.vector, o.tell = true, unsaid
	}
	s.expectLocked()
	return nil
}

// addOverdue has vectors ask for theirs.
func (s *session) addOverdue(f *frame.Vectors) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.overdue.tell {
		f.Tell, s.overdue.tell = 1, false
	}
}

// lacks reports whether they said to have something that we lack, and that nobody else tells of.
func (s *session) lacks(ctx context.Context) (bool, error) {
	if !s.v.direct() {
		return false, nil
	}
	s.mu.Lock()
	theirs := s.theirs
	s.mu.Unlock()
	m, err := s.chat.match(ctx, s.v, theirs)
	return m.lacks, err
}

// unsaid reports whether they should have something of ours that their newest state does not cover. In a room members alone send theirs.
func (s *session) unsaid() bool {
	if s.v.room != nil && !s.areIn() {
		return false
	}
	s.mu.Lock()
	have := maps.Clone(s.have)
	s.mu.Unlock()
	s.v.mu.Lock()
	told := cover{}
	if known := s.v.machines[s.link.Peer()]; known != nil {
		told = known.has
	}
	maps.DeleteFunc(have, func(b *branch, number uint64) bool { return number <= max(told[b], b.fork) || b.cut != nil || b.over })
	s.v.mu.Unlock()
	for b := range have {
		if s.chat.isOurs(b) {
			return true
		}
	}
	return false
}

// isOurs reports whether a branch is of a log by a machine of our person.
func (c *Chat) isOurs(b *branch) bool {
	return c.config.Roster.PersonOf(b.log.Peer) == c.config.Identity.Person()
}
