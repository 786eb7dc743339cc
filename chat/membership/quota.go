package membership

import (
	"slices"

	"lanyard/chat/event"
	"lanyard/internal/identity"
	"lanyard/internal/vector"
)

// How many changes of each sort take part (rule 1), which bounds what one room may make us judge. PersonalMoves and PersonalNames are for each person but the creator.
const (
	mostMoves, PersonalMoves, maxMoves    = 2000, 200, 2096 // by the creator, by each other person, by all of these
	mostNames, PersonalNames, maxNames    = 1000, 200, 1048
	mostMerges, personalMerges, maxMerges = 2000, 400, 4096
)

// changeSort is one of the sorts of changes of a room. Each has a quota of its own: a program that changes a group every day takes no room from invitations
// and removals, nor do the merges that changes at the same time ask of everybody who writes.
type changeSort int

const (
	moves  changeSort = iota // who is a member
	names                    // what the room and its groups are called, and what newer versions change
	merges                   // nothing, but what its author knew
)

func sortOf(k event.Kind) changeSort {
	switch {
	case k == event.KindMerge:
		return merges
	case k == event.KindRename || k == event.KindGroup || k.UnknownChange():
		return names
	}
	return moves
}

// limits returns how many changes of a sort take part: by the creator, by each other person, by all of these.
func (s changeSort) limits() (creator, one, others int) {
	switch s {
	case names:
		return mostNames, PersonalNames, maxNames
	case merges:
		return mostMerges, personalMerges, maxMerges
	}
	return mostMoves, PersonalMoves, maxMoves
}

// quotas count the changes of a room, in event order, against how many take part (rule 1).
type quotas struct {
	creator identity.PersonID
	used    map[quota]int
	left    map[vector.Log]bool // logs that have a leaving
}

// quota is what changes of one sort by one person count against; by nobody: those of all but the creator together.
type quota struct {
	by identity.PersonID
	of changeSort
}

func newQuotas(creator identity.PersonID) *quotas {
	return &quotas{creator: creator, used: map[quota]int{}, left: map[vector.Log]bool{}}
}

// free returns how many more changes of that kind by somebody take part, leavings not minded.
func (q *quotas) free(kind event.Kind, by identity.PersonID) int {
	of := sortOf(kind)
	creator, one, others := of.limits()
	used := q.used[quota{by, of}]
	if by == q.creator {
		return creator - used
	}
	return min(one-used, others-q.used[quota{of: of}])
}

// take counts a change; false if it is one too many. The first leaving in a log never is: what stands behind it in that log counts nothing, so there is no
// need to keep anybody from it.
func (q *quotas) take(c *Change) bool {
	if c.Kind == event.KindLeave && !q.left[c.At.Log] {
		q.left[c.At.Log] = true
		return true
	}
	if q.free(c.Kind, c.By) <= 0 {
		return false
	}
	of := sortOf(c.Kind)
	q.used[quota{c.By, of}]++
	if c.By != q.creator {
		q.used[quota{of: of}]++
	}
	return true
}

// bounded leaves out what is more than a room may have; all are in event order. The creator's own are never pushed out by others.
func (q *quotas) bounded(all []Change) []Change {
	return slices.DeleteFunc(all, func(c Change) bool { return !q.take(&c) })
}
