package portable

import "hash/maphash"

// Twins notices where two paths of a share are one name on a disk that is blind to case. It keeps 16 bytes for each path, and not the paths themselves: where
// two have met, the caller asks its own list which they are. The zero Twins is not ready: see NewTwins.
type Twins struct {
	seed maphash.Seed
	at   map[uint64]uint64 // by place: the path that was there first
	met  map[uint64]bool   // places where two have met
}

// NewTwins returns one that knows no path.
func NewTwins() *Twins {
	return &Twins{seed: maphash.MakeSeed(), at: map[uint64]uint64{}, met: map[uint64]bool{}}
}

// Note notes that a path is there, or is no more. It reports whether another one may be in the same place, or may have been.
func (t *Twins) Note(p string, there bool) (met bool) {
	place, self := maphash.String(t.seed, Place(p)), maphash.String(t.seed, p)
	first, taken := t.at[place]
	switch {
	case !there && taken && first == self:
		delete(t.at, place)
	case there && !taken:
		t.at[place] = self
	case there && first != self:
		t.met[place] = true
	}
	return t.met[place]
}
