package event

import (
	"bytes"
	"cmp"

	"lanyard/internal/vector"
)

// Position is where an event stands in its conversation, the same on every machine. Two histories of one log can hold two events of equal
// time and number; their IDs decide, as the database compares them: by their first 8 bytes, taken as a signed number.
type Position struct {
	Lamport uint64
	Log     vector.Log
	Number  uint64
	ID      ID
}

// Position is where the event stands.
func (e *Event) Position() Position {
	return Position{Lamport: e.Lamport, Log: e.VectorLog(), Number: e.Number, ID: e.ID}
}

// Compare is below 0 if p comes before q. Only equal positions give 0.
func (p Position) Compare(q Position) int {
	return cmp.Or(cmp.Compare(p.Lamport, q.Lamport), p.Log.Compare(q.Log), cmp.Compare(p.Number, q.Number),
		cmp.Compare(Name(p.ID), Name(q.ID)), bytes.Compare(p.ID[:], q.ID[:]))
}
