package membership

import (
	"cmp"
	"maps"
	"slices"

	"lanyard/chat/event"
	"lanyard/internal/identity"
)

// admit takes what takes part (rule 1), in event order.
func (m *State) admit(all []Change) {
	all = slices.Clone(all)
	slices.SortFunc(all, func(a, b Change) int { return a.At.Compare(b.At) })
	all = slices.CompactFunc(all, func(a, b Change) bool { return a.ID == b.ID })
	all = m.quotas.bounded(all)
	for i := range all {
		n := node{Change: all[i], seen: newSeen(len(all))}
		if !m.Here(n.Parents...) {
			continue
		}
		for _, parent := range n.Parents {
			at := m.places[parent]
			n.seen.add(at)
			n.seen.take(m.nodes[at].seen)
		}
		at := len(m.nodes)
		m.places[n.ID] = at
		m.nodes = append(m.nodes, n)
		if n.Kind == event.KindLeave {
			m.leaves[n.Who] = append(m.leaves[n.Who], at)
		}
	}
}

// judgeCreator lets the creator's changes count (rule 2).
func (m *State) judgeCreator() {
	for i := range m.nodes {
		n := &m.nodes[i]
		if n.By != m.Creator || n.Kind == event.KindMerge || n.Kind.UnknownChange() || n.Kind == event.KindRemove && n.Who == m.Creator || m.cutOff(i) {
			continue
		}
		m.accept(i)
	}
}

// judgeRemovals lets the removals of those count who were entrusted, by when they were (rules 5 and 6).
func (m *State) judgeRemovals(void map[event.ID]bool) {
	type removal struct{ right, at int }
	var all []removal
	for i := range m.nodes {
		if n := &m.nodes[i]; n.Kind == event.KindRemove && n.By != m.Creator && !void[n.ID] {
			if right, has := m.right(n.By, n.seen); has {
				all = append(all, removal{right, i})
			}
		}
	}
	slices.SortFunc(all, func(a, b removal) int { return cmp.Or(a.right-b.right, a.at-b.at) })
	for _, r := range all {
		n := &m.nodes[r.at]
		_, still := m.right(n.By, n.seen)
		_, equal := m.right(n.Who, n.seen)
		if still && !equal && n.Who != m.Creator && n.Who != n.By && !m.cutOff(r.at) {
			m.accept(r.at)
		}
	}
}

// judgeOthers lets the rest count, in event order: so what a change has seen is judged before it.
func (m *State) judgeOthers() {
	for i := range m.nodes {
		n := &m.nodes[i]
		if n.By == m.Creator || m.cutOff(i) || m.nothing(i) {
			continue
		}
		switch n.Kind {
		case event.KindJoin:
			if m.Open == 1 && !m.barred(n.Who, n.seen) {
				m.accept(i)
			}
		case event.KindInvite, event.KindLeave, event.KindRename, event.KindGroup:
			if m.IsMember(n.By, n.seen) {
				m.accept(i)
			}
		}
	}
}

// nothing reports whether a change stands in a log that counts nothing (rule 7), whatever was judged of what it has seen.
func (m *State) nothing(i int) bool {
	n := &m.nodes[i]
	if n.Kind == event.KindJoin && n.At.Number == 1 {
		return false // it is what the log is judged by
	}
	return !m.begins(m.begun[n.At.Log], n.By, func() bool { return m.joinsBy(n.At.Log) })
}

// accept lets a change count.
func (m *State) accept(i int) {
	n := &m.nodes[i]
	n.counts = true
	switch n.Kind {
	case event.KindInvite, event.KindJoin, event.KindEntrust:
		m.adds[n.Who] = append(m.adds[n.Who], i)
	case event.KindLeave, event.KindRemove:
		if m.ends[n.Who] == nil {
			m.ends[n.Who] = newSeen(m.width())
		}
		m.ends[n.Who].add(i)
		m.Cutting[n.Who] = append(m.Cutting[n.Who], i)
	}
}

// IsMember reports whether somebody is a member by what was seen (rule 8).
func (m *State) IsMember(who identity.PersonID, by seen) bool {
	ends := m.ends[who]
	if ends == nil {
		ends = newSeen(m.width())
	}
	if who == m.Creator && newSeen(m.width()).covers(ends, by) {
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
func (m *State) right(who identity.PersonID, by seen) (at int, has bool) {
	for _, i := range m.adds[who] {
		n := &m.nodes[i]
		if n.Kind != event.KindEntrust || !by.has(i) || m.ends[who] != nil && !n.seen.covers(m.ends[who], by) {
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
func (m *State) barred(who identity.PersonID, by seen) bool {
	for _, r := range m.Cutting[who] {
		if m.nodes[r].Kind != event.KindRemove || !by.has(r) {
			continue
		}
		again := slices.ContainsFunc(m.adds[who], func(i int) bool { return m.nodes[i].Kind != event.KindJoin && by.has(i) && m.nodes[i].seen.has(r) })
		if !again {
			return true
		}
	}
	return false
}

// count names the present members, and the room.
func (m *State) count() {
	all := newSeen(m.width())
	for i := range m.nodes {
		all.add(i)
		if n := &m.nodes[i]; n.counts && n.Kind == event.KindRename {
			m.name = n.Name
		}
	}
	everybody := []identity.PersonID{m.Creator}
	for who := range m.adds {
		if who != m.Creator {
			everybody = append(everybody, who)
		}
	}
	for _, who := range everybody {
		if m.IsMember(who, all) {
			_, entrusted := m.right(who, all)
			m.members[who] = Member{Since: m.sinceOf(who, all), Entrusted: entrusted || who == m.Creator}
		}
	}
	m.crowd()
	m.sorted = slices.SortedFunc(maps.Keys(m.members), func(a, b identity.PersonID) int { return slices.Compare(a[:], b[:]) })
	m.gather()
}

// sinceOf is where somebody's present membership begins.
func (m *State) sinceOf(who identity.PersonID, all seen) event.Position {
	ends := m.ends[who]
	if ends == nil {
		ends = newSeen(m.width())
	}
	if who == m.Creator && newSeen(m.width()).covers(ends, all) {
		return event.Position{}
	}
	first := -1
	for _, i := range m.adds[who] {
		if m.nodes[i].seen.covers(ends, all) && (first < 0 || i < first) {
			first = i
		}
	}
	return m.nodes[first].At
}

// crowd leaves out who is too much (rule 9).
func (m *State) crowd() {
	for len(m.members) > MaxMembers {
		var last identity.PersonID
		for who, one := range m.members {
			if at := m.members[last].Since; last == (identity.PersonID{}) || one.Since.Compare(at) > 0 || one.Since == at && slices.Compare(who[:], last[:]) > 0 {
				last = who
			}
		}
		delete(m.members, last)
	}
}
