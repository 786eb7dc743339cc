package chat

import (
	"context"
	"errors"
	"fmt"
	"slices"

	"lanyard/chat/event"
	"lanyard/chat/membership"
	"lanyard/internal/identity"
	"lanyard/internal/name"
)

// Errors of groups.
var (
	ErrGroupName  = fmt.Errorf("every room has the group %s already: choose another name", membership.Everyone)
	ErrManyGroups = fmt.Errorf("a room has at most %d groups: take one away first", membership.MaxGroups)
	ErrNoGroup    = errors.New("this room has no group of that name")
	ErrGroupLike  = errors.New("a member, or another group of this room, is called like that or looks like it: choose another name for the group")
)

// NameGroup gives a group of members a name by which they are mentioned together, in the place of a group of that name; without anybody the group is none.
func (c *Chat) NameGroup(ctx context.Context, room event.ConversationID, called string, members []identity.PersonID) (Conversation, error) {
	clean, err := name.Typed(called)
	if err != nil {
		return Conversation{}, err
	}
	v, m, err := c.roomFor(ctx, room)
	var groups []membership.Group
	if err == nil {
		groups = m.Groups()
	}
	known := slices.ContainsFunc(groups, func(g membership.Group) bool { return name.Same(g.Name, clean) })
	switch {
	case err != nil:
		return Conversation{}, err
	case name.Same(clean, membership.Everyone):
		return Conversation{}, ErrGroupName
	case len(members) == 0 && !known:
		return Conversation{}, ErrNoGroup
	case len(members) > 0 && c.taken(m, clean):
		return Conversation{}, ErrGroupLike
	case len(members) > 0 && !known && len(groups) >= membership.MaxGroups:
		return Conversation{}, ErrManyGroups
	}
	for _, who := range members {
		if !m.Has(who) {
			return Conversation{}, ErrNotIn
		}
	}
	members = slices.Clone(members)
	slices.SortFunc(members, func(a, b identity.PersonID) int { return slices.Compare(a[:], b[:]) })
	w, err := change(event.KindGroup, membership.Body{Name: clean, In: slices.Compact(members)})
	return c.shape(ctx, v, w, err)
}

// taken reports whether a group of that name would be taken for a member of its room, for everyone, or for another group. What members on other machines made is
// shown as it is: names change, and the rule must not depend on who is on whose list.
func (c *Chat) taken(m *membership.State, called string) bool {
	key := name.Skeleton(called)
	like := func(other string) bool {
		return name.Same(other, called) || key != "" && name.Skeleton(other) == key
	}
	for _, g := range m.Groups() {
		if !name.Same(g.Name, called) && like(g.Name) {
			return true
		}
	}
	return like(membership.Everyone) || slices.ContainsFunc(m.Members(), func(who identity.PersonID) bool { return like(c.config.Roster.Called(who)) })
}
