package index

import (
	"fmt"

	"lanyard/internal/vector"
)

// Edit is what a scan found at a path.
type Edit struct {
	Path    Path
	Kind    Kind // File, Dir, or Tombstone when what the row names is gone
	Size    int64
	Content Hash
	Exec    bool
	Mtime   int64
	From    *Origin
}

// Change makes a version of what a person did. Its context is what the row of the path had seen: a version that arrived but is not on disk
// yet stays concurrent. With no row, nobody here has seen anything of the path, and forgotten is the context, so that a forgotten tombstone does not come back
// as a rival: it covers all tombstones that were forgotten here, and nothing that is not stable (see [StableLine]).
func Change(row *Row, e Edit, forgotten Context) Version {
	v := Version{Path: e.Path, Kind: e.Kind, Size: e.Size, Content: e.Content, Exec: e.Exec, Mtime: e.Mtime, From: e.From, Context: forgotten}
	if row != nil {
		v.Context, v.Base = row.Seen, row.Content
	}
	return v
}

// Collapse makes the version that ends a conflict whose loser lies safe at its copy path: the visible content once more, having seen
// the loser. It must be written after the record of the copy and in the same log. Where a deletion has overruled an earlier collapse, it
// makes a deletion that has seen both. It has the Lamport number of what it repeats: else it would win against a third content that won against that one.
func Collapse(view View, c Conflict) Version {
	v, by := view.Head, view.Head.Writer()
	return Version{
		Path: view.Path, Kind: v.Kind, Size: v.Size, Content: v.Content, Exec: v.Exec, Mtime: v.Mtime, Ends: true, By: &by, Beside: v.Beside, Lamport: v.Lamport,
		Context: view.Seen.Join(c.Seen), Base: base(v),
	}
}

// base is what a version that repeats v replaces.
func base(v Version) Hash {
	if v.Kind == Tombstone {
		return v.Base
	}
	return v.Content
}

// Shown reports whether what a scan found is what the view shows already, so that there is nothing to publish: two made the same thing, or what was
// being put in place was seen before its row. What replaced a losing content still has to be published, since it does away with that.
func Shown(view View, row *Row, e Edit) bool {
	if row != nil && !view.Seen.Includes(row.Seen) || view.Kind != e.Kind {
		return false
	}
	return e.Kind != File || view.Head.Content == e.Content && view.Head.Exec == e.Exec
}

// Copied makes the version that puts the bytes of a losing version at its copy path. winner is who wrote what keeps the name.
func Copied(c Conflict, winner Writer) Version {
	v, by := c.Version, c.Version.Writer()
	return Version{
		Path: c.Copy, Kind: File, Size: v.Size, Content: v.Content, Exec: v.Exec, Mtime: v.Mtime,
		By: &by, Beside: &Beside{Path: v.Path, Loser: by, Winner: winner},
	}
}

// Pen writes the versions of one log. It is a value: a transaction that is rolled back goes on with the old one.
type Pen struct {
	Log     vector.Log
	Number  uint64      // of the last record written
	Chain   vector.Hash // after it
	Lamport uint64      // the highest seen in the share
	Author  string
	Zone    int
}

// Write gives v the next dot, a Lamport number above all seen (0 if found, at first contact; its own if it ends a conflict), author and time
// (milliseconds since 1970), and returns it with its record.
func (p *Pen) Write(v Version, time int64, found bool) (Version, []byte, error) {
	v.Dot = Dot{Log: p.Log, Number: p.Number + 1}
	v.Author, v.Zone, v.Time = p.Author, p.Zone, min(max(time, minTime), maxTime)
	switch {
	case v.Ends:
	case found:
		v.Lamport = 0
	default:
		v.Lamport = min(p.Lamport+1, MaxLamport)
	}
	if v.Context.Covers(v.Dot) {
		return Version{}, nil, fmt.Errorf("write record %d of %q: its context has seen it already", v.Dot.Number, v.Path)
	}
	record, err := Encode(v)
	if err != nil {
		return Version{}, nil, err
	}
	v.Chain = Chain(p.Chain, record)
	p.Number, p.Chain, p.Lamport = v.Dot.Number, v.Chain, max(p.Lamport, v.Lamport)
	return v, record, nil
}
