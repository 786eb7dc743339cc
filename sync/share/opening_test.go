package share_test

import (
	"context"
	"errors"
	"testing"
	"time"

	"lanyard/internal/identity"
	"lanyard/sync/share"
)

// TestAskedWhileOpening: who asks for trash and notices of a share that is just being opened is kept waiting until it is, not sent away.
func TestAskedWhileOpening(t *testing.T) {
	t.Parallel()
	o, id, a, b := pair(t, map[string]string{"a.txt": "one", "b.txt": "two"})
	ben := o.desks[1]
	save(t, a, "a.txt", "two")
	become(t, map[string]string{"a.txt": "two", "b.txt": "two"}, a, b)
	o.agree(id, a, b)
	ben.shut()
	opening, open := make(chan struct{}), make(chan struct{})
	ben.opening = func() { close(opening); <-open }
	ben.start()
	<-opening
	brief, cancel := context.WithTimeout(t.Context(), 50*time.Millisecond)
	defer cancel()
	if _, err := ben.engine.Trash(brief, id); !errors.Is(err, context.DeadlineExceeded) {
		t.Errorf("the trash of a share that is being opened: %v", err)
	}
	if _, err := ben.engine.Notices(brief, share.ID{}, 10); !errors.Is(err, context.DeadlineExceeded) {
		t.Errorf("the notices of a share that is being opened: %v", err)
	}
	close(open)
	if list := ben.trash(id); len(list) != 1 {
		t.Errorf("the trash holds %+v", list)
	}
	if list := ben.account(id); len(list) != 1 {
		t.Errorf("the notices are %+v", list)
	}
}

// TestBlockedIsRefused: somebody blocked is invited neither at first nor later, and the error says which.
func TestBlockedIsRefused(t *testing.T) {
	t.Parallel()
	o := newOffice(t, "Anna", "Ben")
	anna, ben := o.desks[0], o.desks[1]
	id, _ := anna.share(nil)
	check(t, anna.roster.Block(t.Context(), person(ben)))
	with := []identity.PersonID{person(ben)}
	if _, err := anna.engine.Add(t.Context(), t.TempDir(), "More", with); !errors.Is(err, share.ErrBlocked) {
		t.Errorf("a share with somebody blocked: %v", err)
	}
	if err := anna.engine.Invite(t.Context(), id, with); !errors.Is(err, share.ErrBlocked) {
		t.Errorf("inviting somebody blocked: %v", err)
	}
}
