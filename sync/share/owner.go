package share

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	"lanyard/internal/identity"
	"lanyard/internal/peer"
	"lanyard/internal/store"
	"lanyard/sync/role"
)

// What only the owner of a share can do: say who is in it.

// Invite is InviteAs with the role of those who may change everything.
func (e *Engine) Invite(ctx context.Context, id ID, with []identity.PersonID) error {
	return e.InviteAs(ctx, id, with, role.ReadWrite)
}

// InviteAs offers the share to more people, or once more to those who declined, left or were removed, or have not answered. Only its owner can.
// Who takes part already keeps the role they have.
func (e *Engine) InviteAs(ctx context.Context, id ID, with []identity.PersonID, as Role) error {
	return e.relist(ctx, id, func(m membership, list *memberList) error {
		for _, p := range with {
			fresh, err := e.entry(p, as)
			if err != nil {
				return err
			}
			if known := list.entry(p); known != nil {
				fresh.Invited, fresh.Ends = known.Invited, known.Ends
				if m.takesPart(p) {
					fresh.Role = known.Role
				} else {
					fresh.Invited = m.list.Number + 1 // what they said so far counts no more
				}
				*known = fresh
			} else {
				list.Members = append(list.Members, fresh)
			}
		}
		return nil
	})
}

// SetRole says what a member may do from now on. Only the owner can.
func (e *Engine) SetRole(ctx context.Context, id ID, person identity.PersonID, to Role) error {
	return e.relist(ctx, id, func(m membership, list *memberList) error { return e.assign(ctx, id, m, list, person, to) })
}

// assign gives a person on the list a role.
func (e *Engine) assign(ctx context.Context, id ID, m membership, list *memberList, person identity.PersonID, to Role) error {
	known := list.entry(person)
	switch {
	case known == nil || m.state(person) == "":
		return errors.New("this person is no member of the share: invite them first")
	case person == list.Owner && to != role.ReadWrite:
		return errors.New("the owner of a share may change everything in it: hand it over first")
	case known.Role == to:
		return nil
	}
	var logs []cut
	if to != role.ReadWrite {
		var err error
		if logs, err = e.cutsOf(ctx, id, m, person); err != nil {
			return err
		}
	}
	s := known.standing().Assign(to, endsOf(logs))
	known.Role, known.Ends = s.Role, cutsFrom(s.Ends)
	return nil
}

// Remove ends somebody's membership. Only the owner can; the files they have stay theirs.
func (e *Engine) Remove(ctx context.Context, id ID, person identity.PersonID) error {
	return e.relist(ctx, id, func(m membership, list *memberList) error {
		known := list.entry(person)
		if known == nil || person == list.Owner {
			return errors.New("this person is no member whom you could remove")
		}
		cuts, err := e.cutsOf(ctx, id, m, person)
		known.State, known.Cuts = removed, cuts
		return err
	})
}

// cutsOf returns how far the logs of a person's machines count.
func (e *Engine) cutsOf(ctx context.Context, id ID, m membership, person identity.PersonID) ([]cut, error) {
	if err := e.opened(ctx, id); err != nil {
		return nil, err
	}
	s := e.shareOf(id)
	if s == nil {
		return nil, errors.New("the share must be at work for this: resume it")
	}
	var cuts []cut
	err := s.db.Read(ctx, func(tx *store.Tx) error {
		all, err := allBranches(tx)
		for _, b := range all {
			if p, ok := m.personOf(b.log.Peer); ok && p == person {
				cuts = append(cuts, cut{Peer: b.log.Peer, ID: b.log.ID, Number: b.number})
			}
		}
		return err
	})
	return cuts, err
}

// relist signs a new member list.
func (e *Engine) relist(ctx context.Context, id ID, change func(membership, *memberList) error) error {
	var wrong error
	err := e.amend(ctx, id, func(f folder) (folder, bool) {
		if f.members.list.Owner != e.cfg.Identity.Person() {
			if wrong = errNotOwner; f.members.state(f.members.list.Owner) == IsGone {
				wrong = errOwnerGone
			}
			return f, false
		}
		if f.state != joined && f.state != paused {
			wrong = errUnknown
			return f, false
		}
		list := f.members.list
		list.Members = slices.Clone(list.Members)
		if wrong = change(f.members, &list); wrong != nil {
			return f, false
		}
		next, err := signList(e.cfg.Identity, list, &f.members)
		if err != nil {
			wrong = err
			return f, false
		}
		f.members = next
		return f, true
	})
	if _, known := e.folder(id); !known {
		return errUnknown
	}
	return errors.Join(wrong, err)
}

// entry makes the list's entry of a person. Somebody blocked is invited to nothing, as nothing is sent to them.
func (e *Engine) entry(p identity.PersonID, as Role) (entry, error) {
	for _, machine := range e.cfg.Roster.Machines(p) {
		if row, ok := e.cfg.Roster.Get(machine); ok && row.Trust == peer.Blocked {
			return entry{}, ErrBlocked
		}
	}
	persons, ok := e.cfg.Roster.PersonList(p)
	if !ok {
		return entry{}, fmt.Errorf("nobody is known by the ID %s", p.Short())
	}
	return entry{Person: p, Name: cutName(e.nameOf(membership{}, p)), Role: as, State: active, List: persons}, nil
}

func cutName(s string) string { return strings.ToValidUTF8(s[:min(len(s), maxName)], "") }
