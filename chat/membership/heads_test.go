package membership

import (
	"errors"
	"slices"
	"testing"

	"lanyard/chat/event"
	"lanyard/internal/identity"
	"lanyard/internal/vector"
)

var errTangle = errors.New("nothing can be written")

// crowd is a room of many members who all write at the same time, knowing all that was before.
type crowd struct{ *world }

func newCrowd(members int) *crowd {
	c := &crowd{newWorld(false)}
	for n := range members {
		c.world.write(somebody(1), 1, Change{Kind: event.KindInvite, Who: c.member(n)})
	}
	return c
}

func (c *crowd) member(n int) identity.PersonID { return identity.PersonID{2, byte(n), byte(n >> 8)} }

// says has somebody write one change who knows what m is worked out from, with the merges that it takes first. It returns how many those were; none is written
// if they do not take part any more.
func (c *crowd) says(m *State, lamport uint64, by identity.PersonID, kind event.Kind, who identity.PersonID) (merges int, err error) {
	h := m.HeadsFor(by)
	write := func(kind event.Kind) {
		lamport++
		log := vector.Log{Peer: identity.PeerID(by), ID: vector.LogID{1}}
		c.numbers[log]++
		id := event.ID{7, by[0], by[1], by[2], byte(c.numbers[log]), byte(c.numbers[log] >> 8)}
		parents := slices.Clone(h.IDs[:min(len(h.IDs), event.MaxHeads)])
		if c.numbers[log] == 1 {
			c.begun[log] = Start{ID: id, Heads: parents}
		}
		c.all = append(c.all, Change{ID: id, At: event.Position{Lamport: lamport, Log: log, Number: c.numbers[log], ID: id}, By: by, Who: who, Kind: kind, Name: "On call", Parents: parents})
		e := &event.Event{ID: id}
		e.Kind = kind
		h.Wrote(e)
	}
	for range h.Merges {
		write(event.KindMerge)
	}
	if !h.Takes(kind) {
		return 0, errTangle
	}
	write(kind)
	return h.Merges, nil
}

// TestMergesOfMany: seventeen programs change groups at the same time, as often as groups can be changed, and merge each time. There is still room to invite, to
// remove and to leave, by members of whom none made the room.
func TestMergesOfMany(t *testing.T) {
	const programs = 17
	c := newCrowd(programs + 2)
	lamport, all := uint64(1<<20), 0
	for range maxNames / programs {
		m := c.replay()
		for n := range programs {
			merges, err := c.says(m, lamport, c.member(n), event.KindGroup, identity.PersonID{})
			if err != nil {
				t.Fatal(err)
			}
			all += merges
		}
		lamport += 100
	}
	if all < maxMoves {
		t.Fatalf("only %d merges: that proves nothing", all)
	}
	do := func(by int, kind event.Kind, who identity.PersonID) *State {
		t.Helper()
		lamport += 100
		if _, err := c.says(c.replay(), lamport, c.member(by), kind, who); err != nil {
			t.Fatal(err)
		}
		return c.replay()
	}
	if m := do(0, event.KindInvite, somebody(99)); !m.Has(somebody(99)) {
		t.Error("nobody can be invited any more")
	}
	if m := do(1, event.KindLeave, c.member(1)); m.Has(c.member(1)) {
		t.Error("nobody can leave any more")
	}
	lamport += 100
	c.world.lamport = lamport
	c.learn(1)
	c.world.write(somebody(1), 1, Change{Kind: event.KindEntrust, Who: c.member(2)})
	if m := do(2, event.KindRemove, c.member(3)); m.Has(c.member(3)) {
		t.Error("nobody can be removed any more")
	}
}

// TestOneMergeIsEnough: of many who merge the same changes at the same time, the next one names one merge and writes none.
func TestOneMergeIsEnough(t *testing.T) {
	const members = 50
	c := newCrowd(members)
	for round := range 2 {
		m := c.replay()
		for n := range members {
			kind := event.KindGroup
			if round == 1 {
				kind = event.KindMerge // as if they said something: only the merges stay
			}
			if _, err := c.says(m, uint64(1000*(round+1)), c.member(n), kind, identity.PersonID{}); err != nil {
				t.Fatal(err)
			}
		}
	}
	if ids := c.replay().Newest(); len(ids) != 1 {
		t.Errorf("the next one names %d changes", len(ids))
	}
}

// TestLeavingATangle: where members made more changes at the same time than can be merged any more, nothing is written but leavings, which count, until the
// creator has written.
func TestLeavingATangle(t *testing.T) {
	const members = 30
	c := newCrowd(members)
	m := c.replay()
	for n := range maxMerges { // by 11 of them, for nothing
		by := c.member(n % 11)
		id := event.ID{6, byte(n), byte(n >> 8)}
		c.all = append(c.all, Change{ID: id, At: event.Position{Lamport: 1 << 20, Log: vector.Log{Peer: identity.PeerID(by), ID: vector.LogID{1}}, Number: uint64(n + 1), ID: id}, By: by, Who: by, Kind: event.KindMerge,
			Parents: m.Newest()})
	}
	m = c.replay()
	for n := range 8 {
		if _, err := c.says(m, 1<<21, c.member(12+n), event.KindGroup, identity.PersonID{}); err != nil {
			t.Fatal(err)
		}
	}
	m = c.replay()
	if n := len(m.Newest()); n != 8 {
		t.Fatalf("%d newest changes", n)
	}
	if _, err := c.says(m, 1<<22, c.member(20), event.KindInvite, somebody(99)); !errors.Is(err, errTangle) {
		t.Errorf("an invitation: %v", err)
	}
	if _, err := c.says(m, 1<<22, c.member(20), event.KindLeave, c.member(20)); err != nil {
		t.Errorf("a leaving: %v", err)
	}
	if m = c.replay(); m.Has(c.member(20)) {
		t.Error("it does not count")
	}
	if _, err := c.says(m, 1<<23, somebody(1), event.KindInvite, somebody(98)); err != nil {
		t.Errorf("the creator: %v", err)
	}
	m = c.replay()
	if _, err := c.says(m, 1<<24, c.member(21), event.KindInvite, somebody(99)); err != nil {
		t.Errorf("after the creator: %v", err)
	}
	if m = c.replay(); !m.Has(somebody(98)) || !m.Has(somebody(99)) {
		t.Error("what comes after the creator's does not count")
	}
}

// TestOwnMembershipIsNamed: who begins to write where very many changes are the newest names one by which they are a member among the first, or else the log would count nothing; what is bygone is
// named by nobody.
func TestOwnMembershipIsNamed(t *testing.T) {
	w := newWorld(false)
	for n := byte(2); n <= 9; n++ {
		w.change(1, 1, event.KindInvite, n)
	}
	w.learn(2, 3, 4, 5, 6, 7, 8, 9)
	for n := byte(2); n <= 8; n++ {
		w.change(n, 1, event.KindRename, n)
	}
	w.change(9, 1, event.KindInvite, 10)
	m := w.replay()
	h := m.HeadsFor(somebody(10))
	if len(h.IDs) != 8 || h.Merges != 1 || !m.MemberBy(somebody(10), h.IDs[:event.MaxHeads]) {
		t.Errorf("of %d heads, of which %d merges are made, the first do not tell that 10 is a member", len(h.IDs), h.Merges)
	}
	if first := m.HeadsFor(somebody(2)); !slices.Equal(first.IDs, m.Newest()) {
		t.Error("who was a member all along names them in another order")
	}
	w.change(1, 1, event.KindRemove, 2) // who knows nothing of the name by 2
	for _, id := range w.replay().Newest() {
		if at := slices.IndexFunc(w.all, func(c Change) bool { return c.ID == id }); w.all[at].By == somebody(2) {
			t.Error("what lies behind a cut is named")
		}
	}
}

// TestMergeOfMore: of two merges of which one has seen what the other has, that one alone is named.
func TestMergeOfMore(t *testing.T) {
	w := newWorld(false)
	for n := byte(2); n <= 6; n++ {
		w.change(1, 1, event.KindInvite, n)
	}
	w.learn(2, 3, 4, 5, 6)
	var names []int
	for n := byte(2); n <= 4; n++ {
		names = append(names, w.change(n, 1, event.KindRename, n))
	}
	for i, at := range names {
		w.know(somebody(6), w.all[at].ID)
		if i < 2 {
			w.know(somebody(5), w.all[at].ID)
		}
	}
	w.change(5, 1, event.KindMerge, 5)
	more := w.change(6, 1, event.KindMerge, 6)
	if got := w.replay().Newest(); !slices.Equal(got, []event.ID{w.all[more].ID}) {
		t.Errorf("%d are named", len(got))
	}
}
