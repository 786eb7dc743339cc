package chat

import (
	"fmt"
	"maps"
	"math/rand/v2"
	"slices"
	"testing"

	"lanyard/chat/event"
	"lanyard/internal/identity"
	"lanyard/internal/vector"

	"pgregory.net/rapid"
)

// world makes changes of one room by people who know all or part of it.
type world struct {
	creation *creation
	all      []memberChange
	begun    map[vector.Log]logStart
	numbers  map[vector.Log]uint64
	knows    map[identity.PersonID]map[event.ID]bool
	serial   byte
	lamport  uint64
}

func somebody(n byte) identity.PersonID { return identity.PersonID{n} }

func newWorld(open bool) *world {
	c := &creation{creator: somebody(1)}
	c.Name = "Plans"
	if open {
		c.Open = 1
	}
	return &world{creation: c, begun: map[vector.Log]logStart{}, numbers: map[vector.Log]uint64{}, knows: map[identity.PersonID]map[event.ID]bool{}}
}

// by is what somebody knows of the room.
func (w *world) by(who identity.PersonID) *membership {
	var known []memberChange
	for _, c := range w.all {
		if w.knows[who][c.id] {
			known = append(known, c)
		}
	}
	return replay(w.creation, known, w.begun)
}

// learn has somebody know all that is.
func (w *world) learn(people ...byte) {
	for _, n := range people {
		for _, c := range w.all {
			w.know(somebody(n), c.id)
		}
	}
}

func (w *world) know(who identity.PersonID, id event.ID) {
	if w.knows[who] == nil {
		w.knows[who] = map[event.ID]bool{}
	}
	w.knows[who][id] = true
}

// change has somebody write a change with what they know, in the log with that number. It returns its place in all.
func (w *world) change(by byte, log byte, kind event.Kind, who byte) int {
	return w.write(somebody(by), log, memberChange{kind: kind, who: somebody(who), name: fmt.Sprint("name ", w.serial)})
}

func (w *world) write(by identity.PersonID, log byte, c memberChange) int {
	known := w.by(by)
	w.serial++
	w.lamport++
	c.id, c.by = event.ID{w.serial, byte(w.lamport)}, by
	c.parents = known.heads()
	if len(c.parents) > event.MaxHeads {
		c.parents = c.parents[:event.MaxHeads]
	}
	l := vector.Log{Peer: identity.PeerID(by), ID: vector.LogID{log}}
	if w.numbers[l]++; w.numbers[l] == 1 {
		w.begun[l] = logStart{id: c.id, heads: c.parents, joins: c.kind == event.KindJoin}
	}
	if c.kind == event.KindJoin || c.kind == event.KindLeave {
		c.who = by
	}
	if c.kind == event.KindRemove && c.cuts == nil {
		c.cuts = map[vector.Log]uint64{}
		for _, n := range known.nodes {
			if n.by == c.who {
				c.cuts[n.at.Log] = max(c.cuts[n.at.Log], n.at.Number)
			}
		}
	}
	c.at = event.Position{Lamport: w.lamport, Log: l, Number: w.numbers[l], ID: c.id}
	w.all = append(w.all, c)
	w.know(by, c.id)
	return len(w.all) - 1
}

func (w *world) replay() *membership { return replay(w.creation, w.all, w.begun) }

// who lists the members, and who of them is entrusted by a star.
func (m *membership) who() string {
	var all []string
	for who, one := range m.members {
		text := fmt.Sprint(who[0])
		if one.entrusted {
			text += "*"
		}
		all = append(all, text)
	}
	slices.Sort(all)
	return fmt.Sprint(all)
}

// TestRulesOfRooms goes through what the nine rules decide. Persons are numbers, 1 made the room; each writes in log 1 unless another is said.
func TestRulesOfRooms(t *testing.T) {
	for _, c := range []struct {
		what string
		open bool
		do   func(w *world)
		want string
	}{
		{"a room has its creator", false, func(w *world) {}, "[1*]"},
		{"an invitation takes effect at once", false, func(w *world) { w.change(1, 1, event.KindInvite, 2) }, "[1* 2]"},
		{"any member invites", false, func(w *world) {
			w.change(1, 1, event.KindInvite, 2)
			w.learn(2)
			w.change(2, 1, event.KindInvite, 3)
		}, "[1* 2 3]"},
		{"who is no member invites nobody", false, func(w *world) { w.change(2, 1, event.KindInvite, 3) }, "[1*]"},
		{"nobody joins a closed room", false, func(w *world) { w.change(2, 1, event.KindJoin, 2) }, "[1*]"},
		{"anybody joins an open room", true, func(w *world) { w.change(2, 1, event.KindJoin, 2) }, "[1* 2]"},
		{"a member removes nobody", false, func(w *world) {
			w.change(1, 1, event.KindInvite, 2)
			w.change(1, 1, event.KindInvite, 3)
			w.learn(2)
			w.change(2, 1, event.KindRemove, 3)
		}, "[1* 2 3]"},
		{"who is entrusted removes a member", false, func(w *world) {
			w.change(1, 1, event.KindEntrust, 2)
			w.change(1, 1, event.KindInvite, 3)
			w.learn(2)
			w.change(2, 1, event.KindRemove, 3)
		}, "[1* 2*]"},
		{"but not the creator", false, func(w *world) {
			w.change(1, 1, event.KindEntrust, 2)
			w.learn(2)
			w.change(2, 1, event.KindRemove, 1)
		}, "[1* 2*]"},
		{"two who are entrusted do not remove each other", false, func(w *world) {
			w.change(1, 1, event.KindEntrust, 2)
			w.change(1, 1, event.KindEntrust, 3)
			w.learn(2, 3)
			w.change(2, 1, event.KindRemove, 3)
			w.change(3, 1, event.KindRemove, 2)
		}, "[1* 2* 3*]"},
		{"nobody but the creator entrusts", false, func(w *world) {
			w.change(1, 1, event.KindEntrust, 2)
			w.learn(2)
			w.change(2, 1, event.KindEntrust, 3)
		}, "[1* 2*]"},
		{"removal beats an invitation at the same time", false, func(w *world) {
			w.change(1, 1, event.KindInvite, 2)
			w.change(1, 1, event.KindInvite, 3)
			w.learn(2)
			w.change(1, 1, event.KindRemove, 3)
			w.change(2, 1, event.KindInvite, 3)
		}, "[1* 2]"},
		{"an invitation after the removal brings back", false, func(w *world) {
			w.change(1, 1, event.KindInvite, 2)
			w.change(1, 1, event.KindInvite, 3)
			w.change(1, 1, event.KindRemove, 3)
			w.learn(2)
			w.change(2, 1, event.KindInvite, 3)
		}, "[1* 2 3]"},
		{"leaving lasts until an invitation that knows of it", false, func(w *world) {
			w.change(1, 1, event.KindInvite, 2)
			w.learn(2)
			w.change(2, 1, event.KindLeave, 2)
			w.change(1, 1, event.KindInvite, 2) // does not know
		}, "[1*]"},
		{"and then again a member", false, func(w *world) {
			w.change(1, 1, event.KindInvite, 2)
			w.learn(2)
			w.change(2, 1, event.KindLeave, 2)
			w.learn(1)
			w.change(1, 1, event.KindInvite, 2)
		}, "[1* 2]"},
		{"who left an open room joins again in a new log", true, func(w *world) {
			w.change(2, 1, event.KindJoin, 2)
			w.change(2, 1, event.KindLeave, 2)
			w.change(2, 2, event.KindJoin, 2)
		}, "[1* 2]"},
		{"who was removed from an open room does not join again", true, func(w *world) {
			w.change(2, 1, event.KindJoin, 2)
			w.learn(1)
			w.change(1, 1, event.KindRemove, 2)
			w.learn(2)
			w.change(2, 2, event.KindJoin, 2)
		}, "[1*]"},
		{"nor by a new log that claims not to know", true, func(w *world) {
			w.change(2, 1, event.KindJoin, 2)
			w.learn(1)
			w.change(1, 1, event.KindRemove, 2)
			w.change(2, 2, event.KindJoin, 2)
		}, "[1*]"},
		{"what a removed person invited behind the cut does not count", false, func(w *world) {
			w.change(1, 1, event.KindInvite, 2)
			w.learn(2)
			w.change(2, 1, event.KindInvite, 3)
			w.change(1, 1, event.KindRemove, 2) // knows nothing of 3
		}, "[1*]"},
		{"what they invited before it stays", false, func(w *world) {
			w.change(1, 1, event.KindInvite, 2)
			w.learn(2)
			w.change(2, 1, event.KindInvite, 3)
			w.learn(1)
			w.change(1, 1, event.KindRemove, 2)
		}, "[1* 3]"},
		{"a remover who is removed at the same time removes nobody", false, func(w *world) {
			w.change(1, 1, event.KindEntrust, 2)
			w.change(1, 1, event.KindInvite, 3)
			w.learn(2)
			w.change(2, 1, event.KindRemove, 3)
			w.change(1, 1, event.KindRemove, 2)
		}, "[1* 3]"},
		{"the right to remove ends with leaving", false, func(w *world) {
			w.change(1, 1, event.KindEntrust, 2)
			w.change(1, 1, event.KindInvite, 3)
			w.learn(2)
			w.change(2, 1, event.KindLeave, 2)
			w.learn(3, 1)
			w.change(3, 1, event.KindInvite, 2)
			w.learn(2)
			w.change(2, 2, event.KindRemove, 3)
		}, "[1* 2 3]"},
		{"the creator leaves, and joins again", false, func(w *world) {
			w.change(1, 1, event.KindInvite, 2)
			w.change(1, 1, event.KindLeave, 1)
			w.change(1, 2, event.KindJoin, 1)
		}, "[1* 2]"},
		{"the creator is gone", false, func(w *world) {
			w.change(1, 1, event.KindInvite, 2)
			w.change(1, 1, event.KindLeave, 1)
		}, "[2]"},
		{"a change counts once what it has seen is here", false, func(w *world) {
			w.change(1, 1, event.KindInvite, 2)
			w.learn(2)
			w.change(2, 1, event.KindInvite, 3)
			w.all = w.all[1:]
		}, "[1*]"},
	} {
		t.Run(c.what, func(t *testing.T) {
			w := newWorld(c.open)
			c.do(w)
			if got := w.replay().who(); got != c.want {
				t.Errorf("members %s, not %s", got, c.want)
			}
		})
	}
}

// TestRenamesAtTheSameTime have one winner: the last in event order.
func TestRenamesAtTheSameTime(t *testing.T) {
	w := newWorld(false)
	w.change(1, 1, event.KindInvite, 2)
	w.learn(2)
	a, b := w.change(1, 1, event.KindRename, 1), w.change(2, 1, event.KindRename, 2)
	w.all[a].at.Lamport, w.all[b].at.Lamport = 9, 8
	if got := w.replay().name; got != w.all[a].name {
		t.Errorf("the room is called %q, not %q", got, w.all[a].name)
	}
}

// TestTooManyMembers keeps those whose membership began first.
func TestTooManyMembers(t *testing.T) {
	w := newWorld(false)
	for n := range maxMembers + 3 {
		w.write(somebody(1), 1, memberChange{kind: event.KindInvite, who: identity.PersonID{2, byte(n), byte(n >> 8)}})
	}
	m := w.replay()
	last := identity.PersonID{2, byte(maxMembers - 2), byte((maxMembers - 2) >> 8)}
	next := identity.PersonID{2, byte(maxMembers - 1), byte((maxMembers - 1) >> 8)}
	if len(m.members) != maxMembers || !m.hasMember(last) || m.hasMember(next) {
		t.Errorf("%d members", len(m.members))
	}
}

// TestNobodyFloodsChanges: a member who writes thousands of changes does not keep the creator from removing them.
func TestNobodyFloodsChanges(t *testing.T) {
	w := newWorld(false)
	invite := w.change(1, 1, event.KindInvite, 2)
	log := vector.Log{Peer: identity.PeerID(somebody(2)), ID: vector.LogID{1}}
	w.begun[log] = logStart{heads: []event.ID{w.all[invite].id}}
	for n := range 3 * (maxNames + mostNames) {
		id := event.ID{9, byte(n), byte(n >> 8)}
		w.all = append(w.all, memberChange{id: id, at: event.Position{Lamport: 2, Log: log, Number: uint64(n + 1), ID: id}, by: somebody(2), who: somebody(2), kind: event.KindRename, name: "x",
			parents: []event.ID{w.all[invite].id}})
	}
	id := event.ID{8}
	w.all = append(w.all, memberChange{id: id, at: event.Position{Lamport: 1 << 20, Log: w.all[invite].at.Log, Number: 2, ID: id}, by: somebody(1), who: somebody(2), kind: event.KindRemove,
		parents: []event.ID{w.all[invite].id}})
	if got := w.replay().who(); got != "[1*]" {
		t.Errorf("members %s", got)
	}
}

// drawWorld has five people change a room with what each happens to know.
func drawWorld(t *rapid.T) *world {
	w := newWorld(rapid.Bool().Draw(t, "open"))
	kinds := []event.Kind{event.KindInvite, event.KindInvite, event.KindJoin, event.KindLeave, event.KindRemove, event.KindRemove, event.KindRename, event.KindEntrust, event.KindMerge}
	for range rapid.IntRange(0, 30).Draw(t, "changes") {
		by := rapid.ByteRange(1, 5).Draw(t, "by")
		for _, c := range w.all { // an author knows all of what one of others had seen, or nothing of it: what travels is whole logs
			if rapid.IntRange(0, 2).Draw(t, "hears") > 0 {
				w.hear(somebody(by), c.id)
			}
		}
		w.change(by, rapid.ByteRange(1, 2).Draw(t, "log"), rapid.SampledFrom(kinds).Draw(t, "kind"), rapid.ByteRange(1, 5).Draw(t, "who"))
	}
	return w
}

// hear has somebody know a change if they know its parents.
func (w *world) hear(who identity.PersonID, id event.ID) {
	at := slices.IndexFunc(w.all, func(c memberChange) bool { return c.id == id })
	for _, parent := range w.all[at].parents {
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
		got := replay(w.creation, shuffled, w.begun)
		if !maps.Equal(want.members, got.members) || want.name != got.name || !slices.Equal(want.heads(), got.heads()) {
			t.Fatalf("%s %q, and in another order %s %q", want.who(), want.name, got.who(), got.name)
		}
		told := want.seenBy(want.heads())
		for i := range want.nodes {
			if n := &want.nodes[i]; n.kind != event.KindMerge && !n.unnamed() && !told.has(i) {
				t.Fatalf("who names the newest changes has not seen change %d", i)
			}
		}
		for log := range w.begun {
			of := identity.PersonID(log.Peer)
			if want.upTo(log, of) != got.upTo(log, of) {
				t.Fatalf("log %v counts to %d, and in another order to %d", log, want.upTo(log, of), got.upTo(log, of))
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
			if !n.counts || n.kind != event.KindRemove {
				continue
			}
			if n.who == m.creator {
				t.Fatal("somebody removed the creator")
			}
			back := slices.ContainsFunc(m.nodes, func(o node) bool { return o.counts && o.who == n.who && o.kind != event.KindRename && o.seen.has(r) })
			if m.hasMember(n.who) && !back {
				t.Fatalf("%d was removed and is a member: %s", n.who[0], m.who())
			}
			for o := range m.nodes {
				other := &m.nodes[o]
				if other.counts && other.kind == event.KindRemove && other.who == n.by && other.by == n.who && !other.seen.has(r) && !n.seen.has(o) {
					t.Fatalf("%d and %d removed each other", n.by[0], n.who[0])
				}
			}
			for o := range m.nodes { // nothing of theirs counts that the removal did not know of
				later := &m.nodes[o]
				if later.counts && later.by == n.who && !later.seen.has(r) && !n.seen.has(o) && later.at.Number > n.cuts[later.at.Log] {
					t.Fatalf("change %d of %d counts behind the cut", o, n.who[0])
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
				if is != members[n] || is && n != 1 && one.entrusted != entrusted[n] {
					t.Fatalf("%s after %d of %d by %d; expected %v, entrusted %v", m.who(), kind, who, by, members, entrusted)
				}
			}
		}
	})
}
