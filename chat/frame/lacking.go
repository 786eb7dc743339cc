package frame

import (
	"errors"
	"fmt"
	"slices"

	"lanyard/internal/identity"
	"lanyard/internal/vector"
)

// Limits of what a state says that its machine lacks.
const (
	MaxLacking   = 64 // branches of logs
	MaxStretches = 32 // of each
)

// Lacking is a branch of a log in a room of which a machine lacks words: it has all up to Number, and its person has read up to Read, but for what is missing.
// The vectors of the same state name the branch up to before the first that is missing: who does not know this field counts no more as delivered.
type Lacking struct {
	_       struct{} `cbor:",toarray"`
	Peer    identity.PeerID
	Log     vector.LogID
	Number  uint64
	Hash    vector.Hash // of event Number
	Read    uint64      // 0 = nothing
	Missing []uint64    // first and last number of each stretch, in order
}

var errLacking = errors.New("a state that lacks what is no stretch of a log")

func (l *Lacking) check() error {
	if l.Number == 0 || l.Read > l.Number || len(l.Missing) == 0 || len(l.Missing) > 2*MaxStretches || len(l.Missing)%2 != 0 {
		return errLacking
	}
	before := uint64(0)
	for i := 0; i < len(l.Missing); i += 2 {
		first, last := l.Missing[i], l.Missing[i+1]
		if before > 0 && first <= before+1 || first == 0 || last < first || last > l.Number {
			return errLacking
		}
		before = last
	}
	return nil
}

// checkLacking returns nil for a list as it is told: in order, each branch once.
func checkLacking(all []Lacking) error {
	if len(all) > MaxLacking {
		return fmt.Errorf("a state that lacks something of %d logs", len(all))
	}
	for i := range all {
		if err := all[i].check(); err != nil {
			return err
		}
		if i > 0 && all[i-1].compare(&all[i]) >= 0 {
			return errLacking
		}
	}
	return nil
}

func (l *Lacking) compare(other *Lacking) int {
	if n := l.VectorLog().Compare(other.VectorLog()); n != 0 {
		return n
	}
	return l.Mark().Compare(other.Mark())
}

// SortLacking puts a list into the order in which it is told.
func SortLacking(all []Lacking) {
	slices.SortFunc(all, func(a, b Lacking) int { return a.compare(&b) })
}

// VectorLog is the log that the branch is of.
func (l *Lacking) VectorLog() vector.Log { return vector.Log{Peer: l.Peer, ID: l.Log} }

// Mark is where the branch ends.
func (l *Lacking) Mark() vector.Mark { return vector.Mark{Number: l.Number, Hash: l.Hash} }

func (l *Lacking) equal(other Lacking) bool {
	return l.VectorLog() == other.VectorLog() && l.Mark() == other.Mark() && l.Read == other.Read && slices.Equal(l.Missing, other.Missing)
}

// SaysAs reports whether a state says the same as another, their counters not minded.
func (s *State) SaysAs(other *State) bool {
	return s.Delivered.Equal(other.Delivered) && s.Read.Equal(other.Read) && slices.EqualFunc(s.Lacks, other.Lacks, func(a, b Lacking) bool { return a.equal(b) })
}

// Here is all that the machine has, if only as headers.
func (s *State) Here() vector.Vector {
	return s.with(s.Delivered, func(*Lacking) bool { return true })
}

// ReadHere is all that its person has read, if only what came without words lies before it.
func (s *State) ReadHere() vector.Vector {
	return s.with(s.Read, func(l *Lacking) bool { return l.Read == l.Number })
}

func (s *State) with(all vector.Vector, is func(*Lacking) bool) vector.Vector {
	if len(s.Lacks) == 0 {
		return all
	}
	more := all.Clone()
	for i := range s.Lacks {
		if l := &s.Lacks[i]; is(l) {
			more.Advance(l.VectorLog(), vector.Mark{}, l.Mark())
		}
	}
	return more
}
