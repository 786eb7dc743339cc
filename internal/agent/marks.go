package agent

import (
	"cmp"
	"context"
	"errors"
	"slices"
	"strings"

	"lanyard/internal/api"
	"lanyard/internal/identity"
	"lanyard/internal/name"
	"lanyard/internal/peer"
)

// marks is what we note about people, as the local API has it.
type marks struct {
	*roster
	switched func(identity.PersonID) // live text was switched on or off with them
}

// Mark changes what we note about a person.
func (m marks) Mark(ctx context.Context, q string, r api.MarksRequest) (api.Marks, error) {
	id, err := m.people.one(q)
	if err != nil {
		return api.Marks{}, err
	}
	if r.Live != nil && *r.Live && m.peers.Discretion().Typing {
		return api.Marks{}, told(api.CodeConflict, "you tell nobody that you write, and so no letters either: switch that on in the settings first (lanyard settings typing on)")
	}
	if r.Live != nil && *r.Live && m.peers.Self().Presence.Choice == peer.Invisible {
		return api.Marks{}, told(api.CodeConflict, "while you are invisible nobody sees what you write: choose another presence first (lanyard presence available)")
	}
	before := m.peers.MarksOf(id)
	err = m.peers.Mark(ctx, id, func(now *peer.Marks) {
		if r.Favourite != nil {
			now.Favourite = *r.Favourite
		}
		if r.Groups != nil {
			now.Groups = slices.Clone(*r.Groups)
		}
		if r.Live != nil {
			now.Live = *r.Live
		}
	})
	if err != nil {
		return api.Marks{}, markError(err)
	}
	now := m.peers.MarksOf(id)
	if now.Live != before.Live {
		m.switched(id)
	}
	return api.Marks{Favourite: now.Favourite, Groups: append([]string{}, now.Groups...), Live: now.Live}, nil
}

// Groups lists the groups, by name, each with its people by name.
func (m marks) Groups(context.Context) ([]api.Group, error) {
	var groups []api.Group
	for _, row := range m.peers.Peers() {
		who := api.Author{ID: row.Person.String(), Name: row.Name, Apart: row.Apart}
		for _, g := range row.Marks.Groups {
			at := slices.IndexFunc(groups, func(o api.Group) bool { return name.Same(o.Name, g) })
			if at < 0 {
				at = len(groups)
				groups = append(groups, api.Group{Name: g})
			}
			if !slices.ContainsFunc(groups[at].People, func(o api.Author) bool { return o.ID == who.ID }) {
				groups[at].People = append(groups[at].People, who)
			}
		}
	}
	slices.SortFunc(groups, func(a, b api.Group) int {
		return cmp.Or(strings.Compare(name.Fold(a.Name), name.Fold(b.Name)), strings.Compare(a.Name, b.Name))
	})
	return groups, nil
}

// ChangeGroup adds people to a group or takes them out. Everybody is found before anything is changed.
func (m marks) ChangeGroup(ctx context.Context, r api.GroupRequest) ([]api.Group, error) {
	if len(r.Add)+len(r.Remove) == 0 {
		return nil, told(api.CodeUsage, "say whom to add to the group or to take out of it")
	}
	add, err := m.people.all(r.Add)
	if err != nil {
		return nil, err
	}
	remove, err := m.people.all(r.Remove)
	if err != nil {
		return nil, err
	}
	for _, id := range add {
		if err := m.peers.Mark(ctx, id, func(now *peer.Marks) { now.Groups = append(now.Groups, r.Name) }); err != nil {
			return nil, markError(err)
		}
	}
	out := func(g string) bool { return name.Same(g, r.Name) }
	for _, id := range remove {
		if !slices.ContainsFunc(m.peers.MarksOf(id).Groups, out) {
			return nil, told(api.CodeNotFound, "%s is in no group called %s: lanyard group list shows them", name.Quote(m.people.called(id)), name.Brief(r.Name))
		}
		if err := m.peers.Mark(ctx, id, func(now *peer.Marks) { now.Groups = slices.DeleteFunc(now.Groups, out) }); err != nil {
			return nil, markError(err)
		}
	}
	return m.Groups(ctx)
}

// RenameGroup gives a group another name.
func (m marks) RenameGroup(ctx context.Context, old string, r api.RenameGroupRequest) ([]api.Group, error) {
	if err := m.peers.RenameGroup(ctx, old, r.Name); err != nil {
		return nil, markError(err)
	}
	return m.Groups(ctx)
}

// markError tells a bad name of a group from a disk that does not store.
func markError(err error) error {
	switch {
	case errors.Is(err, peer.ErrUnknownPerson):
		return told(api.CodeUnknown, "%v", err)
	case errors.Is(err, peer.ErrNoGroup):
		return told(api.CodeNotFound, "%v", err)
	case errors.Is(err, peer.ErrGroupThere):
		return told(api.CodeConflict, "%v", err)
	case errors.Is(err, peer.ErrGroups), errors.Is(err, peer.ErrGroupName), errors.Is(err, name.ErrLongName):
		return told(api.CodeUsage, "%v", err)
	}
	return peopleError(err)
}
