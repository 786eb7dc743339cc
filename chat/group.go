package chat

import (
	"context"
	"errors"
	"fmt"
	"slices"

	"lanyard/chat/event"
	"lanyard/internal/identity"
	"lanyard/internal/name"
)

// Everyone is the group of all members of a room, which every room has.
const Everyone = "everyone"

// Limits of groups.
const (
	maxGroups  = 32         // of a room
	maxInGroup = maxMembers // named in one, members or not
)

// Errors of groups.
var (
	ErrGroupName  = fmt.Errorf("every room has the group %s already: choose another name", Everyone)
	ErrManyGroups = fmt.Errorf("a room has at most %d groups: take one away first", maxGroups)
	ErrNoGroup    = errors.New("this room has no group of that name")
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
func (m *membership) gather() {
	at := map[string]int{}
	for i := range m.nodes {
		n := &m.nodes[i]
		if !n.counts || n.kind != event.KindGroup {
			continue
		}
		key := name.Fold(n.name)
		if _, known := at[key]; !known {
			at[key] = len(m.groups)
			m.groups = append(m.groups, group{})
		}
		m.groups[at[key]] = group{name: n.name, in: n.group}
	}
	m.groups = slices.DeleteFunc(m.groups, func(g group) bool { return len(g.in) == 0 })
	m.groups = m.groups[:min(len(m.groups), maxGroups)]
}

// inGroup reports whether somebody who is a member is meant by a group's name.
func (m *membership) inGroup(called string, who identity.PersonID) bool {
	if !m.hasMember(who) {
		return false
	}
	return name.Same(called, Everyone) || slices.ContainsFunc(m.groups, func(g group) bool { return name.Same(g.name, called) && slices.Contains(g.in, who) })
}

// shownGroups are the groups with their present members.
func (m *membership) shownGroups() []Group {
	all := make([]Group, 0, len(m.groups))
	for _, g := range m.groups {
		one := Group{Name: g.name, Members: slices.DeleteFunc(slices.Clone(g.in), func(who identity.PersonID) bool { return !m.hasMember(who) })}
		slices.SortFunc(one.Members, func(a, b identity.PersonID) int { return slices.Compare(a[:], b[:]) })
		all = append(all, one)
	}
	return all
}

// NameGroup gives a group of members a name by which they are mentioned together, in the place of a group of that name; without anybody the group is none.
func (c *Chat) NameGroup(ctx context.Context, room event.ConversationID, called string, members []identity.PersonID) (Conversation, error) {
	clean, err := name.Typed(called)
	if err != nil {
		return Conversation{}, err
	}
	v, m, err := c.roomFor(ctx, room)
	known := err == nil && slices.ContainsFunc(m.groups, func(g group) bool { return name.Same(g.name, clean) })
	switch {
	case err != nil:
		return Conversation{}, err
	case name.Same(clean, Everyone):
		return Conversation{}, ErrGroupName
	case len(members) == 0 && !known:
		return Conversation{}, ErrNoGroup
	case len(members) > 0 && !known && len(m.groups) >= maxGroups:
		return Conversation{}, ErrManyGroups
	}
	for _, who := range members {
		if !m.hasMember(who) {
			return Conversation{}, ErrNotIn
		}
	}
	members = slices.Clone(members)
	slices.SortFunc(members, func(a, b identity.PersonID) int { return slices.Compare(a[:], b[:]) })
	w, err := change(event.KindGroup, changeBody{Name: clean, In: slices.Compact(members)})
	return c.shape(ctx, v, w, err)
}

// Mentioned reports whether a message mentions our person, by name or by a group of the room in which they are now.
func (c *Chat) Mentioned(m *Message) bool {
	self := c.config.Identity.Person()
	if slices.Contains(m.Mentions, self) {
		return true
	}
	v := c.known(m.Conversation)
	if len(m.Groups) == 0 || v == nil || v.room == nil {
		return false
	}
	now := v.room.members()
	return slices.ContainsFunc(m.Groups, func(called string) bool { return now.inGroup(called, self) })
}

// isGroup checks what a change says of a group, beside its name.
func isGroup(b *changeBody) bool {
	if len(b.In) > maxInGroup || name.Same(b.Name, Everyone) {
		return false
	}
	seen := map[identity.PersonID]bool{}
	for _, who := range b.In {
		seen[who] = true
	}
	return len(seen) == len(b.In)
}
