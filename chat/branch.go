package chat

import (
	"slices"

	"lanyard/chat/event"
	"lanyard/internal/vector"
)

// Limits of what one machine may make us keep in one conversation.
const (
	maxBranches = 128  // of all logs of one machine
	fewBranches = 16   // the same in a room
	maxRecent   = 4096 // IDs of stored events that are remembered at the end of a branch that we write
	fewRecent   = 64   // of one that others write
)

// branch is one history of a log. Nearly every log has one; a second begins where a copied or restored profile went on differently.
type branch struct {
	key  int64 // in the database
	log  vector.Log
	base *branch // where its events up to fork are; nil if it holds the log's first event
	fork uint64

	// guarded by conversation.mu; written by the ledger only: stored
	stored bool         // the database has a row of it
	tip    event.Point  // newest event that was verified
	kept   event.Point  // newest event that is durable here
	cut    *event.Point // in a room: behind it nothing counts; nil where all does
	over   bool         // in a room: a removal or leaving cut it, whether or not there is something behind
	ended  bool         // an event broke the rule of Lamport times: nothing may follow tip
	recent []event.ID   // IDs of the events up to tip, at least of those that are not durable
}

// recentLocked returns the ID of the event with that number on b itself, if it is remembered.
func (b *branch) recentLocked(number uint64) (event.ID, bool) {
	if number == b.kept.Number && number > 0 {
		return b.kept.ID, true
	}
	first := b.tip.Number - uint64(len(b.recent)) + 1
	if number < first || number > b.tip.Number || len(b.recent) == 0 {
		return event.ID{}, false
	}
	return b.recent[number-first], true
}

// growLocked moves the tip over verified events.
func (b *branch) growLocked(events []*event.Event) {
	for _, e := range events {
		b.recent = append(b.recent, e.ID)
	}
	b.tip = event.PointOf(events[len(events)-1])
}

// keepLocked notes that everything up to p is durable, and forgets IDs that need not be remembered.
func (b *branch) keepLocked(p event.Point, remember int) {
	b.kept = p
	pending := int(b.tip.Number - p.Number)
	if spare := len(b.recent) - pending - remember; spare > remember {
		b.recent = slices.Clone(b.recent[spare:])
	}
}

// resetLocked goes back to what is durable, after events could not be stored.
func (b *branch) resetLocked() {
	if lost := b.tip.Number - b.kept.Number; lost > 0 {
		b.recent = b.recent[:max(0, len(b.recent)-int(min(lost, uint64(len(b.recent)))))]
		b.tip = b.kept
	}
}

// owner returns the branch that holds the event with that number of b's history.
func (b *branch) owner(number uint64) *branch {
	for b.base != nil && number <= b.fork {
		b = b.base
	}
	return b
}

// common returns the number of the last event that b, up to atB, shares with c, up to atC; 0 if none.
func common(b *branch, atB uint64, c *branch, atC uint64) uint64 {
	limit := map[*branch]uint64{}
	for x, at := c, atC; x != nil; x, at = x.base, min(at, x.fork) {
		limit[x] = at
	}
	for x, at := b, atB; x != nil; x, at = x.base, min(at, x.fork) {
		if to, ok := limit[x]; ok {
			return min(to, at)
		}
	}
	return 0
}

// view is a branch as it was at one moment, for those who look without holding the conversation's lock.
type view struct {
	*branch
	kept  event.Point
	tip   event.Point
	cut   *event.Point
	over  bool
	ended bool
}

// counts is up to where the branch is stored and counts.
func (w view) counts() uint64 {
	if w.cut != nil {
		return min(w.cut.Number, w.kept.Number)
	}
	return w.kept.Number
}

// cover says, for each branch, up to which number somebody has it.
type cover map[*branch]uint64

func (c cover) raise(b *branch, number uint64) {
	if number > c[b] {
		c[b] = number
	}
}

// covers reports whether the event with that number of b's history is covered.
func (c cover) covers(b *branch, number uint64) bool { return c[b] >= number }
