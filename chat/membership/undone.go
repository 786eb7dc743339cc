package membership

import "lanyard/internal/identity"

// Undone returns the changes by which an invitation of somebody counts for nothing that they may take for one that counts, with all that those have seen: who
// was invited by somebody who had been removed, or had left, is no member and would else never learn of it. Such invitations are those that take part, and those by
// the inviters named, which do not.
func (m *State) Undone(who identity.PersonID, inviters ...identity.PersonID) Set {
	out, looked := newSeen(m.width()), newSeen(m.width())
	for i := range m.nodes {
		if n := &m.nodes[i]; n.Who == who && n.By != who && n.Kind.Adds() && !n.counts {
			m.against(i, out, looked)
		}
	}
	for _, by := range inviters {
		m.endsOf(by, out)
	}
	return Set{m, out}
}

// against adds to out what a change counts nothing by: ends of its author's part, or of the part of who invited them, and so on.
func (m *State) against(i int, out, looked seen) {
	if looked.has(i) {
		return
	}
	looked.add(i)
	n := &m.nodes[i]
	m.endsOf(n.By, out)
	for j := range i {
		if before := &m.nodes[j]; n.seen.has(j) && before.Who == n.By && before.Kind.Adds() && !before.counts {
			m.against(j, out, looked)
		}
	}
}

// Concerns reports whether somebody who is no member has to do with the room: they were one, or take themselves for one.
func (m *State) Concerns(who identity.PersonID) bool {
	if m.Ever(who) {
		return true
	}
	for i := range m.nodes {
		if n := &m.nodes[i]; n.Who == who && n.By != who && n.Kind.Adds() {
			return true
		}
	}
	return false
}

// endsOf adds to out what ended somebody's part, with all that this has seen.
func (m *State) endsOf(who identity.PersonID, out seen) {
	for _, end := range m.Cutting[who] {
		out.add(end)
		out.take(m.nodes[end].seen)
	}
}
