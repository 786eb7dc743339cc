package membership

import (
	"lanyard/chat/event"
	"lanyard/internal/identity"
)

// Bygone reports whether a change that came alone lies behind where its log counts (rules 6 and 7), judged by the log's first event as it is told.
func (m *State) Bygone(c *Change) bool {
	return m.Here(c.Begun.Heads...) && m.counted(c.At.Log, *c.Begun, c.By) < c.At.Number
}

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
