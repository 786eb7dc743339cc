package chat

import (
	"slices"

	"lanyard/chat/event"
	"lanyard/internal/identity"
)

// heads are the newest changes of a room that our machine knows, for the header of what it writes.
type heads struct {
	ids    []event.ID
	merges int  // that have to be written first, so that one event can name all of them
	barred bool // those would not take part any more: nothing can be written but a leaving
}

// headsNow returns them; of a direct conversation there are none.
func (p *page) headsNow() *heads {
	if p.v.room == nil {
		return &heads{}
	}
	return headsFor(p.v.room.members(), p.chat.config.Identity.Person())
}

// headsFor returns what somebody names who knows all that m is worked out from.
func headsFor(m *membership, self identity.PersonID) *heads {
	h := &heads{ids: ownFirst(m, m.heads(), self)}
	for n := len(h.ids); n > event.MaxHeads; n -= event.MaxHeads - 1 {
		h.merges++
	}
	if h.merges > 0 && m.quotas.free(event.KindMerge, self) < h.merges {
		h.merges, h.barred = 0, true
	}
	return h
}

// ownFirst has one of the changes by which our person is a member among those that the next event can name: a log whose first event has not seen that
// its author is one counts nothing.
func ownFirst(m *membership, ids []event.ID, self identity.PersonID) []event.ID {
	if len(ids) <= event.MaxHeads {
		return ids
	}
	own := slices.IndexFunc(ids, func(id event.ID) bool { return m.isMember(self, m.seenBy([]event.ID{id})) })
	if own < event.MaxHeads {
		return ids
	}
	moved := slices.Insert(slices.Clone(ids[:event.MaxHeads-1]), event.MaxHeads-1, ids[own]) // still in event order
	return append(append(moved, ids[event.MaxHeads-1:own]...), ids[own+1:]...)
}

// name is what the next event names.
func (h *heads) name() []byte { return event.JoinIDs(h.ids[:min(len(h.ids), event.MaxHeads)]) }

// wrote takes an event that names them.
func (h *heads) wrote(e *event.Event) {
	if e.Kind.ChangesMembers() {
		h.ids = append(slices.Clone(h.ids[min(len(h.ids), event.MaxHeads):]), e.ID)
	}
}

// drafts are the merges.
func (h *heads) drafts() []*draft {
	if h.merges == 0 {
		return nil
	}
	all := make([]writing, h.merges)
	for i := range all {
		all[i] = writing{kind: event.KindMerge, body: []byte{0xa0}} // an empty map
	}
	return []*draft{{writings: all, done: make(chan outcome, 1)}}
}

// takes reports whether an event of that kind can be written.
func (h *heads) takes(kind event.Kind) error {
	if h.barred && kind != event.KindLeave {
		return ErrTangled
	}
	return nil
}

// heads returns the newest changes, in event order: those that no other names, without the merges that would tell nothing which the rest do not. Where many
// merge the same at the same time, one of theirs is enough. What is bygone is named by nobody who knows that, but for leavings: whoever entrusts somebody again has
// to have seen them.
func (m *membership) heads() []event.ID {
	named := map[event.ID]bool{}
	told := newSeen(m.width())
	for i := range m.nodes {
		if m.nodes[i].unnamed() {
			continue
		}
		for _, parent := range m.nodes[i].parents {
			named[parent] = true
		}
		if m.nodes[i].kind == event.KindMerge {
			told.add(i) // whether one was seen makes no difference
		}
	}
	var all []int
	take := func(i int) {
		all = append(all, i)
		told.add(i)
		told.take(m.nodes[i].seen)
	}
	var spare []int // merges, which are asked after the others, the newest first: it has seen most
	for i := range m.nodes {
		switch {
		case named[m.nodes[i].id], m.nodes[i].unnamed():
		case m.nodes[i].kind == event.KindMerge:
			spare = append(spare, i)
		default:
			take(i)
		}
	}
	for _, i := range slices.Backward(spare) {
		if !told.covers(m.nodes[i].seen, m.nodes[i].seen) {
			take(i)
		}
	}
	slices.Sort(all)
	ids := make([]event.ID, len(all))
	for i, at := range all {
		ids[i] = m.nodes[at].id
	}
	return ids
}
