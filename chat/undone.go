package chat

import "lanyard/internal/identity"

// undone returns the changes by which an invitation of somebody counts for nothing that they may take for one that counts, with all that those have seen: who
// was invited by somebody who had been removed, or had left, is no member and would else never learn of it.
func (m *membership) undone(who identity.PersonID) seen {
	out, looked := newSeen(m.width()), newSeen(m.width())
	for i := range m.nodes {
		if n := &m.nodes[i]; n.who == who && n.by != who && n.kind.adds() && !n.counts {
			m.against(i, out, looked)
		}
	}
	return out
}

// adds reports whether changes of this kind make somebody a member.
func (k Kind) adds() bool { return k == KindInvite || k == KindJoin || k == KindEntrust }

// against adds to out what a change counts nothing by: ends of its author's part, or of the part of who invited them, and so on.
func (m *membership) against(i int, out, looked seen) {
	if looked.has(i) {
		return
	}
	looked.add(i)
	n := &m.nodes[i]
	for _, end := range m.cutting[n.by] {
		out.add(end)
		out.take(m.nodes[end].seen)
	}
	for j := range i {
		if before := &m.nodes[j]; n.seen.has(j) && before.who == n.by && before.kind.adds() && !before.counts {
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
		if n := &m.nodes[i]; n.who == who && n.by != who && n.kind.adds() {
			return true
		}
	}
	return false
}
