package chat

import (
	"maps"

	"lanyard/chat/event"
	"lanyard/internal/identity"
	"lanyard/internal/peer"
)

// undone returns the changes by which an invitation of somebody counts for nothing that they may take for one that counts, with all that those have seen: who
// was invited by somebody who had been removed, or had left, is no member and would else never learn of it.
func (m *membership) undone(who identity.PersonID) seen {
	out, looked := newSeen(m.width()), newSeen(m.width())
	for i := range m.nodes {
		if n := &m.nodes[i]; n.who == who && n.by != who && n.kind.Adds() && !n.counts {
			m.against(i, out, looked)
		}
	}
	return out
}

// against adds to out what a change counts nothing by: ends of its author's part, or of the part of who invited them, and so on.
func (m *membership) against(i int, out, looked seen) {
	if looked.has(i) {
		return
	}
	looked.add(i)
	n := &m.nodes[i]
	m.endsOf(n.by, out)
	for j := range i {
		if before := &m.nodes[j]; n.seen.has(j) && before.who == n.by && before.kind.Adds() && !before.counts {
			m.against(j, out, looked)
		}
	}
}

// concerns reports whether somebody who is no member has to do with the room: they were one, or take themselves for one.
func (m *membership) concerns(who identity.PersonID) bool {
	if m.ever(who) {
		return true
	}
	for i := range m.nodes {
		if n := &m.nodes[i]; n.who == who && n.by != who && n.kind.Adds() {
			return true
		}
	}
	return false
}

// endsOf adds to out what ended somebody's part, with all that this has seen.
func (m *membership) endsOf(who identity.PersonID, out seen) {
	for _, end := range m.cutting[who] {
		out.add(end)
		out.take(m.nodes[end].seen)
	}
}

// undone is what the other side of the session has to learn so that it does not take itself for a member: by the invitations that are here, and by those that it
// brought and that we do not take.
func (s *session) undone(m *membership) seen {
	s.mu.Lock()
	misled := maps.Clone(s.relay.misled)
	s.mu.Unlock()
	out := m.undone(s.link.Person())
	for by := range misled {
		m.endsOf(by, out)
	}
	return out
}

// misled looks for an invitation of the other side in events behind the cut of their author, and has them told what undoes it: true when there is one.
func (c *Chat) misled(l *peer.Link, v *conversation, r event.Run) bool {
	s, by := c.session(l, v), c.config.Roster.PersonOf(r.First().Peer)
	if s == nil || v.room == nil || by == l.Person() || v.room.members().hasMember(l.Person()) {
		return false
	}
	key, err := c.authorKey(v, r.First().Peer)
	if last := r.Last(); err != nil || identity.Verify(key, event.SigningContext, last.ID[:], last.Signature) != nil {
		return false
	}
	for _, e := range r.Events {
		change, ok := c.changeOf(e)
		if !ok || !e.Kind.Adds() || change.who != l.Person() {
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
