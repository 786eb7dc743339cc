// Package vector says what somebody has of the numbered, hash-chained logs of others. Conversations and shared folders compare such
// vectors to find out what to send; they may not know each other, so what they have in common is here.
//
// # Use
//
//	mine := vector.Vector{}
//	mine.Advance(log, vector.Mark{}, first)         // a new log
//	mine.Advance(log, first, second)                // its next event
//	if mark, ok := theirs.Tip(log); !ok || !mine.Has(log, mark) {
//		...                                         // they have something that I lack, or another branch
//	}
//
// A log is one author's sequence 1, 2, 3 ..., each entry chained to the one before by its hash, so that one Mark (number, hash) vouches
// for all before it. Nearly always a log has one mark. It has more when its author's database was copied or restored and both
// histories went on: each branch then has its tip.
//
// # Promises
//
// Marks of a log are sorted by number, then hash, and never repeated, whatever the order of calls: equal histories give equal vectors
// and equal bytes. Decoding is strict: sorted, no repeats, no log without a mark, at most MaxEntries. A Vector is a map: not for
// concurrent use while it is written to, and Clone before handing it on.
//
// # Left out
//
// Whether a mark that is not a tip lies on a branch: a vector knows tips only, the owner of the events knows the rest.
package vector

import (
	"bytes"
	"cmp"
	"maps"
	"slices"

	"lanyard/internal/identity"
)

// Log names one author's log in one conversation or share.
type Log struct {
	_    struct{}        `cbor:",toarray"`
	Peer identity.PeerID // the author's machine
	ID   LogID           // random, new after a lost, restored or copied database
}

// Compare orders logs by peer, then ID.
func (l Log) Compare(other Log) int {
	return cmp.Or(bytes.Compare(l.Peer[:], other.Peer[:]), bytes.Compare(l.ID[:], other.ID[:]))
}

// Mark is a point in a log: everything up to and including Number on the branch whose chain hash there is Hash. Numbers start at 1.
type Mark struct {
	_      struct{} `cbor:",toarray"`
	Number uint64
	Hash   Hash
}

// Compare orders marks by number, then hash.
func (m Mark) Compare(other Mark) int {
	return cmp.Or(cmp.Compare(m.Number, other.Number), bytes.Compare(m.Hash[:], other.Hash[:]))
}

// Vector is what somebody has: for each log the tips of its branches, sorted.
type Vector map[Log][]Mark

// Has reports whether the mark is a tip of the log.
func (v Vector) Has(l Log, m Mark) bool {
	_, found := find(v[l], m)
	return found
}

// Tip returns the highest mark of the log: the one of highest number, of equal ones the highest hash.
func (v Vector) Tip(l Log) (Mark, bool) {
	marks := v[l]
	if len(marks) == 0 {
		return Mark{}, false
	}
	return marks[len(marks)-1], true
}

// Advance moves the branch whose tip is from on to to. If from is no tip (the zero Mark never is), to becomes the tip of one more branch.
func (v Vector) Advance(l Log, from, to Mark) {
	marks := slices.Clone(v[l]) // others may hold the slice through a shallow copy of the map
	if at, found := find(marks, from); found {
		marks = slices.Delete(marks, at, at+1)
	}
	if at, found := find(marks, to); !found {
		marks = slices.Insert(marks, at, to)
	}
	v[l] = marks
}

// Clone returns a copy that shares nothing with v.
func (v Vector) Clone() Vector {
	clone := make(Vector, len(v))
	for l, marks := range v {
		clone[l] = slices.Clone(marks)
	}
	return clone
}

// Equal reports whether both have the same marks of the same logs. A log without marks is as one that is not there.
func (v Vector) Equal(other Vector) bool {
	return v.within(other) && other.within(v)
}

func (v Vector) within(other Vector) bool {
	for l, marks := range v {
		if !slices.Equal(marks, other[l]) {
			return false
		}
	}
	return true
}

// Logs returns the logs of which there is something, sorted.
func (v Vector) Logs() []Log {
	logs := slices.SortedFunc(maps.Keys(v), Log.Compare)
	return slices.DeleteFunc(logs, func(l Log) bool { return len(v[l]) == 0 })
}

func find(marks []Mark, m Mark) (int, bool) {
	return slices.BinarySearchFunc(marks, m, Mark.Compare)
}
