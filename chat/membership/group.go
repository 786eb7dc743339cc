package membership

import (
	"slices"

	"lanyard/chat/event"
	"lanyard/internal/identity"
	"lanyard/internal/name"
)

// Everyone is the group of all members of a room, which every room has.
const Everyone = "everyone"

// Limits of groups.
const (
	MaxGroups  = 32         // of a room
	maxInGroup = MaxMembers // named in one, members or not
)

// Group is some members of a room who are mentioned together.
type Group struct {
	Name    string
	Members []identity.PersonID // present ones, sorted; perhaps none
}

// group is one as the changes of its room say.
type group struct {
	name string
	in   []identity.PersonID // also who is no member now
}

// gather works out the groups (rule 3): of each folded name the last change that counts, and of too many the first by when their names came up.
func (m *State) gather() {
	at := map[string]int{}
	for i := range m.nodes {
		n := &m.nodes[i]
		if !n.counts || n.Kind != event.KindGroup {
			continue
		}
		key := name.Fold(n.Name)
		if _, known := at[key]; !known {
			at[key] = len(m.groups)
			m.groups = append(m.groups, group{})
		}
		m.groups[at[key]] = group{name: n.Name, in: n.In}
	}
	m.groups = slices.DeleteFunc(m.groups, func(g group) bool { return len(g.in) == 0 })
	m.groups = m.groups[:min(len(m.groups), MaxGroups)]
}

// InGroup reports whether somebody who is a member is meant by a group's name.
func (m *State) InGroup(called string, who identity.PersonID) bool {
	if !m.Has(who) {
		return false
	}
	return name.Same(called, Everyone) || slices.ContainsFunc(m.groups, func(g group) bool { return name.Same(g.name, called) && slices.Contains(g.in, who) })
}

// Groups are the groups with their present members.
func (m *State) Groups() []Group {
	all := make([]Group, 0, len(m.groups))
	for _, g := range m.groups {
		one := Group{Name: g.name, Members: slices.DeleteFunc(slices.Clone(g.in), func(who identity.PersonID) bool { return !m.Has(who) })}
		slices.SortFunc(one.Members, func(a, b identity.PersonID) int { return slices.Compare(a[:], b[:]) })
		all = append(all, one)
	}
	return all
}

// isGroup checks what a change says of a group, beside its name.
func isGroup(b *Body) bool {
	if len(b.In) > maxInGroup || name.Same(b.Name, Everyone) {
		return false
	}
	seen := map[identity.PersonID]bool{}
	for _, who := range b.In {
		seen[who] = true
	}
	return len(seen) == len(b.In)
}
