package chat

import (
	"cmp"
	"maps"
	"math"
	"slices"

	"lanyard/chat/event"
	"lanyard/internal/identity"
	"lanyard/internal/vector"
)

// Limits of a room; how many changes take part: see quotas.
const (
	maxMembers   = 200
	everythingOK = math.MaxUint64
)

// membership is who is a member of a room, worked out from the set of its changes by the nine rules of docs/protocol.md section 6. It never changes:
// when a change comes, another is made.
type membership struct {
	*creation
	quotas  *quotas
	name    string // of the room now
	nodes   []node // the changes that take part, in event order
	places  map[event.ID]int
	begun   map[vector.Log]logStart
	adds    map[identity.PersonID][]int
	ends    map[identity.PersonID]seen // removals and leavings that count
	leaves  map[identity.PersonID][]int
	cutting map[identity.PersonID][]int // the same as ends, in the order in which they were judged
	members map[identity.PersonID]roomMember
	sorted  []identity.PersonID // the members, by ID
	groups  []group             // in the order in which their names came up
	bygones []int               // changes behind where their logs count
}

// node is a change that takes part.
type node struct {
	memberChange
	seen   seen
	counts bool
	bygone bool // it lies behind where its log counts
}

// unnamed reports whether nobody who knows of it names a change any more.
func (n *node) unnamed() bool { return n.begun != nil || n.bygone && n.kind != event.KindLeave }

// roomMember is one present member.
type roomMember struct {
	since     event.Position // of the change by which they are one; zero for the creator
	entrusted bool
}

// replay works out who is a member. The order of all does not matter; begun has the first event of each log.
func replay(c *creation, all []memberChange, begun map[vector.Log]logStart) *membership {
	m := &membership{
		creation: c, quotas: newQuotas(c.creator), name: c.Name, places: map[event.ID]int{}, begun: begun, adds: map[identity.PersonID][]int{}, ends: map[identity.PersonID]seen{},
		leaves: map[identity.PersonID][]int{}, cutting: map[identity.PersonID][]int{}, members: map[identity.PersonID]roomMember{},
	}
	m.admit(all)
	m.judgeCreator()
	m.judgeRemovals()
	m.judgeOthers()
	m.setAside()
	m.count()
	return m
}

// alone is 1 for a change that came without its log.
func alone(c *memberChange) int {
	if c.begun != nil {
		return 1
	}
	return 0
}

// setAside finds what is behind where its log counts. What came alone and is not is taken for unknown until its log comes.
func (m *membership) setAside() {
	limits := map[vector.Log]uint64{}
	for i := range m.nodes {
		n := &m.nodes[i]
		limit, known := limits[n.at.Log]
		if !known {
			begun, here := m.begun[n.at.Log]
			if !here && n.begun != nil {
				begun = *n.begun
			}
			limit = m.counted(n.at.Log, begun, n.by)
			limits[n.at.Log] = limit
		}
		switch {
		case limit < n.at.Number:
			m.bygones, n.bygone = append(m.bygones, i), true
		case n.begun != nil:
			delete(m.places, n.id)
		}
	}
}

// admit takes what takes part (rule 1), in event order.
func (m *membership) admit(all []memberChange) {
	all = slices.Clone(all)
	slices.SortFunc(all, func(a, b memberChange) int { return cmp.Or(a.at.Compare(b.at), alone(&a)-alone(&b)) })
	all = slices.CompactFunc(all, func(a, b memberChange) bool { return a.id == b.id })
	all = m.quotas.bounded(all)
	for i := range all {
		n := node{memberChange: all[i], seen: newSeen(len(all))}
		if !m.closed(n.parents) {
			continue
		}
		for _, parent := range n.parents {
			at := m.places[parent]
			n.seen.add(at)
			n.seen.take(m.nodes[at].seen)
		}
		at := len(m.nodes)
		m.places[n.id] = at
		m.nodes = append(m.nodes, n)
		if n.kind == event.KindLeave && n.begun == nil {
			m.leaves[n.who] = append(m.leaves[n.who], at)
		}
	}
}

// closed reports whether changes and all that they have seen are here.
func (m *membership) closed(heads []event.ID) bool {
	for _, id := range heads {
		if _, here := m.places[id]; !here {
			return false
		}
	}
	return true
}

// seenBy is what an event has seen that names these changes; only those that are here.
func (m *membership) seenBy(heads []event.ID) seen {
	s := newSeen(max(len(m.nodes), m.width()))
	for _, id := range heads {
		if at, here := m.places[id]; here {
			s.add(at)
			s.take(m.nodes[at].seen)
		}
	}
	return s
}

// width is for how many changes the sets have room.
func (m *membership) width() int {
	if len(m.nodes) == 0 {
		return 0
	}
	return 64 * len(m.nodes[0].seen)
}

// judgeCreator lets the creator's changes count (rule 2).
func (m *membership) judgeCreator() {
	for i := range m.nodes {
		n := &m.nodes[i]
		if n.by != m.creator || n.kind == event.KindMerge || n.kind.UnknownChange() || n.kind == event.KindRemove && n.who == m.creator || m.cutOff(i) {
			continue
		}
		m.accept(i)
	}
}

// judgeRemovals lets the removals of those count who were entrusted, by when they were (rules 5 and 6).
func (m *membership) judgeRemovals() {
	type removal struct{ right, at int }
	var all []removal
	for i := range m.nodes {
		if n := &m.nodes[i]; n.kind == event.KindRemove && n.by != m.creator {
			if right, has := m.right(n.by, n.seen); has {
				all = append(all, removal{right, i})
			}
		}
	}
	slices.SortFunc(all, func(a, b removal) int { return cmp.Or(a.right-b.right, a.at-b.at) })
	for _, r := range all {
		n := &m.nodes[r.at]
		_, still := m.right(n.by, n.seen)
		_, equal := m.right(n.who, n.seen)
		if still && !equal && n.who != m.creator && n.who != n.by && !m.cutOff(r.at) {
			m.accept(r.at)
		}
	}
}

// judgeOthers lets the rest count, in event order: so what a change has seen is judged before it.
func (m *membership) judgeOthers() {
	for i := range m.nodes {
		n := &m.nodes[i]
		if n.by == m.creator || m.cutOff(i) || m.nothing(i) {
			continue
		}
		switch n.kind {
		case event.KindJoin:
			if m.Open == 1 && !m.barred(n.who, n.seen) {
				m.accept(i)
			}
		case event.KindInvite, event.KindLeave, event.KindRename, event.KindGroup:
			if m.isMember(n.by, n.seen) {
				m.accept(i)
			}
		}
	}
}

// nothing reports whether a change stands in a log that counts nothing (rule 7), whatever was judged of what it has seen.
func (m *membership) nothing(i int) bool {
	n := &m.nodes[i]
	begun := m.begun[n.at.Log]
	return !(n.kind == event.KindJoin && n.at.Number == 1) && (!m.closed(begun.heads) || !m.isMember(n.by, m.seenBy(begun.heads)) && !m.joinsBy(n.at.Log))
}

// accept lets a change count.
func (m *membership) accept(i int) {
	n := &m.nodes[i]
	n.counts = true
	switch n.kind {
	case event.KindInvite, event.KindJoin, event.KindEntrust:
		m.adds[n.who] = append(m.adds[n.who], i)
	case event.KindLeave, event.KindRemove:
		if m.ends[n.who] == nil {
			m.ends[n.who] = newSeen(m.width())
		}
		m.ends[n.who].add(i)
		m.cutting[n.who] = append(m.cutting[n.who], i)
	}
}

// isMember reports whether somebody is a member by what was seen (rule 8).
func (m *membership) isMember(who identity.PersonID, by seen) bool {
	ends := m.ends[who]
	if ends == nil {
		ends = newSeen(m.width())
	}
	if who == m.creator && newSeen(m.width()).covers(ends, by) {
		return true
	}
	for _, i := range m.adds[who] {
		if by.has(i) && m.nodes[i].seen.covers(ends, by) {
			return true
		}
	}
	return false
}

// right returns the change by which somebody may remove members by what was seen. Whatever they did to leave ends it.
func (m *membership) right(who identity.PersonID, by seen) (at int, has bool) {
	for _, i := range m.adds[who] {
		n := &m.nodes[i]
		if n.kind != event.KindEntrust || !by.has(i) || m.ends[who] != nil && !n.seen.covers(m.ends[who], by) {
			continue
		}
		left := slices.ContainsFunc(m.leaves[who], func(l int) bool { return by.has(l) && !n.seen.has(l) })
		if !left {
			return i, true
		}
	}
	return 0, false
}

// barred reports whether somebody was removed and not invited since.
func (m *membership) barred(who identity.PersonID, by seen) bool {
	for _, r := range m.cutting[who] {
		if m.nodes[r].kind != event.KindRemove || !by.has(r) {
			continue
		}
		again := slices.ContainsFunc(m.adds[who], func(i int) bool { return m.nodes[i].kind != event.KindJoin && by.has(i) && m.nodes[i].seen.has(r) })
		if !again {
			return true
		}
	}
	return false
}

// cutOff reports whether a change lies behind the cut of a removal that counts.
func (m *membership) cutOff(i int) bool {
	n := &m.nodes[i]
	return n.begun != nil || n.at.Number > m.limit(n.at.Log, m.begun[n.at.Log], n.by, i)
}

// limit returns up to which number a log of somebody counts (rule 6), not minding one change.
func (m *membership) limit(log vector.Log, begun logStart, of identity.PersonID, but int) uint64 {
	limit := uint64(everythingOK)
	for _, r := range m.cutting[of] {
		n := &m.nodes[r]
		number, named := n.cuts[log]
		switch {
		case r == but:
		case n.kind == event.KindLeave && n.at.Log == log:
			limit = min(limit, n.at.Number)
		case n.kind == event.KindLeave:
		case named:
			limit = min(limit, number)
		case !m.seenBy(begun.heads).has(r):
			limit = 0
		}
	}
	return limit
}

// upTo returns up to which number a log of somebody counts, from its first event on.
func (m *membership) upTo(log vector.Log, of identity.PersonID) uint64 {
	return m.counted(log, m.begun[log], of)
}

// counted is the same of a log that begins so.
func (m *membership) counted(log vector.Log, begun logStart, of identity.PersonID) uint64 {
	if !m.closed(begun.heads) || !m.isMember(of, m.seenBy(begun.heads)) && !m.joinsBy(log) {
		return 0
	}
	return m.limit(log, begun, of, -1)
}

// vain reports whether a present member wrote a log for nothing: when it began they were none, since who had invited them was none any more. No removal and
// no leaving of theirs says that it is not to count.
func (m *membership) vain(log vector.Log, of identity.PersonID) bool {
	begun := m.begun[log]
	return m.hasMember(of) && len(m.cutting[of]) == 0 && m.closed(begun.heads) && m.counted(log, begun, of) == 0
}

// takes returns up to which number events of a log are taken that begins so. A joining is judged when it is stored.
func (m *membership) takes(log vector.Log, begun logStart, of identity.PersonID) uint64 {
	joins := begun.joins && (m.Open == 1 || of == m.creator)
	if !m.closed(begun.heads) || !m.isMember(of, m.seenBy(begun.heads)) && !joins {
		return 0
	}
	return m.limit(log, begun, of, -1)
}

// joinsBy reports whether a log begins with a joining that counts.
func (m *membership) joinsBy(log vector.Log) bool {
	return slices.ContainsFunc(m.nodes, func(n node) bool { return n.at.Log == log && n.at.Number == 1 && n.kind == event.KindJoin && n.counts })
}

// ever reports whether somebody is or was a member.
func (m *membership) ever(who identity.PersonID) bool {
	return who == m.creator || len(m.adds[who]) > 0
}

// count names the present members, and the room.
func (m *membership) count() {
	all := newSeen(m.width())
	for i := range m.nodes {
		all.add(i)
		if n := &m.nodes[i]; n.counts && n.kind == event.KindRename {
			m.name = n.name
		}
	}
	everybody := []identity.PersonID{m.creator}
	for who := range m.adds {
		if who != m.creator {
			everybody = append(everybody, who)
		}
	}
	for _, who := range everybody {
		if m.isMember(who, all) {
			_, entrusted := m.right(who, all)
			m.members[who] = roomMember{since: m.sinceOf(who, all), entrusted: entrusted || who == m.creator}
		}
	}
	m.crowd()
	m.sorted = slices.SortedFunc(maps.Keys(m.members), func(a, b identity.PersonID) int { return slices.Compare(a[:], b[:]) })
	m.gather()
}

// sinceOf is where somebody's present membership begins.
func (m *membership) sinceOf(who identity.PersonID, all seen) event.Position {
	ends := m.ends[who]
	if ends == nil {
		ends = newSeen(m.width())
	}
	if who == m.creator && newSeen(m.width()).covers(ends, all) {
		return event.Position{}
	}
	first := -1
	for _, i := range m.adds[who] {
		if m.nodes[i].seen.covers(ends, all) && (first < 0 || i < first) {
			first = i
		}
	}
	return m.nodes[first].at
}

// crowd leaves out who is too much (rule 9).
func (m *membership) crowd() {
	for len(m.members) > maxMembers {
		var last identity.PersonID
		for who, one := range m.members {
			if at := m.members[last].since; last == (identity.PersonID{}) || one.since.Compare(at) > 0 || one.since == at && slices.Compare(who[:], last[:]) > 0 {
				last = who
			}
		}
		delete(m.members, last)
	}
}

// hasMember reports whether somebody is a member now.
func (m *membership) hasMember(who identity.PersonID) bool {
	_, is := m.members[who]
	return is
}
