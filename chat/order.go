package chat

import (
	"bytes"
	"cmp"

	"lanyard/internal/vector"
)

// position is where an event stands in its conversation, the same on every machine. Two histories of one log can hold two events of equal
// time and number; their IDs decide, as the
// database compares them: by their first 8 bytes, taken as a signed number.
type position struct {
	lamport uint64
	log     vector.Log
	number  uint64
	id      EventID
}

func (e *event) position() position {
	return position{lamport: e.Lamport, log: e.log(), number: e.Number, id: e.id}
}

func (p position) compare(q position) int {
	return cmp.Or(cmp.Compare(p.lamport, q.lamport), p.log.Compare(q.log), cmp.Compare(p.number, q.number),
		cmp.Compare(nameOf(p.id), nameOf(q.id)), bytes.Compare(p.id[:], q.id[:]))
}
