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
)

// What only the owner of a share can do: say who is in it.

// Invite offers the share to more people, or once more to those who declined, left or were removed, or have not answered. Only its owner can.
func (e *Engine) Invite(ctx context.Context, id ID, with []identity.PersonID) error {
	return e.relist(ctx, id, func(m membership, list *memberList) error {
		for _, p := range with {
			fresh, err := e.entry(p)
			if err != nil {
				return err
			}
			if known := list.entry(p); known != nil {
				if fresh.Invited = known.Invited; !m.takesPart(p) {
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
func (e *Engine) entry(p identity.PersonID) (entry, error) {
	for _, machine := range e.cfg.Roster.Machines(p) {
		if row, ok := e.cfg.Roster.Get(machine); ok && row.Trust == peer.Blocked {
			return entry{}, ErrBlocked
		}
	}
	persons, ok := e.cfg.Roster.PersonList(p)
	if !ok {
		return entry{}, fmt.Errorf("nobody is known by the ID %s", p.Short())
	}
	return entry{Person: p, Name: cutName(e.nameOf(membership{}, p)), Role: ReadWrite, State: active, List: persons}, nil
}

func cutName(s string) string { return strings.ToValidUTF8(s[:min(len(s), maxName)], "") }
