package membership

import "lanyard/chat/event"

// What says what people are told that a change does: invited, joined, left, removed, renamed, entrusted or grouped. It is empty for what says nothing to people.
func (c *Change) What() string {
	switch c.Kind {
	case event.KindInvite:
		return "invited"
	case event.KindJoin:
		return "joined"
	case event.KindLeave:
		return "left"
	case event.KindRemove:
		return "removed"
	case event.KindRename:
		return "renamed"
	case event.KindEntrust:
		return "entrusted"
	case event.KindGroup:
		return "grouped"
	}
	return ""
}

// Names is the name that a change gives the room, or of the group that it changes; empty for other changes.
func (c *Change) Names() string {
	if c.Kind == event.KindRename || c.Kind == event.KindGroup {
		return c.Name
	}
	return ""
}

// Line returns a change that is shown in the history, and whether it was overruled: somebody was removed or left at the same time as this brought them in. nil for
// one that does not count, or says nothing to people. A change that does not count changed nothing for anybody, and a line of it would let whoever was removed, or
// never was a member, write into everybody's history.
func (m *State) Line(id event.ID) (c *Change, overruled bool) {
	at, here := m.places[id]
	if !here || !m.nodes[at].counts || m.nodes[at].What() == "" {
		return nil, false
	}
	return &m.nodes[at].Change, m.overruled(at)
}

// overruled reports whether somebody was removed or left at the same time as another brought them in.
func (m *State) overruled(at int) bool {
	n := &m.nodes[at]
	if n.Kind != event.KindInvite && n.Kind != event.KindJoin && n.Kind != event.KindEntrust {
		return false
	}
	for _, end := range m.Cutting[n.Who] {
		if !n.seen.has(end) && !m.nodes[end].seen.has(at) {
			return true
		}
	}
	return false
}
