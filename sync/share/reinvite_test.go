package share_test

import (
	"fmt"
	"testing"

	"lanyard/internal/identity"
	"lanyard/sync/share"
)

// stands waits until a desk sees a member as it should.
func (d *desk) stands(id share.ID, who *desk, want share.MemberState) {
	d.t.Helper()
	got := func() share.MemberState {
		st, err := d.engine.Get(id)
		if err != nil {
			return share.MemberState(err.Error())
		}
		for _, m := range st.Members {
			if m.ID == person(who) {
				return m.State
			}
		}
		return ""
	}
	eventually(d.t, fmt.Sprintf("%s sees %s as %q", d.name, who.name, want), func() bool { return got() == want }, func() string { return string(got()) })
}

func (d *desk) invited() {
	d.t.Helper()
	eventually(d.t, d.name+" has an invitation", func() bool { return len(d.engine.Invitations()) == 1 }, func() string { return fmt.Sprint(d.engine.Invitations()) })
}

func (d *desk) invite(id share.ID, who *desk) {
	d.t.Helper()
	check(d.t, d.engine.Invite(d.t.Context(), id, []identity.PersonID{person(who)}))
}

// offer has Anna share a folder with Ben, who has not answered yet.
func offer(t *testing.T) (o *office, id share.ID, root string) {
	t.Helper()
	o = newOffice(t, "Anna", "Ben")
	id, roots := o.desks[0].share(map[string]string{"a.txt": "one"})
	o.desks[0].invite(id, o.desks[1])
	o.desks[1].invited()
	return o, id, roots[0]
}

// TestInvitedAgain: whoever declined, left or was removed gets a new invitation as if it were the first, and an old one that comes again changes nothing.
func TestInvitedAgain(t *testing.T) {
	t.Parallel()
	want := map[string]string{"a.txt": "one"}
	t.Run("declined", func(t *testing.T) {
		t.Parallel()
		o, id, root := offer(t)
		anna, ben := o.desks[0], o.desks[1]
		old := share.InvitationNow(anna.engine, id)
		check(t, ben.engine.Decline(t.Context(), id))
		anna.stands(id, ben, share.IsRefused)
		ben.meetAll()
		l, ok := ben.roster.Link(anna.id.PeerID())
		if !ok {
			t.Fatal("Ben has no link to Anna")
		}
		check(t, share.Arrives(t.Context(), ben.engine, l, old))
		ben.restart()
		ben.meetAll()
		if list := ben.engine.Invitations(); len(list) != 0 {
			t.Fatalf("the old invitation is back: %+v", list)
		}
		anna.stands(id, ben, share.IsRefused)
		anna.invite(id, ben)
		ben.invited()
		anna.stands(id, ben, share.IsInvited)
		check(t, ben.engine.Decline(t.Context(), id))
		anna.stands(id, ben, share.IsRefused)
		anna.invite(id, ben)
		become(t, want, root, ben.accept(id))
		anna.stands(id, ben, share.IsMember)
		o.agree(id, root)
	})
	t.Run("left", func(t *testing.T) {
		t.Parallel()
		o, id, a, _ := pair(t, want)
		anna, ben := o.desks[0], o.desks[1]
		check(t, ben.engine.Leave(t.Context(), id))
		anna.stands(id, ben, share.IsGone)
		anna.invite(id, ben)
		ben.invited()
		become(t, want, a, ben.accept(id))
		anna.stands(id, ben, share.IsMember)
	})
	t.Run("removed", func(t *testing.T) {
		t.Parallel()
		o, id, a, _ := pair(t, want)
		anna, ben := o.desks[0], o.desks[1]
		check(t, anna.engine.Remove(t.Context(), id, person(ben)))
		eventually(t, "Ben is out", func() bool { return len(ben.engine.List()) == 0 }, func() string { return "" })
		anna.invite(id, ben)
		anna.stands(id, ben, share.IsInvited) // what they accepted once was not this
		ben.invited()
		become(t, want, a, ben.accept(id))
		anna.stands(id, ben, share.IsMember)
	})
	t.Run("each while the other is away", func(t *testing.T) {
		t.Parallel()
		o, id, a, _ := pair(t, want)
		anna, ben := o.desks[0], o.desks[1]
		anna.shut()
		check(t, ben.engine.Leave(t.Context(), id))
		ben.shut()
		anna.start()
		anna.invite(id, ben) // takes part as far as Anna knows: nothing to say
		check(t, anna.engine.Remove(t.Context(), id, person(ben)))
		anna.invite(id, ben)
		ben.start()
		o.meet()
		ben.invited()
		ben.restart()
		become(t, want, a, ben.accept(id))
		anna.stands(id, ben, share.IsMember)
	})
	t.Run("declined while the owner, who did not know, invited again", func(t *testing.T) {
		t.Parallel()
		o, id, root := offer(t)
		anna, ben := o.desks[0], o.desks[1]
		anna.shut()
		check(t, ben.engine.Decline(t.Context(), id))
		ben.shut()
		anna.start()
		anna.invite(id, ben)
		ben.start()
		o.meet()
		ben.invited()
		become(t, want, root, ben.accept(id))
	})
	t.Run("removed and invited again while away", func(t *testing.T) {
		t.Parallel()
		o, id, a, b := pair(t, want)
		anna, ben := o.desks[0], o.desks[1]
		ben.shut()
		check(t, anna.engine.Remove(t.Context(), id, person(ben)))
		anna.invite(id, ben)
		save(t, a, "a.txt", "two")
		ben.start()
		o.meet()
		anna.stands(id, ben, share.IsMember) // they never were out as far as they know, and say so
		become(t, map[string]string{"a.txt": "two"}, a, b)
		o.agree(id, a, b)
	})
	t.Run("accepted while the owner, who did not know, invited again", func(t *testing.T) {
		t.Parallel()
		o, id, root := offer(t)
		anna, ben := o.desks[0], o.desks[1]
		anna.shut()
		at := ben.accept(id)
		ben.shut()
		anna.start()
		anna.invite(id, ben)
		ben.start()
		o.meet()
		become(t, want, root, at)
		anna.stands(id, ben, share.IsMember)
	})
}
