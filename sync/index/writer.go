package index

import (
	"time"

	"lanyard/internal/identity"
)

// Writer is who wrote a content: the machine, and the name its person had then; and when, as in a version. The zero value stands for nobody known.
type Writer struct {
	Peer identity.PeerID
	Name string
	Time int64
	Zone int
}

// Beside says of a conflict copy whose content it holds, and beside which file it lies. It is for telling people only: nothing is decided by it.
type Beside struct {
	Path   Path
	Loser  Writer // who wrote what went into the copy
	Winner Writer // who wrote what kept the name
}

// Writer returns who wrote the content of a version: its author, unless the record only repeats what somebody else wrote.
func (v Version) Writer() Writer {
	switch {
	case v.By != nil:
		return *v.By
	case v.Dot.Number == 0: // a directory that only its children keep
		return Writer{}
	}
	return Writer{Peer: v.Dot.Log.Peer, Name: v.Author, Time: v.Time, Zone: v.Zone}
}

// When is the time in the words of a file name, e.g. "2026-08-21 14.03.22".
func (w Writer) When() string {
	zone := time.FixedZone("", w.Zone*60)
	return time.UnixMilli(w.Time).In(zone).Format("2006-01-02 15.04.05")
}

// possible reports whether name and time are within bounds.
func (w *Writer) possible() bool {
	return w == nil || len(w.Name) <= MaxAuthor && w.Time >= minTime && w.Time <= maxTime && w.Zone >= -24*60 && w.Zone <= 24*60
}

func (b *Beside) possible() bool { return b == nil || b.Loser.possible() && b.Winner.possible() }
