package index

import "lanyard/internal/identity"

// Writer is who wrote a content: the machine, and the name its person had then. The zero value stands for nobody known.
type Writer struct {
	Peer identity.PeerID
	Name string
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
	return Writer{Peer: v.Dot.Log.Peer, Name: v.Author}
}

func (w *Writer) long() bool { return w != nil && len(w.Name) > MaxAuthor }

func (b *Beside) long() bool { return b != nil && (b.Loser.long() || b.Winner.long()) }
