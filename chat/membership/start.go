package membership

import (
	"slices"

	"lanyard/chat/event"
	"lanyard/internal/vector"
)

// Start is what the first event of a log says, by which is judged whether the log counts at all (rule 7).
type Start struct {
	ID    event.ID
	Heads []event.ID // changes that it has seen
	Joins bool       // it is one by which its author joins
}

// Logs are how the logs of a room begin, each by its first event.
type Logs map[vector.Log]Start

// Begin notes the first event of a log. Of two, which only who breaks the rules writes, the lower ID decides.
func (l Logs) Begin(log vector.Log, b Start) {
	if known, ok := l[log]; !ok || slices.Compare(b.ID[:], known.ID[:]) < 0 {
		l[log] = b
	}
}

// StartOf is how a log begins of which e is the first event.
func StartOf(e *event.Event) Start {
	return Start{ID: e.ID, Heads: e.Heads(), Joins: e.Kind == event.KindJoin}
}
