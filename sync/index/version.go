package index

import (
	"bytes"
	"cmp"

	"lanyard/internal/name"
	"lanyard/internal/vector"
)

// Kind says what stands at a path in one version. The numbers are those of the protocol.
type Kind uint8

const (
	None      Kind = 0 // nothing is known to stand there; never in a record
	File      Kind = 1
	Dir       Kind = 2
	Tombstone Kind = 3 // it was deleted
)

func (k Kind) String() string {
	switch k {
	case None:
		return "none"
	case File:
		return "file"
	case Dir:
		return "dir"
	case Tombstone:
		return "tombstone"
	}
	return "unknown"
}

// Live reports whether something stands there.
func (k Kind) Live() bool { return k == File || k == Dir }

// Hash is the BLAKE3-256 of a file's whole content. The zero value means that there is none.
type Hash [32]byte

// MaxSize is the largest file a record may announce, in bytes; MaxLamport the largest Lamport number.
const (
	MaxSize    = 1 << 60
	MaxLamport = 1 << 62
)

// Version is one state of one path, as its author wrote it. It never changes.
type Version struct {
	Dot   Dot
	Chain vector.Hash // the log's chain hash at this dot; tells two records apart that a copied profile gave one dot

	Path    Path
	Kind    Kind
	Size    int64 // bytes; 0 unless a file
	Content Hash  // zero unless a file
	Exec    bool
	Mtime   int64 // nanoseconds since 1970, informative: nothing is ordered by it

	Context Context // the versions of this path its author had seen, without itself
	Lamport uint64  // 1 + the highest in the share; 0 for what was found at first contact
	Base    Hash    // the content it replaced or deleted; zero if there was none
	From    *Origin // where it was moved from; nil for most
	Ends    bool    // it ends a conflict, see Collapse: nobody changed anything
	By      *Writer // who wrote what this record only repeats, see Copied and Collapse; nil: its author
	Beside  *Beside // it is the copy of a conflict; nil for most
	Old     bool    // it lay in the folder when the share was made, and is no news to anybody
	Agreed  bool    // its author was asked whether so many changes are wanted, or asked for them here, as who has files restored does

	Author string // the author's display name as it was then
	Time   int64  // the author's clock in milliseconds since 1970, for display only
	Zone   int    // minutes east of UTC at the author's desk
}

// Origin says which version of another path was moved here.
type Origin struct {
	Path Path
	Dot  Dot
}

// Seen is what somebody has seen who saw this version: its context and itself.
func (v Version) Seen() Context { return v.Context.With(v.Dot) }

// Same reports whether both are the same record.
func (v Version) Same(o Version) bool { return v.Dot == o.Dot && v.Chain == o.Chain }

// Equal reports whether both put the same thing at the path.
func (v Version) Equal(o Version) bool { return v.Kind == o.Kind && v.Content == o.Content }

// compare orders versions by rank: the last one wins a conflict.
func (v Version) compare(o Version) int {
	return cmp.Or(cmp.Compare(v.Lamport, o.Lamport), v.Dot.Compare(o.Dot), bytes.Compare(v.Chain[:], o.Chain[:]))
}

// CopyPath is where this version's bytes go when it loses a conflict: a function of the version alone, and the same for a record that repeats it.
func (v Version) CopyPath() Path {
	by := v.Writer()
	return Path(name.Conflict(string(v.Path), by.Name, by.When(), v.Content[:]))
}
