package share_test

import (
	"strings"
	"testing"

	"lanyard/internal/identity"
	"lanyard/sync/share"
)

// TestOwnerLeavesFirst: when the owner leaves before anybody answered, the invitations are withdrawn, from who is there and from who comes later.
func TestOwnerLeavesFirst(t *testing.T) {
	t.Parallel()
	o := newOffice(t, "Anna", "Ben", "Carla")
	anna, ben, carla := o.desks[0], o.desks[1], o.desks[2]
	anna.meetAll()
	root := t.TempDir()
	write(t, root, "a.txt", "one")
	st, err := anna.engine.Add(t.Context(), root, "Plans", []identity.PersonID{person(ben), person(carla)})
	check(t, err)
	for _, d := range o.desks[1:] {
		eventually(t, d.name+" is invited", func() bool { return len(d.engine.Invitations()) == 1 }, func() string { return "" })
	}
	carla.shut()
	check(t, anna.engine.Leave(t.Context(), st.ID))
	carla.start()
	o.meet()
	if err := carla.engine.Pause(t.Context(), st.ID); err == nil { // answers once it is known what there is
		t.Error("Carla pauses a share in which she takes no part")
	}
	for _, d := range o.desks[1:] {
		eventually(t, d.name+"'s invitation is withdrawn", func() bool { return len(d.engine.Invitations()) == 0 }, func() string { return "" })
		if _, err := d.engine.Accept(t.Context(), st.ID, ""); err == nil || !strings.Contains(err.Error(), "has left") {
			t.Errorf("%s accepts: %v", d.name, err)
		}
	}
}

// TestInviteAfterOwnerLeft: who goes on without the owner is told that nobody can invite any more.
func TestInviteAfterOwnerLeft(t *testing.T) {
	t.Parallel()
	o, id, _, _ := pair(t, map[string]string{"a.txt": "one"})
	anna, ben := o.desks[0], o.desks[1]
	check(t, anna.engine.Leave(t.Context(), id))
	eventually(t, "Ben hears that Anna left", func() bool {
		st, err := ben.engine.Get(id)
		return err == nil && len(st.Members) == 2 && st.Members[0].State == share.IsGone
	}, ben.state(id))
	if err := ben.engine.Invite(t.Context(), id, []identity.PersonID{person(anna)}); err == nil || !strings.Contains(err.Error(), "owner has left") {
		t.Errorf("Ben invites: %v", err)
	}
}
