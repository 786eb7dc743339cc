package membership

import (
	"lanyard/chat/event"
	"lanyard/internal/identity"
)

// TurnsFor returns where what changed since an earlier state begins to matter for somebody: the first change, in event order, that says of who has seen it whether they were
// a member and that counts in one of the two states alone. Of what has seen no such change [State.MemberBy] says the same in both, if what it names is here in both. False: of everything.
func (m *State) TurnsFor(before *State, who identity.PersonID) (first event.Position, turns bool) {
	was, is := before.decides(who), m.decides(who)
	look := func(one, other map[event.ID]event.Position) {
		for id, at := range one {
			if _, both := other[id]; !both && (!turns || at.Compare(first) < 0) {
				first, turns = at, true
			}
		}
	}
	look(was, is)
	look(is, was)
	return first, turns
}

// decides are the changes that count by which somebody was added, left or was removed.
func (m *State) decides(who identity.PersonID) map[event.ID]event.Position {
	all := map[event.ID]event.Position{}
	for _, some := range [][]int{m.adds[who], m.Cutting[who]} {
		for _, i := range some {
			all[m.nodes[i].ID] = m.nodes[i].At
		}
	}
	return all
}
