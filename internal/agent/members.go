package agent

import (
	"context"

	"lanyard/internal/api"
	"lanyard/internal/identity"
	"lanyard/sync/share"
)

// members is who takes part in shared folders, and who is asked to.
type members struct{ *shares }

// Invites returns what others offer.
func (m members) Invites(context.Context) ([]api.Invite, error) {
	all := []api.Invite{}
	for _, i := range m.engine.Invitations() {
		all = append(all, m.people.invite(i))
	}
	return all, nil
}

// Accept takes an invitation.
func (m members) Accept(ctx context.Context, q, at string) (api.Share, error) {
	id, err := m.invited(q)
	if err != nil {
		return api.Share{}, err
	}
	return m.answer(m.engine.Accept(ctx, id, at))
}

// Decline refuses an invitation.
func (m members) Decline(ctx context.Context, q string) error {
	id, err := m.invited(q)
	if err != nil {
		return err
	}
	if err := m.engine.Decline(ctx, id); err != nil {
		return shareError(err)
	}
	return nil
}

// Leave ends our part in a share.
func (m members) Leave(ctx context.Context, q string) error {
	one, err := m.find(q)
	if err != nil {
		return err
	}
	if err := m.engine.Leave(ctx, one.ID); err != nil {
		return shareError(err)
	}
	return nil
}

// Invite asks more people.
func (m members) Invite(ctx context.Context, q string, whom api.WithRequest) (api.Share, error) {
	people, err := m.people.all(whom.With)
	if err != nil {
		return api.Share{}, err
	}
	as, err := roleOf(whom.Role)
	if err != nil {
		return api.Share{}, err
	}
	if len(people) == 0 {
		return api.Share{}, told(api.CodeUsage, "say whom to invite")
	}
	return m.change(q, func(id share.ID) error { return m.engine.InviteAs(ctx, id, people, as) })
}

// about changes something about one member of a share.
func (m members) about(q, who string, do func(share.ID, identity.PersonID) error) (api.Share, error) {
	one, err := m.find(q)
	if err != nil {
		return api.Share{}, err
	}
	person, err := m.people.member(one, who)
	if err != nil {
		return api.Share{}, err
	}
	return m.change(one.ID.String(), func(id share.ID) error { return do(id, person) })
}

// SetRole says what a member may do.
func (m members) SetRole(ctx context.Context, q string, what api.RoleRequest) (api.Share, error) {
	to, err := roleOf(what.Role)
	if err != nil {
		return api.Share{}, err
	}
	if what.Role == "" {
		return api.Share{}, told(api.CodeUsage, "say what they may do: rw, ro or keeper")
	}
	return m.about(q, what.Person, func(id share.ID, person identity.PersonID) error { return m.engine.SetRole(ctx, id, person, to) })
}

// Remove ends a person's part.
func (m members) Remove(ctx context.Context, q, who string) (api.Share, error) {
	return m.about(q, who, func(id share.ID, person identity.PersonID) error { return m.engine.Remove(ctx, id, person) })
}

// HandOver offers a share to a member.
func (m members) HandOver(ctx context.Context, q, who string) (api.Share, error) {
	return m.about(q, who, func(id share.ID, person identity.PersonID) error { return m.engine.HandOver(ctx, id, person) })
}

// Take makes a share ours that was offered to us.
func (m members) Take(ctx context.Context, q string) (api.Share, error) {
	return m.change(q, func(id share.ID) error { return m.engine.TakeOver(ctx, id) })
}

// Continue goes on with a share whose owner is gone.
func (m members) Continue(ctx context.Context, q string) (api.Share, error) {
	one, err := m.find(q)
	if err != nil {
		return api.Share{}, err
	}
	return m.answer(m.engine.Continue(ctx, one.ID))
}

func (m members) invited(q string) (share.ID, error) {
	return m.resolve(q, m.stillOffered, "invitation")
}
