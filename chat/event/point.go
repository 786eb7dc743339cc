package event

import "lanyard/internal/vector"

// Point is where a log, or one history of it, ends. The zero Point is before its first event.
type Point struct {
	Number  uint64
	Lamport uint64
	ID      ID
}

// Mark is what a vector says of a log that ends here.
func (p Point) Mark() vector.Mark { return vector.Mark{Number: p.Number, Hash: vector.Hash(p.ID)} }

// PointOf is where a log ends with an event.
func PointOf(e *Event) Point { return Point{Number: e.Number, Lamport: e.Lamport, ID: e.ID} }
