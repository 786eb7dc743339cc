package membership

import (
	"maps"
	"math/rand/v2"
	"slices"
	"testing"

	"pgregory.net/rapid"

	"lanyard/chat/event"
	"lanyard/internal/identity"
)

// drawWorld has five people change a room with what each happens to know.
func drawWorld(t *rapid.T) *world {
	w := newWorld(rapid.Bool().Draw(t, "open"))
	kinds := []event.Kind{event.KindInvite, event.KindInvite, event.KindJoin, event.KindLeave, event.KindRemove, event.KindRemove, event.KindRename, event.KindEntrust, event.KindMerge}
	for range rapid.IntRange(0, 30).Draw(t, "changes") {
		by := rapid.ByteRange(1, 5).Draw(t, "by")
		for _, c := range w.all { // an author knows all of what one of others had seen, or nothing of it: what travels is whole logs
			if rapid.IntRange(0, 2).Draw(t, "hears") > 0 {
				w.hear(somebody(by), c.ID)
			}
		}
		w.change(by, rapid.ByteRange(1, 2).Draw(t, "log"), rapid.SampledFrom(kinds).Draw(t, "kind"), rapid.ByteRange(1, 5).Draw(t, "who"))
	}
	return w
}

// hear has somebody know a change if they know its parents.
func (w *world) hear(who identity.PersonID, id event.ID) {
	at := slices.IndexFunc(w.all, func(c Change) bool { return c.ID == id })
	for _, parent := range w.all[at].Parents {
		if !w.knows[who][parent] {
			return
		}
	}
	w.know(who, id)
}

// TestMembersDoNotDependOnOrder: whatever order the same changes come in, and however often, the members, their rights, the name and the cuts are the
// same.
func TestMembersDoNotDependOnOrder(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		w := drawWorld(t)
		want := w.replay()
		shuffled := append(slices.Clone(w.all), w.all...)
		rng := rand.New(rand.NewPCG(rapid.Uint64().Draw(t, "seed"), 1))
		rng.Shuffle(len(shuffled), func(i, j int) { shuffled[i], shuffled[j] = shuffled[j], shuffled[i] })
		got := Replay(w.creation, shuffled, w.begun)
		if !maps.Equal(want.members, got.members) || want.name != got.name || !slices.Equal(want.Newest(), got.Newest()) {
			t.Fatalf("%s %q, and in another order %s %q", want.who(), want.name, got.who(), got.name)
		}
		told := want.SeenBy(want.Newest())
		for i := range want.nodes {
			if n := &want.nodes[i]; n.Kind != event.KindMerge && !n.unnamed() && !told.has(i) {
				t.Fatalf("who names the newest changes has not seen change %d", i)
			}
		}
		for log := range w.begun {
			of := identity.PersonID(log.Peer)
			if want.UpTo(log, of) != got.UpTo(log, of) {
				t.Fatalf("log %v counts to %d, and in another order to %d", log, want.UpTo(log, of), got.UpTo(log, of))
			}
		}
	})
}

// TestAloneAsWithTheirLogs: who has the changes of a log that counts nothing without the log has the same members, rights and name as who has all of it, and
// knows what either names.
func TestAloneAsWithTheirLogs(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		w := drawWorld(t)
		all := w.replay()
		begun := maps.Clone(w.begun)
		for log := range w.begun {
			if all.UpTo(log, identity.PersonID(log.Peer)) == 0 && rapid.Bool().Draw(t, "alone") {
				delete(begun, log)
			}
		}
		some := Replay(w.creation, w.all, begun)
		if some.who() != all.who() || some.Title() != all.Title() || !slices.Equal(some.Newest(), all.Newest()) {
			t.Fatalf("%s %q, and with all logs %s %q", some.who(), some.Title(), all.who(), all.Title())
		}
		for i := range all.nodes {
			if !some.Here(all.nodes[i].ID) {
				t.Fatalf("change %d is not here", i)
			}
		}
	})
}

// TestTurnsForWhoseMembershipDiffers: by what has seen none of the changes from where it turns on, everybody was a member in both states or in none.
func TestTurnsForWhoseMembershipDiffers(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		w := drawWorld(t)
		now := w.replay()
		known := slices.Clone(w.all)
		if len(known) > 0 {
			at := rapid.IntRange(0, len(known)-1).Draw(t, "comes last")
			known = slices.Delete(known, at, at+1)
		}
		before := Replay(w.creation, known, w.begun)
		for n := byte(1); n <= 5; n++ {
			who := somebody(n)
			first, turns := now.TurnsFor(before, who)
			if back, also := before.TurnsFor(now, who); also != turns || back != first {
				t.Fatalf("for %d it turns at %v, %v, and back at %v, %v", n, first, turns, back, also)
			}
			for _, c := range w.all {
				heads := []event.ID{c.ID}
				if !now.Here(heads...) || !before.Here(heads...) || now.MemberBy(who, heads) == before.MemberBy(who, heads) {
					continue
				}
				if !turns || c.At.Compare(first) < 0 {
					t.Fatalf("by change %v %d was a member in one of the two; it turns at %v, %v", c.At, n, first, turns)
				}
			}
		}
	})
}

// TestRemovedStayOut: who has a removal that counts is a member only by an invitation, joining or entrustment that has seen it; the creator is removed
// by nobody; and of two who remove each other at the same time never both are gone.
func TestRemovedStayOut(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		m := drawWorld(t).replay()
		for r := range m.nodes {
			n := &m.nodes[r]
			if !n.counts || n.Kind != event.KindRemove {
				continue
			}
			if n.Who == m.Creator {
				t.Fatal("somebody removed the creator")
			}
			back := slices.ContainsFunc(m.nodes, func(o node) bool { return o.counts && o.Who == n.Who && o.Kind != event.KindRename && o.seen.has(r) })
			if m.Has(n.Who) && !back {
				t.Fatalf("%d was removed and is a member: %s", n.Who[0], m.who())
			}
			for o := range m.nodes {
				other := &m.nodes[o]
				if other.counts && other.Kind == event.KindRemove && other.Who == n.By && other.By == n.Who && !other.seen.has(r) && !n.seen.has(o) {
					t.Fatalf("%d and %d removed each other", n.By[0], n.Who[0])
				}
			}
			for o := range m.nodes { // nothing of theirs counts that the removal did not know of
				later := &m.nodes[o]
				if later.counts && later.By == n.Who && !later.seen.has(r) && !n.seen.has(o) && later.At.Number > n.Cuts[later.At.Log] {
					t.Fatalf("change %d of %d counts behind the cut", o, n.Who[0])
				}
			}
		}
	})
}

// TestOneAfterTheOther: where everybody knows everything, the rules are what people expect.
func TestOneAfterTheOther(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		w := newWorld(rapid.Bool().Draw(t, "open"))
		members, entrusted, removed := map[byte]bool{1: true}, map[byte]bool{}, map[byte]bool{}
		logs := map[byte]byte{}
		for range rapid.IntRange(0, 30).Draw(t, "changes") {
			by, who := rapid.ByteRange(1, 5).Draw(t, "by"), rapid.ByteRange(1, 5).Draw(t, "who")
			kind := rapid.SampledFrom([]event.Kind{event.KindInvite, event.KindJoin, event.KindLeave, event.KindRemove, event.KindEntrust}).Draw(t, "kind")
			if by == 1 && !members[1] && kind != event.KindJoin {
				continue // the window does not offer it to who has left
			}
			w.learn(1, 2, 3, 4, 5)
			if kind == event.KindJoin && !members[by] {
				logs[by]++ // who comes in begins a log
			}
			w.change(by, logs[by], kind, who)
			switch {
			case kind == event.KindInvite && members[by]:
				if !members[who] {
					logs[who]++
				}
				members[who], removed[who] = true, false
			case kind == event.KindJoin && (by == 1 || w.creation.Open == 1 && !removed[by]):
				members[by] = true
			case kind == event.KindLeave:
				delete(members, by)
				delete(entrusted, by)
				logs[by]++ // who was cut off goes on in a new log
			case kind == event.KindRemove && who != 1 && who != by && (by == 1 || entrusted[by] && !entrusted[who]):
				delete(members, who)
				delete(entrusted, who)
				removed[who] = true
				logs[who]++
			case kind == event.KindRemove && by == 1 && who == 1:
			case kind == event.KindEntrust && by == 1:
				if !members[who] {
					logs[who]++
				}
				members[who], entrusted[who], removed[who] = true, true, false
			}
			m := w.replay()
			for n := byte(1); n <= 5; n++ {
				one, is := m.members[somebody(n)]
				if is != members[n] || is && n != 1 && one.Entrusted != entrusted[n] {
					t.Fatalf("%s after %d of %d by %d; expected %v, entrusted %v", m.who(), kind, who, by, members, entrusted)
				}
			}
		}
	})
}

// TestSameForSomebody: where more that is known makes no difference for somebody, what was written by what was known before was written under the same membership with them.
func TestSameForSomebody(t *testing.T) {
	same := 0
	rapid.Check(t, func(t *rapid.T) {
		w := drawWorld(t)
		before, after := w.by(somebody(rapid.ByteRange(1, 5).Draw(t, "reader"))), w.replay()
		for n := range byte(5) {
			who := somebody(n + 1)
			if !before.SameFor(who, after) {
				continue
			}
			same++
			if one, is := before.Member(who); !is && after.Has(who) || is && after.members[who].Since != one.Since {
				t.Fatalf("%d: %s became %s", n+1, before.who(), after.who())
			}
			for i := range before.nodes {
				heads := []event.ID{before.nodes[i].ID, before.nodes[rapid.IntRange(0, i).Draw(t, "head")].ID}
				if was, is := before.MemberBy(who, heads), after.MemberBy(who, heads); was != is {
					t.Fatalf("%d was a member by %v: %v, and is %v", n+1, heads, was, is)
				}
			}
		}
	})
	if same == 0 {
		t.Error("it always made a difference")
	}
}
