package chat

import (
	"time"

	"lanyard/internal/identity"
)

// statePause is how long those of whose events our state says nothing new wait for it. It tells them what they need not send us, and others through them.
const statePause = 15 * time.Second

// concerned returns of whose events our new state says something new: they are waiting for it. nil means that all are to be told at once: in a direct
// conversation, and where it has to find its way to somebody with whom we have no link.
func (p *page) concerned() map[identity.PersonID]bool {
	if p.v.room == nil || p.made.shift.now != nil {
		return nil
	}
	persons := map[identity.PersonID]bool{}
	add := func(b *branch) (linked bool) {
		persons[p.chat.config.Roster.PersonOf(b.log.Peer)] = true
		_, linked = p.chat.config.Roster.Link(b.log.Peer)
		return linked
	}
	for _, a := range p.arrivals {
		if !add(a.branch) {
			return nil
		}
	}
	for _, f := range p.made.filled {
		if !add(f.branch) {
			return nil
		}
	}
	for b := range p.made.reading {
		if !add(b) {
			return nil
		}
	}
	return persons
}

// acknowledge sends our newest state to those whom it concerns, and in a while to all others: where many write to many, each event is acknowledged once and
// not by everybody to everybody.
func (c *Chat) acknowledge(v *conversation, concerned map[identity.PersonID]bool) {
	later := false // something is to be told in a while
	for _, s := range c.sessionsOf(v) {
		if concerned != nil && !concerned[s.link.Person()] {
			later = true
			continue
		}
		s.mu.Lock()
		s.due.state = true
		later = later || len(s.relay.theyHold) > 0
		s.mu.Unlock()
		s.stir()
	}
	if !later || !v.room.pending.stateLater() {
		return
	}
	time.AfterFunc(statePause, func() {
		v.room.pending.stateNow()
		_, newest := v.ownState()
		for _, s := range c.sessionsOf(v) {
			late := s.laterThanTold()
			s.mu.Lock()
			s.due.state = s.due.state || s.relay.stated < newest
			s.due.vector = s.due.vector || late
			s.mu.Unlock()
			s.stir()
		}
	})
}

// stateLater notes that our state is told to all later; true when that has to be begun.
func (p *pending) stateLater() bool {
	p.mu.Lock()
	defer p.mu.Unlock()
	first := !p.state
	p.state = true
	return first
}

func (p *pending) stateNow() {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.state = false
}

// noteState notes the counter of the state of ours that they are told.
func (s *session) noteState(counter uint64) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.relay.stated = max(s.relay.stated, counter)
}

// mayHaveState reports whether the other side is told what we have: in a room only members are, or who was removed would learn who goes on writing.
func (s *session) mayHaveState() bool {
	return s.v.room == nil || s.v.room.members().Has(s.link.Person())
}
