package membership

import (
	"lanyard/chat/event"
	"lanyard/internal/identity"
)

// BygonesFor returns the bygone changes that somebody is told of, each after those that it has seen: a member of all, who is none of those that events have
// seen which name these.
func (m *State) BygonesFor(who identity.PersonID, heads []event.ID) (all []event.ID) {
	if len(m.bygones) == 0 {
		return nil
	}
	member, by := m.Has(who), m.SeenBy(heads)
	for _, at := range m.bygones {
		if member || by.has(at) {
			all = append(all, m.nodes[at].ID)
		}
	}
	return all
}
