package chat

import (
	"slices"

	"lanyard/internal/identity"
	"lanyard/internal/vector"
)

// Limits of what one room may make us judge. What gives names has its own: a program that changes a group every day takes no room from invitations and
// removals.
const (
	maxPersonal = 200 // by one person, of either sort

	maxMoves  = 2096 // by all but the creator: who is a member
	mostMoves = 2000 // by the creator
	maxNames  = 1048 // by all but the creator: what the room and its groups are called
	mostNames = 1000 // by the creator
)

// quotas count the changes of a room, in event order, against how many take part (rule 1).
type quotas struct {
	creator identity.PersonID
	used    map[quota]int
	left    map[vector.Log]bool // logs that have a leaving
}

// quota is what changes of one sort by one person count against; by nobody: those of all but the creator together.
type quota struct {
	by    identity.PersonID
	names bool
}

func newQuotas(creator identity.PersonID) *quotas {
	return &quotas{creator: creator, used: map[quota]int{}, left: map[vector.Log]bool{}}
}

// allows reports whether one more change of that kind by somebody takes part, if it is no leaving.
func (q *quotas) allows(kind Kind, by identity.PersonID) bool {
	names := kind.givesNames()
	most, all := mostMoves, maxMoves
	if names {
		most, all = mostNames, maxNames
	}
	one := q.used[quota{by, names}]
	if by == q.creator {
		return one < most
	}
	return one < maxPersonal && q.used[quota{names: names}] < all
}

// take counts a change; false if it is one too many. The first leaving in a log never is: what stands behind it in that log counts nothing, so there is no
// need to keep anybody from it.
func (q *quotas) take(c *memberChange) bool {
	if c.kind == KindLeave && !q.left[c.at.log] {
		q.left[c.at.log] = true
		return true
	}
	if !q.allows(c.kind, c.by) {
		return false
	}
	names := c.kind.givesNames()
	q.used[quota{c.by, names}]++
	if c.by != q.creator {
		q.used[quota{names: names}]++
	}
	return true
}

// bounded leaves out what is more than a room may have; all are in event order. The creator's own are never pushed out by others.
func (q *quotas) bounded(all []memberChange) []memberChange {
	return slices.DeleteFunc(all, func(c memberChange) bool { return !q.take(&c) })
}

// givesNames reports whether changes of this kind give names, and change no members.
func (k Kind) givesNames() bool { return k == KindRename || k == KindGroup || k.unknownChange() }
