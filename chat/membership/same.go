package membership

import (
	"slices"

	"lanyard/chat/event"
	"lanyard/internal/identity"
)

// SameFor reports whether another state, by which more is known, tells of somebody's membership what this one tells: since when they are a member, and which events that name changes of this one
// were written under a membership with them. It may report false where it does.
func (m *State) SameFor(who identity.PersonID, other *State) bool {
	one, is := m.Member(who)
	then, still := other.Member(who)
	if is != still || one.Since != then.Since {
		return false
	}
	for i := range m.nodes {
		if _, here := other.places[m.nodes[i].ID]; !here {
			return false // it was pushed out
		}
	}
	return slices.Equal(m.added(who), other.added(who)) && slices.Equal(m.ended(who), other.ended(who))
}

// added are the changes by which somebody is or was a member, in event order.
func (m *State) added(who identity.PersonID) (all []event.ID) {
	for _, i := range m.adds[who] {
		all = append(all, m.nodes[i].ID)
	}
	return all
}

// ended are the changes that end it.
func (m *State) ended(who identity.PersonID) (all []event.ID) {
	ends := m.ends[who]
	for i := range m.nodes {
		if ends != nil && ends.has(i) {
			all = append(all, m.nodes[i].ID)
		}
	}
	return all
}
