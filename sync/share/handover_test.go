package share_test

import (
	"os"
	"path/filepath"
	"testing"

	"lanyard/internal/identity"
	"lanyard/sync/role"
	"lanyard/sync/share"
)

// owns waits until a desk sees whose a share is.
func (d *desk) owns(id share.ID, who *desk) {
	d.t.Helper()
	eventually(d.t, d.name+" sees that "+who.name+" owns the share", func() bool {
		st, err := d.engine.Get(id)
		return err == nil && st.Owner.ID == person(who) && st.Offered == nil
	}, d.state(id))
}

func (d *desk) offered(id share.ID, who *desk) {
	d.t.Helper()
	eventually(d.t, d.name+" sees that the share is offered to "+who.name, func() bool {
		st, err := d.engine.Get(id)
		return err == nil && st.Offered != nil && st.Offered.ID == person(who)
	}, d.state(id))
}

// trio has Anna share a folder with Ben and Carla.
func trio(t *testing.T) (o *office, id share.ID, roots []string) {
	t.Helper()
	o = newOffice(t, "Anna", "Ben", "Carla")
	id, roots = o.desks[0].share(map[string]string{"a.txt": "one", "dir/b.txt": "two"}, o.desks[1], o.desks[2])
	o.agree(id, roots...)
	return o, id, roots
}

// TestHandOver: the owner offers the share, whoever takes it owns it, and one who was away all the time believes the new owner without the old one.
func TestHandOver(t *testing.T) {
	t.Parallel()
	o, id, roots := trio(t)
	anna, ben, carla := o.desks[0], o.desks[1], o.desks[2]
	carla.shut()
	if err := ben.engine.HandOver(t.Context(), id, person(ben)); err == nil {
		t.Error("Ben hands over what is not his")
	}
	if err := ben.engine.TakeOver(t.Context(), id); err == nil {
		t.Error("Ben takes what nobody offered")
	}
	check(t, anna.engine.SetRole(t.Context(), id, person(ben), role.ReadOnly))
	if err := anna.engine.HandOver(t.Context(), id, person(ben)); err == nil {
		t.Error("a share is handed to somebody who may only read it")
	}
	check(t, anna.engine.SetRole(t.Context(), id, person(ben), role.ReadWrite))
	check(t, anna.engine.HandOver(t.Context(), id, person(ben)))
	ben.offered(id, ben)
	check(t, anna.engine.HandOver(t.Context(), id, person(anna))) // she thinks better of it
	ben.owns(id, anna)
	check(t, anna.engine.HandOver(t.Context(), id, person(ben)))
	ben.offered(id, ben)
	anna.owned(id, ben, func() { check(t, ben.engine.TakeOver(t.Context(), id)) })
	anna.stands(id, anna, share.IsMember)
	ben.stands(id, anna, share.IsMember)
	if err := anna.engine.SetRole(t.Context(), id, person(carla), role.ReadOnly); err == nil {
		t.Error("Anna still decides")
	}
	check(t, ben.engine.SetRole(t.Context(), id, person(anna), role.ReadOnly))
	anna.may(id, role.ReadOnly)
	anna.shut()
	carla.start()
	o.meet()
	carla.owns(id, ben)
	ben.restart()
	save(t, roots[1], "a.txt", "three")
	become(t, map[string]string{"a.txt": "three", "dir/": "", "dir/b.txt": "two"}, roots[2])
	check(t, ben.engine.HandOver(t.Context(), id, person(carla)))
	carla.offered(id, carla)
	check(t, carla.engine.TakeOver(t.Context(), id))
	ben.owns(id, carla)
	carla.shut()
	ben.shut()
	anna.start()
	carla.start()
	o.meet()
	anna.owns(id, carla) // two hands further than she knew
	o.agree(id, roots[0], roots[2])
}

// owned has something done and waits until a desk sees the new owner.
func (d *desk) owned(id share.ID, who *desk, do func()) {
	d.t.Helper()
	do()
	d.owns(id, who)
}

// TestShareOfOwnerWhoLeft: the share is offered to the one who has been in it longest, and goes on as theirs.
func TestShareOfOwnerWhoLeft(t *testing.T) {
	t.Parallel()
	o, id, roots := trio(t)
	anna, ben, carla := o.desks[0], o.desks[1], o.desks[2]
	ben.shut()
	check(t, anna.engine.Leave(t.Context(), id))
	carla.offered(id, ben)
	ben.start()
	o.meet()
	ben.offered(id, ben)
	check(t, ben.engine.TakeOver(t.Context(), id))
	carla.owns(id, ben)
	ben.invite(id, anna)
	anna.invited()
	again := anna.accept(id)
	o.agree(id, again, roots[1], roots[2])
	anna.stands(id, anna, share.IsMember)
}

// TestContinue: the owner does not come back. One of the others goes on with the folder as a new share, and who accepts that keeps their folder.
func TestContinue(t *testing.T) {
	t.Parallel()
	o, id, roots := trio(t)
	anna, ben, carla := o.desks[0], o.desks[1], o.desks[2]
	anna.shut()
	check(t, os.WriteFile(filepath.Join(roots[2], "c.txt"), []byte("three"), 0o644))
	become(t, map[string]string{"a.txt": "one", "dir/": "", "dir/b.txt": "two", "c.txt": "three"}, roots[1])
	st, err := ben.engine.Continue(t.Context(), id)
	check(t, err)
	if st.ID == id || st.Path != roots[1] || !st.Mine || len(st.Members) != 2 {
		t.Fatalf("Ben goes on with %+v", st)
	}
	carla.invited()
	got, err := carla.engine.Accept(t.Context(), st.ID, "")
	check(t, err)
	if got.Path != roots[2] {
		t.Errorf("Carla's folder is %s now, not %s", got.Path, roots[2])
	}
	if _, err := carla.engine.Get(id); err == nil {
		t.Error("Carla is in the old share, too")
	}
	if all := o.agree(st.ID, roots[1], roots[2]); len(all) != 4 {
		t.Errorf("the folder holds\n%s", listing(all))
	}
	save(t, roots[2], "a.txt", "changed")
	become(t, map[string]string{"a.txt": "changed", "dir/": "", "dir/b.txt": "two", "c.txt": "three"}, roots[1])
	anna.start()
	o.meet()
	anna.stands(id, carla, share.IsGone) // the old one is hers alone
	if _, err := anna.engine.Continue(t.Context(), id); err == nil {
		t.Error("Anna continues what is hers")
	}
	check(t, ben.engine.InviteAs(t.Context(), st.ID, []identity.PersonID{person(anna)}, role.ReadWrite))
	anna.invited()
	again, err := anna.engine.Accept(t.Context(), st.ID, "")
	check(t, err)
	if again.Path != roots[0] {
		t.Errorf("Anna's folder is %s now, not %s", again.Path, roots[0])
	}
	o.agree(st.ID, roots...)
}
