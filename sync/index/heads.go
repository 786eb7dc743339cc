package index

import "slices"

// Heads are the versions of one path that no other known version has seen, sorted by rank. The zero value is an unknown path.
type Heads []Version

// Outcome says what Merge did with a version.
type Outcome uint8

const (
	Added   Outcome = iota // it is a head now
	Present                // it was one already
	Covered                // a head has seen it
	Breach                 // added beside another record with the same dot: somebody runs a copied profile
)

// Merge returns the set after v arrived. The result does not depend on the order of arrivals and is the same when v arrives twice. hs
// stays as it is.
func (hs Heads) Merge(v Version) (Heads, Outcome) {
	outcome := Added
	for _, h := range hs {
		switch {
		case h.Same(v):
			return hs, Present
		case h.Dot == v.Dot:
			outcome = Breach
		case h.Context.Covers(v.Dot):
			return hs, Covered
		}
	}
	out := make(Heads, 0, len(hs)+1)
	for _, h := range hs {
		if !v.Context.Covers(h.Dot) {
			out = append(out, h)
		}
	}
	i, _ := slices.BinarySearchFunc(out, v, Version.compare)
	return slices.Insert(out, i, v), outcome
}

// Gone returns the heads of before that after has no more.
func Gone(before, after Heads) Heads {
	var out Heads
	for _, h := range before {
		if !slices.ContainsFunc(after, h.Same) {
			out = append(out, h)
		}
	}
	return out
}

// Live reports whether any head is a file or a directory.
func (hs Heads) Live() bool {
	return slices.ContainsFunc(hs, func(v Version) bool { return v.Kind.Live() })
}

// HeadsOf sorts versions that were kept elsewhere into a set again. The caller does not change vs afterwards.
func HeadsOf(vs []Version) Heads {
	if len(vs) < 2 {
		return vs
	}
	hs := slices.Clone(vs)
	slices.SortFunc(hs, Version.compare)
	return hs
}
