package chat

import (
	"maps"
	"slices"

	"lanyard/chat/event"
	"lanyard/chat/membership"
	"lanyard/internal/identity"
	"lanyard/internal/peer"
)

// undone is what the other side of the session has to learn so that it does not take itself for a member: by the invitations that are here, and by those that it
// brought and that we do not take.
func (s *session) undone(m *membership.State) membership.Set {
	s.mu.Lock()
	misled := maps.Clone(s.relay.misled)
	s.mu.Unlock()
	return m.Undone(s.link.Person(), slices.Collect(maps.Keys(misled))...)
}

// misled looks for an invitation of the other side in events behind the cut of their author, and has them told what undoes it: true when there is one.
func (c *Chat) misled(l *peer.Link, v *conversation, r event.Run) bool {
	s, by := c.session(l, v), c.config.Roster.PersonOf(r.First().Peer)
	if s == nil || v.room == nil || by == l.Person() || v.room.members().Has(l.Person()) {
		return false
	}
	key, err := c.authorKey(v, r.First().Peer)
	if last := r.Last(); err != nil || identity.Verify(key, event.SigningContext, last.ID[:], last.Signature) != nil {
		return false
	}
	for _, e := range r.Events {
		change, ok := c.changeOf(e)
		if !ok || !e.Kind.Adds() || change.Who != l.Person() {
			continue
		}
		s.mu.Lock()
		if s.relay.misled == nil {
			s.relay.misled = map[identity.PersonID]bool{}
		}
		s.relay.misled[by] = true
		s.mu.Unlock()
		s.lookAgain()
		return true
	}
	return false
}
