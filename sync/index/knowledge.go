package index

import (
	"slices"

	"lanyard/internal/identity"
	"lanyard/internal/vector"
)

// Applied says what of the records a machine has is also on its disk: all that the vector covers but the exceptions. One refused or
// blocked file so holds up nothing.
type Applied struct {
	Vector  vector.Vector
	Except  []Exception
	Without []Path // folders that its person does not take there: nothing below is on its disk, whatever the vector covers
}

// Exception is a version that is known and not on disk.
type Exception struct {
	Dot    Dot
	Reason Reason
}

// Reason says why a version is not on disk, with the number it has on the wire.
type Reason uint8

const (
	Waiting Reason = 1 // its bytes have not come yet
	Blocked Reason = 2 // somebody has the file open, or the disk is full; tried again
	Refused Reason = 3 // this machine cannot store the name
	Twin    Reason = 4 // the name differs from another only in capital letters or accents, which this disk does not tell apart
	Missing Reason = 5 // the content its record promises could not be had from anyone
	Held    Reason = 6 // it is one of very many deletions or rewritings, and the person there is asked first
)

// Covers reports whether the version named by d is on disk there, or was superseded by one that is known there.
func (a Applied) Covers(d Dot) bool {
	tip, ok := a.Vector.Tip(d.Log)
	if !ok || tip.Number < d.Number {
		return false
	}
	return !slices.ContainsFunc(a.Except, func(e Exception) bool { return e.Dot == d })
}

// Takes reports whether a path is not in a folder that is not taken there.
func (a Applied) Takes(p Path) bool { return !slices.ContainsFunc(a.Without, p.Within) }

// Of returns what tells whether the machine by, which said this, has a version of a path: it wrote that, or has it on disk.
func (a Applied) Of(by identity.PeerID) func(Path, Dot) bool {
	return func(p Path, d Dot) bool { return a.Takes(p) && (d.Log.Peer == by || a.Covers(d)) }
}

// Equal reports whether both say the same.
func (a Applied) Equal(b Applied) bool {
	return a.Vector.Equal(b.Vector) && slices.Equal(a.Except, b.Except) && slices.Equal(a.Without, b.Without)
}

// forked reports whether the vectors show two branches of a log: then a number says nothing of who has which record. What they do not show stays unknown.
func forked(l vector.Log, ks []vector.Vector) bool {
	at := map[uint64]vector.Hash{}
	for _, k := range ks {
		if len(k[l]) > 1 {
			return true
		}
		for _, m := range k[l] {
			if h, ok := at[m.Number]; ok && h != m.Hash {
				return true
			}
			at[m.Number] = m.Hash
		}
	}
	return false
}

// StableLine returns the context of all that every machine is known to have. A tombstone in it may be forgotten when it is applied here; nothing of a log that is
// known to have forked is in it. ks are the first-hand vectors of all machines of all members; with none, nothing is stable.
func StableLine(ks []vector.Vector) Context {
	if len(ks) == 0 {
		return nil
	}
	var line Context
	for _, log := range ks[0].Logs() {
		var low uint64
		for i, k := range ks {
			tip, _ := k.Tip(log)
			if i == 0 || tip.Number < low {
				low = tip.Number
			}
		}
		if low > 0 && !forked(log, ks) {
			line = line.With(Dot{Log: log, Number: low})
		}
	}
	return line
}
