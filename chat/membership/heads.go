package membership

import (
	"slices"

	"lanyard/chat/event"
	"lanyard/internal/identity"
)

// Heads are the newest changes of a room that a person knows, for the headers of what they write next.
type Heads struct {
	IDs    []event.ID // in event order, but for one of the changes by which they are a member themselves
	Merges int        // that have to be written first, so that one event can name all of them
	Barred bool       // those would not take part any more: nothing can be written but a leaving
}

// HeadsFor returns what somebody names next who knows all that m is worked out from. The caller writes that many merges first.
func (m *State) HeadsFor(self identity.PersonID) *Heads {
	h := &Heads{IDs: m.ownFirst(m.Newest(), self)}
	for n := len(h.IDs); n > event.MaxHeads; n -= event.MaxHeads - 1 {
		h.Merges++
	}
	if h.Merges > 0 && m.Free(event.KindMerge, self) < h.Merges {
		h.Merges, h.Barred = 0, true
	}
	return h
}

// ownFirst has one of the changes by which our person is a member among those that the next event can name: a log whose first event has not seen that
// its author is one counts nothing.
func (m *State) ownFirst(ids []event.ID, self identity.PersonID) []event.ID {
	if len(ids) <= event.MaxHeads {
		return ids
	}
	own := slices.IndexFunc(ids, func(id event.ID) bool { return m.IsMember(self, m.SeenBy([]event.ID{id})) })
	if own < event.MaxHeads {
		return ids
	}
	moved := slices.Insert(slices.Clone(ids[:event.MaxHeads-1]), event.MaxHeads-1, ids[own]) // still in event order
	return append(append(moved, ids[event.MaxHeads-1:own]...), ids[own+1:]...)
}

// Name is what the next event names, as it stands in a header: event.MaxHeads of them at most.
func (h *Heads) Name() []byte { return event.JoinIDs(h.IDs[:min(len(h.IDs), event.MaxHeads)]) }

// Wrote takes an event that was written and names them: a change stands for those it named.
func (h *Heads) Wrote(e *event.Event) {
	if e.Kind.ChangesMembers() {
		h.IDs = append(slices.Clone(h.IDs[min(len(h.IDs), event.MaxHeads):]), e.ID)
	}
}

// Takes reports whether an event of that kind can be written.
func (h *Heads) Takes(kind event.Kind) bool { return !h.Barred || kind == event.KindLeave }

// Newest returns the newest changes, in event order: those that no other names, without the merges that would tell nothing which the rest do not. Where many
// merge the same at the same time, one of theirs is enough. What is bygone is named by nobody who knows that, but for leavings: whoever entrusts somebody again has
// to have seen them.
func (m *State) Newest() []event.ID {
	named := map[event.ID]bool{}
	told := newSeen(m.width())
	for i := range m.nodes {
		if m.nodes[i].unnamed() {
			continue
		}
		for _, parent := range m.nodes[i].Parents {
			named[parent] = true
		}
		if m.nodes[i].Kind == event.KindMerge {
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
		case named[m.nodes[i].ID], m.nodes[i].unnamed():
		case m.nodes[i].Kind == event.KindMerge:
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
		ids[i] = m.nodes[at].ID
	}
	return ids
}
