package peer

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"

	"lanyard/internal/identity"
	"lanyard/internal/name"
)

// Marks is what our person notes about another. Groups and favourites are never sent; Live is told to that person alone (package typing).
type Marks struct {
	Favourite bool     // shown first
	Live      bool     // live text is switched on with them
	Groups    []string // in the list, sorted, each once in any case
}

// maxGroups is in how many groups one person can be.
const maxGroups = 32

// ErrGroups says that somebody is in too many groups.
var ErrGroups = fmt.Errorf("a person can be in at most %d groups: take them out of one first", maxGroups)

// ErrGroupName says that something cannot be the name of a group.
var ErrGroupName = errors.New("a group needs a name with at least one letter or digit")

// ErrNoGroup says that nobody is in a group, and so there is none; ErrGroupThere that there is one already.
var (
	ErrNoGroup    = errors.New("there is no such group: lanyard group list shows them")
	ErrGroupThere = errors.New("there is a group of that name already: put the people into it, or choose another name")
)

// Mark changes what we note about a person, and returns when that is durable. Names of groups are cleaned like names of people; one that cannot be a name is
// an error, and nothing is changed. change must not call the roster.
func (r *Roster) Mark(ctx context.Context, of identity.PersonID, change func(*Marks)) error {
	r.mu.Lock()
	p := r.people[of]
	if p == nil {
		r.mu.Unlock()
		return fmt.Errorf("%s: %w", of.Short(), ErrUnknownPerson)
	}
	next := p.marks.clone()
	change(&next)
	if err := next.clean(); err != nil {
		r.mu.Unlock()
		return err
	}
	p.marks, p.kept = next, true
	r.soilLocked(p)
	machines := r.machinesLocked(p)
	r.mu.Unlock()
	r.news.peers(machines...)
	return r.storeDirty(ctx)
}

// RenameGroup gives a group of the list another name, in one step for everybody in it, and returns when that is durable. ErrNoGroup, ErrGroupThere.
func (r *Roster) RenameGroup(ctx context.Context, old, fresh string) error {
	clean, err := name.Typed(fresh)
	switch {
	case errors.Is(err, name.ErrNoName):
		return ErrGroupName
	case err != nil:
		return err
	}
	r.mu.Lock()
	within := r.inGroupLocked(old)
	if len(within) == 0 || !name.Same(old, clean) && len(r.inGroupLocked(clean)) > 0 {
		r.mu.Unlock()
		if len(within) == 0 {
			return ErrNoGroup
		}
		return ErrGroupThere
	}
	var machines []identity.PeerID
	for _, p := range within {
		next := p.marks.clone()
		next.Groups[slices.IndexFunc(next.Groups, func(g string) bool { return name.Same(g, old) })] = clean
		if err = next.clean(); err != nil {
			break // one name takes the place of another: it cannot be
		}
		p.marks = next
		r.soilLocked(p)
		machines = append(machines, r.machinesLocked(p)...)
	}
	r.mu.Unlock()
	r.news.peers(machines...)
	return errors.Join(err, r.storeDirty(ctx))
}

// inGroupLocked returns who is in a group.
func (r *Roster) inGroupLocked(group string) (all []*person) {
	for _, p := range r.people {
		if slices.ContainsFunc(p.marks.Groups, func(g string) bool { return name.Same(g, group) }) {
			all = append(all, p)
		}
	}
	return all
}

// MarksOf returns what we note about a person; nothing about somebody unknown.
func (r *Roster) MarksOf(of identity.PersonID) Marks {
	r.mu.Lock()
	defer r.mu.Unlock()
	if p := r.people[of]; p != nil {
		return p.marks.clone()
	}
	return Marks{}
}

func (m Marks) clone() Marks {
	m.Groups = slices.Clone(m.Groups)
	return m
}

// clean puts the names of groups in order. Of two that differ in case alone the first stays.
func (m *Marks) clean() error {
	var groups []string
	for _, g := range m.Groups {
		clean, err := name.Typed(g)
		switch {
		case errors.Is(err, name.ErrNoName):
			return ErrGroupName
		case err != nil:
			return err
		case !slices.ContainsFunc(groups, func(o string) bool { return name.Same(o, clean) }):
			groups = append(groups, clean)
		}
	}
	if len(groups) > maxGroups {
		return ErrGroups
	}
	slices.SortFunc(groups, func(a, b string) int {
		return cmp.Or(strings.Compare(name.Fold(a), name.Fold(b)), strings.Compare(a, b))
	})
	m.Groups = groups
	return nil
}

// groupsText is the groups as they are stored.
func (m Marks) groupsText() (string, error) {
	if len(m.Groups) == 0 {
		return "[]", nil
	}
	text, err := json.Marshal(m.Groups)
	return string(text), err
}
