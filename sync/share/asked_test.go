package share_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"lanyard/internal/identity"
	"lanyard/sync/share"
)

// offer has a desk share a new folder with somebody who does not answer yet.
func (d *desk) offer(to *desk) share.ID {
	t := d.t
	t.Helper()
	d.meetAll()
	root := filepath.Join(t.TempDir(), "Plans")
	check(t, os.Mkdir(root, 0o755))
	write(t, root, "a.txt", "a")
	st, err := d.engine.Add(t.Context(), root, "", []identity.PersonID{person(to)})
	check(t, err)
	eventually(t, to.name+" is invited", func() bool { return len(to.engine.Invitations()) > 0 }, func() string { return "" })
	return st.ID
}

// TestAcceptsWhatWaited: who begins to accept all invitations takes those that wait already, not only those to come; one that was declined stays so.
func TestAcceptsWhatWaited(t *testing.T) {
	t.Parallel()
	o := newOffice(t, "Anna", "Ben")
	anna, ben := o.desks[0], o.desks[1]
	no := anna.offer(ben)
	check(t, ben.engine.Decline(t.Context(), no))
	yes := anna.offer(ben)
	ben.shut()
	ben.accepts = true
	ben.start()
	o.meet()
	eventually(t, "Ben takes part", func() bool { st, err := ben.engine.Get(yes); return err == nil && st.State == share.InSync }, func() string { return "" })
	if _, err := ben.engine.Get(no); err == nil {
		t.Error("an invitation that was declined was accepted after all")
	}
	if waiting := ben.engine.Invitations(); len(waiting) > 0 {
		t.Errorf("still waiting: %+v", waiting)
	}
}

// TestBlockedAreNotInvited: neither at first nor later; nothing is made then.
func TestBlockedAreNotInvited(t *testing.T) {
	t.Parallel()
	o := newOffice(t, "Anna", "Ben", "Carla")
	anna, ben, carla := o.desks[0], o.desks[1], o.desks[2]
	id, roots := anna.share(map[string]string{"a.txt": "a"}, carla)
	check(t, anna.roster.Block(t.Context(), person(ben)))
	other := filepath.Join(t.TempDir(), "Other")
	check(t, os.Mkdir(other, 0o755))
	refused := func(what string, err error) {
		t.Helper()
		if err == nil || !strings.Contains(err.Error(), "unblock them first") {
			t.Errorf("%s: %v", what, err)
		}
	}
	_, err := anna.engine.Add(t.Context(), other, "", []identity.PersonID{person(ben)})
	refused("a new share", err)
	refused("a share that is there", anna.engine.Invite(t.Context(), id, []identity.PersonID{person(ben)}))
	if all := anna.engine.List(); len(all) != 1 || len(all[0].Members) != 2 {
		t.Errorf("shared: %+v", all)
	}
	if left, err := os.ReadDir(other); err != nil || len(left) > 0 {
		t.Errorf("in the folder: %v, %v", left, err)
	}
	become(t, map[string]string{"a.txt": "a"}, roots...)
}

// TestPlacesInWords: where a folder cannot be made, people read which place and what to do, and the invitation waits on.
func TestPlacesInWords(t *testing.T) {
	t.Parallel()
	o := newOffice(t, "Anna", "Ben")
	anna, ben := o.desks[0], o.desks[1]
	id := anna.offer(ben)
	file := filepath.Join(t.TempDir(), "file.txt")
	check(t, os.WriteFile(file, []byte("x"), 0o644))
	for _, at := range []string{file, filepath.Join(file, "below")} {
		_, err := ben.engine.Accept(t.Context(), id, at)
		if err == nil || !strings.Contains(err.Error(), at+" is not a folder") || !strings.Contains(err.Error(), "choose another place") {
			t.Errorf("%s: %v", at, err)
		}
	}
	if len(ben.engine.Invitations()) != 1 {
		t.Error("the invitation is gone")
	}
}

// TestLongNames: a name that somebody gives is refused when it would be cut; one that comes from the folder is cut, since nobody chose it.
func TestLongNames(t *testing.T) {
	t.Parallel()
	o := newOffice(t, "Anna")
	root := filepath.Join(t.TempDir(), strings.Repeat("ab", 50))
	check(t, os.Mkdir(root, 0o755))
	engine := o.desks[0].engine
	if _, err := engine.Add(t.Context(), root, strings.Repeat("x", 41), nil); err == nil || !strings.Contains(err.Error(), "at most 40 characters") {
		t.Errorf("a long name: %v", err)
	}
	st, err := engine.Add(t.Context(), root, "", nil)
	check(t, err)
	if want := strings.Repeat("ab", 20); st.Name != want {
		t.Errorf("called %q, want %q", st.Name, want)
	}
}
