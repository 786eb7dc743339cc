package membership

import (
	"fmt"
	"slices"
	"testing"

	"lanyard/chat/event"
	"lanyard/internal/identity"
	"lanyard/internal/vector"
)

// world makes changes of one room by people who know all or part of it.
type world struct {
	creation *Creation
	all      []Change
	begun    Logs
	numbers  map[vector.Log]uint64
	knows    map[identity.PersonID]map[event.ID]bool
	serial   byte
	lamport  uint64
}

func somebody(n byte) identity.PersonID { return identity.PersonID{n} }

func newWorld(open bool) *world {
	c := &Creation{Creator: somebody(1)}
	c.Name = "Plans"
	if open {
		c.Open = 1
	}
	return &world{creation: c, begun: Logs{}, numbers: map[vector.Log]uint64{}, knows: map[identity.PersonID]map[event.ID]bool{}}
}

// by is what somebody knows of the room.
func (w *world) by(who identity.PersonID) *State {
	var known []Change
	for _, c := range w.all {
		if w.knows[who][c.ID] {
			known = append(known, c)
		}
	}
	return Replay(w.creation, known, w.begun)
}

// learn has somebody know all that is.
func (w *world) learn(people ...byte) {
	for _, n := range people {
		for _, c := range w.all {
			w.know(somebody(n), c.ID)
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
	return w.write(somebody(by), log, Change{Kind: kind, Who: somebody(who), Name: fmt.Sprint("name ", w.serial)})
}

func (w *world) write(by identity.PersonID, log byte, c Change) int {
	known := w.by(by)
	w.serial++
	w.lamport++
	c.ID, c.By = event.ID{w.serial, byte(w.lamport)}, by
	c.Parents = known.Newest()
	if len(c.Parents) > event.MaxHeads {
		c.Parents = c.Parents[:event.MaxHeads]
	}
	l := vector.Log{Peer: identity.PeerID(by), ID: vector.LogID{log}}
	if w.numbers[l]++; w.numbers[l] == 1 {
		w.begun[l] = Start{ID: c.ID, Heads: c.Parents, Joins: c.Kind == event.KindJoin}
	}
	if c.Kind == event.KindJoin || c.Kind == event.KindLeave {
		c.Who = by
	}
	if c.Kind == event.KindRemove && c.Cuts == nil {
		c.Cuts = map[vector.Log]uint64{}
		for _, n := range known.nodes {
			if n.By == c.Who {
				c.Cuts[n.At.Log] = max(c.Cuts[n.At.Log], n.At.Number)
			}
		}
	}
	c.At = event.Position{Lamport: w.lamport, Log: l, Number: w.numbers[l], ID: c.ID}
	w.all = append(w.all, c)
	w.know(by, c.ID)
	return len(w.all) - 1
}

func (w *world) replay() *State { return Replay(w.creation, w.all, w.begun) }

// who lists the members, and who of them is entrusted by a star.
func (m *State) who() string {
	var all []string
	for who, one := range m.members {
		text := fmt.Sprint(who[0])
		if one.Entrusted {
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
		{"what they invited after the last one that the removal knew of does not count", false, func(w *world) {
			w.change(1, 1, event.KindInvite, 2)
			w.learn(2)
			w.change(2, 1, event.KindInvite, 3)
			w.learn(1)
			w.change(2, 1, event.KindInvite, 4)
			w.change(1, 1, event.KindRemove, 2) // knows of 3, and nothing of 4
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
		{"nobody removes by a log that they began before they were a member", false, func(w *world) {
			w.change(2, 1, event.KindRename, 2)
			w.change(1, 1, event.KindInvite, 3)
			w.change(1, 1, event.KindEntrust, 2)
			w.learn(2)
			w.change(2, 1, event.KindRemove, 3)
		}, "[1* 2* 3]"},
		{"what a removal took that turns out to count nothing counts again", false, func(w *world) {
			w.change(2, 1, event.KindRename, 2)
			w.change(1, 1, event.KindEntrust, 3)
			w.change(1, 1, event.KindInvite, 4)
			w.change(1, 1, event.KindEntrust, 2)
			w.change(1, 1, event.KindInvite, 5)
			w.learn(2, 5)
			w.change(2, 1, event.KindRemove, 5)
			w.change(5, 1, event.KindInvite, 6)
		}, "[1* 2* 3* 4 5 6]"},
		{"the right to remove ends with being removed", false, func(w *world) {
			w.change(1, 1, event.KindEntrust, 2)
			w.change(1, 1, event.KindInvite, 3)
			w.change(1, 1, event.KindRemove, 2)
			w.change(1, 1, event.KindInvite, 2)
			w.learn(2)
			w.change(2, 2, event.KindRemove, 3)
		}, "[1* 2 3]"},
		{"also with being removed by somebody entrusted, who did not know of the right", false, func(w *world) {
			w.change(1, 1, event.KindEntrust, 2)
			w.change(1, 1, event.KindInvite, 4)
			w.learn(2)
			w.change(1, 1, event.KindEntrust, 3)
			w.change(2, 1, event.KindRemove, 3)
			w.learn(4)
			w.change(4, 1, event.KindInvite, 3)
			w.learn(3)
			w.change(3, 2, event.KindRemove, 4)
		}, "[1* 2* 3 4]"},
		{"who was removed, and is invited again, writes on in a new log", false, func(w *world) {
			w.change(1, 1, event.KindInvite, 2)
			w.learn(2)
			w.change(2, 1, event.KindRename, 2)
			w.learn(1)
			w.change(1, 1, event.KindRemove, 2)
			w.change(1, 1, event.KindInvite, 2)
			w.learn(2)
			w.change(2, 1, event.KindInvite, 3)
			w.change(2, 2, event.KindInvite, 4)
		}, "[1* 2 4]"},
		{"who left, and is invited again, invites nobody in the log that they left by", false, func(w *world) {
			w.change(1, 1, event.KindInvite, 2)
			w.learn(2)
			w.change(2, 1, event.KindLeave, 2)
			w.learn(1)
			w.change(1, 1, event.KindInvite, 2)
			w.learn(2)
			w.change(2, 1, event.KindInvite, 3)
		}, "[1* 2]"},
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

// TestVoidLeaving: a leaving that lies behind the cut of a removal ends nothing (rule 6), and so who wrote something and knew of the leaving alone wrote it to a member (rule 8); what
// was written by who knew of the removal was not. A leaving that the removal's author knew of counts.
func TestVoidLeaving(t *testing.T) {
	for _, known := range []bool{false, true} {
		w := newWorld(false)
		w.change(1, 1, event.KindInvite, 2)
		w.change(1, 1, event.KindInvite, 3)
		w.learn(2, 3)
		left := w.change(2, 1, event.KindLeave, 2)
		w.know(somebody(3), w.all[left].ID)
		if known {
			w.know(somebody(1), w.all[left].ID)
		}
		before := w.by(somebody(3)).Newest()
		removed := w.change(1, 1, event.KindRemove, 2)
		if w.all[removed].Cuts == nil {
			t.Fatal("no cut")
		}
		w.change(1, 1, event.KindInvite, 2)
		m := w.replay()
		if m.Counts(w.all[left].ID) != known || w.by(somebody(3)).MemberBy(somebody(2), before) {
			t.Errorf("known %v: the leaving counts %v", known, m.Counts(w.all[left].ID))
		}
		if m.MemberBy(somebody(2), before) == known {
			t.Errorf("known %v: by what 3 had seen 2 is a member: %v", known, !known)
		}
		if m.MemberBy(somebody(2), []event.ID{w.all[removed].ID}) || m.MemberBy(somebody(2), append(before, w.all[removed].ID)) || !m.Has(somebody(2)) {
			t.Errorf("known %v: who knew of the removal wrote to 2, or 2 is no member now", known)
		}
	}
}

// TestUnknownLogIsNotVain: of a log whose first event is not here yet nobody can say that it was written for nothing.
func TestUnknownLogIsNotVain(t *testing.T) {
	w := newWorld(false)
	w.change(1, 1, event.KindInvite, 2)
	w.learn(2)
	log := vector.Log{Peer: identity.PeerID(somebody(2)), ID: vector.LogID{1}}
	if w.replay().Vain(log, somebody(2)) {
		t.Error("a log counts nothing of which nothing is here")
	}
	w.begun[log] = Start{ID: event.ID{200}}
	if !w.replay().Vain(log, somebody(2)) {
		t.Error("a log counts that began before its author was invited")
	}
}

// TestRenamesAtTheSameTime have one winner: the last in event order.
func TestRenamesAtTheSameTime(t *testing.T) {
	w := newWorld(false)
	w.change(1, 1, event.KindInvite, 2)
	w.learn(2)
	a, b := w.change(1, 1, event.KindRename, 1), w.change(2, 1, event.KindRename, 2)
	w.all[a].At.Lamport, w.all[b].At.Lamport = 9, 8
	if got := w.replay().name; got != w.all[a].Name {
		t.Errorf("the room is called %q, not %q", got, w.all[a].Name)
	}
}

// TestTooManyMembers keeps those whose membership began first.
func TestTooManyMembers(t *testing.T) {
	w := newWorld(false)
	for n := range MaxMembers + 3 {
		w.write(somebody(1), 1, Change{Kind: event.KindInvite, Who: identity.PersonID{2, byte(n), byte(n >> 8)}})
	}
	m := w.replay()
	last := identity.PersonID{2, byte(MaxMembers - 2), byte((MaxMembers - 2) >> 8)}
	next := identity.PersonID{2, byte(MaxMembers - 1), byte((MaxMembers - 1) >> 8)}
	if len(m.members) != MaxMembers || !m.Has(last) || m.Has(next) {
		t.Errorf("%d members", len(m.members))
	}
}

// TestNobodyFloodsChanges: a member who writes thousands of changes does not keep the creator from removing them.
func TestNobodyFloodsChanges(t *testing.T) {
	w := newWorld(false)
	invite := w.change(1, 1, event.KindInvite, 2)
	log := vector.Log{Peer: identity.PeerID(somebody(2)), ID: vector.LogID{1}}
	w.begun[log] = Start{Heads: []event.ID{w.all[invite].ID}}
	for n := range 3 * (maxNames + mostNames) {
		id := event.ID{9, byte(n), byte(n >> 8)}
		w.all = append(w.all, Change{ID: id, At: event.Position{Lamport: 2, Log: log, Number: uint64(n + 1), ID: id}, By: somebody(2), Who: somebody(2), Kind: event.KindRename, Name: "x",
			Parents: []event.ID{w.all[invite].ID}})
	}
	id := event.ID{8}
	w.all = append(w.all, Change{ID: id, At: event.Position{Lamport: 1 << 20, Log: w.all[invite].At.Log, Number: 2, ID: id}, By: somebody(1), Who: somebody(2), Kind: event.KindRemove,
		Parents: []event.ID{w.all[invite].ID}})
	if got := w.replay().who(); got != "[1*]" {
		t.Errorf("members %s", got)
	}
}

// TestLogsThatCountNothing: a log counts nothing that begins with what is not here, with a joining that does not count, or with one into a room that is not open; of who is none any more, or
// was removed, none was written in vain.
func TestLogsThatCountNothing(t *testing.T) {
	w := newWorld(true)
	w.change(2, 1, event.KindJoin, 2)
	w.learn(1)
	first := vector.Log{Peer: identity.PeerID(somebody(2)), ID: vector.LogID{1}}
	if n := w.replay().UpTo(first, somebody(2)); n != Unlimited {
		t.Errorf("who joined an open room counts up to %d", n)
	}
	other := vector.Log{Peer: identity.PeerID(somebody(2)), ID: vector.LogID{7}}
	w.begun[other] = Start{ID: event.ID{200}, Heads: []event.ID{w.all[0].ID, {201}}}
	if n := w.replay().UpTo(other, somebody(2)); n != 0 {
		t.Errorf("a log that begins with what is not here counts up to %d", n)
	}
	delete(w.begun, other)
	w.change(1, 1, event.KindRemove, 2)
	w.learn(2)
	again := vector.Log{Peer: identity.PeerID(somebody(2)), ID: vector.LogID{2}}
	w.change(2, 2, event.KindJoin, 2)
	m := w.replay()
	if n := m.UpTo(again, somebody(2)); n != 0 || m.Has(somebody(2)) {
		t.Errorf("who was removed joins anew, up to %d", n)
	}
	if m.MayJoin(somebody(2)) || !m.MayJoin(somebody(3)) || !m.MayJoin(somebody(1)) {
		t.Error("who may join is not who was not removed")
	}
	if m.Vain(again, somebody(2)) {
		t.Error("who is no member any more wrote a log in vain")
	}
	strange := vector.Log{Peer: identity.PeerID(somebody(9)), ID: vector.LogID{1}}
	w.begun[strange] = Start{ID: event.ID{203}}
	if w.replay().Vain(strange, somebody(9)) {
		t.Error("who never was a member wrote a log in vain")
	}
	w.change(1, 1, event.KindInvite, 2)
	if m := w.replay(); !m.Has(somebody(2)) || m.Vain(again, somebody(2)) {
		t.Error("a log of who was removed says that it was written in vain")
	}
	joins := Start{ID: event.ID{202}, Joins: true}
	if closed := newWorld(false).replay(); closed.Takes(again, joins, somebody(2)) != 0 {
		t.Error("a joining into a room that is not open is taken")
	}
	if open := newWorld(true).replay(); open.Takes(again, joins, somebody(2)) == 0 {
		t.Error("a joining into an open room is not taken")
	}
}
