package chat

import (
	"cmp"
	"context"
	"slices"

	"lanyard/internal/identity"
	"lanyard/internal/peer"
)

// notice is what the other end of a transfer told of it over one link. It holds until that link ends, also while another one is the one to use: each side takes links
// into use in its own order, and what it told over one that stays it tells only once.
type notice struct {
	link   uint64
	peer   identity.PeerID
	person identity.PersonID
	held   bool
	noRoom bool // of an offer of ours: on their disk
}

// noticesLocked are those that count: of each machine the one over its newest link.
func (t *transfer) noticesLocked() []notice {
	var counting []notice
	for i, n := range t.notices {
		if !slices.ContainsFunc(t.notices[i+1:], func(later notice) bool { return later.peer == n.peer }) {
			counting = append(counting, n)
		}
	}
	return counting
}

// heldThereLocked reports whether the other end holds a transfer.
func (t *transfer) heldThereLocked() bool {
	return slices.ContainsFunc(t.noticesLocked(), func(n notice) bool { return n.held })
}

// noRoomLocked returns on whose disk there is no room for an offer of ours, of those who are here and do not have it.
func (t *transfer) noRoomLocked() (lacking []identity.PersonID) {
	for _, n := range t.noticesLocked() {
		if n.noRoom && !slices.Contains(t.fate.holders, n.person) {
			lacking = with(lacking, n.person)
		}
	}
	return lacking
}

// note takes what was told over a link, until that ends.
func (f *files) note(t *transfer, told notice, over *peer.Link) {
	fresh := false
	f.alter(t, func() {
		at := slices.IndexFunc(t.notices, func(n notice) bool { return n.link == told.link })
		switch {
		case at >= 0:
			t.notices[at] = told
		case len(t.notices) > 0 || told.held || told.noRoom: // that nothing hinders has to be noted only where something may
			t.notices, fresh = append(t.notices, told), true
			slices.SortFunc(t.notices, func(a, b notice) int { return cmp.Compare(a.link, b.link) })
		}
	})
	if fresh {
		context.AfterFunc(over.Context(), func() {
			f.alter(t, func() {
				t.notices = slices.DeleteFunc(t.notices, func(n notice) bool { return n.link == told.link })
			})
		})
	}
}

// refused notes that a machine did not give content because its person holds it, as long as there is a link to it.
func (f *files) refused(t *transfer, by identity.PeerID) {
	if l, up := f.chat.config.Roster.Link(by); up {
		f.note(t, notice{link: l.ID(), peer: by, person: l.Person(), held: true}, l)
	}
}

// goesOn notes that content came: nobody who gives it holds it.
func (f *files) goesOn(t *transfer) {
	f.mu.Lock()
	idle := len(t.notices) == 0
	f.mu.Unlock()
	if idle {
		return
	}
	f.alter(t, func() {
		for i := range t.notices {
			t.notices[i].held = false
		}
	})
}

// alter changes the notices of a transfer, and tells it if that changes what is shown.
func (f *files) alter(t *transfer, change func()) {
	f.mu.Lock()
	held, lacking := t.heldThereLocked(), t.noRoomLocked()
	change()
	stopped := held != t.heldThereLocked()
	if stopped {
		t.progress.rest()
	}
	changed := stopped || !slices.Equal(lacking, t.noRoomLocked())
	f.mu.Unlock()
	if changed {
		f.tell(t)
	}
}
