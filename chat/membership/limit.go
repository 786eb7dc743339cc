package membership

import (
	"math"
	"slices"

	"lanyard/chat/event"
	"lanyard/internal/identity"
	"lanyard/internal/vector"
)

// Unlimited is up to where a log counts of which all does.
const Unlimited = math.MaxUint64

// setAside finds what is behind where its log counts. What came without its log is that as well: whoever sent it said so, and should it count after all, its
// log comes.
func (m *State) setAside() {
	limits := map[vector.Log]uint64{}
	for log := range m.begun {
		limits[log] = Unlimited
	}
	for i := range m.nodes {
		n := &m.nodes[i]
		limit := limits[n.At.Log] // 0 where the log is not here
		if limit == Unlimited {
			limit = m.UpTo(n.At.Log, n.By)
			limits[n.At.Log] = limit
		}
		if limit < n.At.Number {
			m.bygones, n.bygone = append(m.bygones, i), true
		}
	}
}

// cutOff reports whether a change lies behind the cut of a removal that counts, or came without its log.
func (m *State) cutOff(i int) bool {
	n := &m.nodes[i]
	begun, here := m.begun[n.At.Log]
	return !here || n.At.Number > m.limit(n.At.Log, begun, n.By, i)
}

// limit returns up to which number a log of somebody counts (rule 6), not minding one change.
func (m *State) limit(log vector.Log, begun Start, of identity.PersonID, but int) uint64 {
	limit := uint64(Unlimited)
	for _, r := range m.Cutting[of] {
		n := &m.nodes[r]
		number, named := n.Cuts[log]
		switch {
		case r == but:
		case n.Kind == event.KindLeave && n.At.Log == log:
			limit = min(limit, n.At.Number)
		case n.Kind == event.KindLeave:
		case named:
			limit = min(limit, number)
		case !m.SeenBy(begun.Heads).has(r):
			limit = 0
		}
	}
	return limit
}

// begins reports whether a log counts from its first event on (rules 2 and 7): that has seen only what is here, and its author is the creator, was a member by what it
// has seen, or joins by it. joins tells that, and is asked last.
func (m *State) begins(begun Start, of identity.PersonID, joins func() bool) bool {
	return m.Here(begun.Heads...) && (of == m.Creator || m.IsMember(of, m.SeenBy(begun.Heads)) || joins())
}

// UpTo returns up to which number a log of somebody counts; 0 if not even its first event does.
func (m *State) UpTo(log vector.Log, of identity.PersonID) uint64 {
	begun := m.begun[log]
	if !m.begins(begun, of, func() bool { return m.joinsBy(log) }) {
		return 0
	}
	return m.limit(log, begun, of, -1)
}

// Vain reports whether a present member wrote a log for nothing: when it began they were none, since who had invited them was none any more. No removal and
// no leaving of theirs says that it is not to count. Of a log that m was worked out without, as it was being stored, nothing is known.
func (m *State) Vain(log vector.Log, of identity.PersonID) bool {
	begun, here := m.begun[log]
	return here && m.Has(of) && len(m.Cutting[of]) == 0 && m.Here(begun.Heads...) && m.UpTo(log, of) == 0
}

// Takes returns up to which number events of a log are taken that begins so. A joining is judged when it is stored.
func (m *State) Takes(log vector.Log, begun Start, of identity.PersonID) uint64 {
	if !m.begins(begun, of, func() bool { return begun.Joins && m.Open == 1 }) {
		return 0
	}
	return m.limit(log, begun, of, -1)
}

// joinsBy reports whether a log begins with a joining that counts.
func (m *State) joinsBy(log vector.Log) bool {
	return slices.ContainsFunc(m.nodes, func(n node) bool { return n.At.Log == log && n.At.Number == 1 && n.Kind == event.KindJoin && n.counts })
}
