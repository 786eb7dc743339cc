package index

import "slices"

// View is what a set of heads means: a pure function of the set and of whether the path has live children.
type View struct {
	Path Path
	Kind Kind    // what should stand at the path; None when nothing was ever heard of it
	Head Version // the visible version; without a dot for a directory that only its children keep

	Seen      Context    // what a person has seen who sees the visible content
	Conflicts []Conflict // live contents that lost, in order of rank
	Kept      *Version   // a deletion that did not count because somebody changed the path meanwhile
	Overruled bool       // the path is deleted, and the set holds a collapse that did not know it
}

// Conflict is a live content that is neither visible nor absorbed.
type Conflict struct {
	Version Version // of equal ones the highest in rank
	Copy    Path    // where its bytes go
	Seen    Context // all heads of this content, and what they had seen
}

// Look applies the rules of the package comment. children says whether any path below this one is live.
func Look(path Path, hs Heads, children bool) View {
	if len(hs) == 1 && !children {
		return View{Path: path, Kind: hs[0].Kind, Head: hs[0], Seen: hs[0].Seen()}
	}
	return look(path, hs, children)
}

func look(path Path, hs Heads, children bool) View {
	v := View{Path: path}
	standing := hs.standing()
	rest := unabsorbed(contents(standing), standing)
	dir, hasDir := last(standing, Dir)
	tomb, hasTomb := last(hs, Tombstone)
	switch {
	case hasDir:
		v.Kind, v.Head = Dir, dir
	case children:
		v.Kind, v.Head = Dir, Version{Path: path, Kind: Dir}
	case len(rest) > 0:
		v.Kind, v.Head = File, rest[len(rest)-1]
		rest = rest[:len(rest)-1]
	case hasTomb:
		v.Kind, v.Head, v.Overruled = Tombstone, tomb, hs.Live()
	}
	for _, f := range rest {
		v.Conflicts = append(v.Conflicts, Conflict{Version: f, Copy: f.CopyPath(), Seen: hs.seen(f.Equal)})
	}
	if hasTomb && (v.Kind == File || hasDir) {
		v.Kept = &tomb
	}
	v.Seen = hs.seen(func(h Version) bool {
		return !slices.ContainsFunc(v.Conflicts, func(c Conflict) bool { return c.Version.Equal(h) })
	})
	return v
}

// standing leaves out collapses of a content that somebody deleted at the same time: a collapse only repeats what was there.
func (hs Heads) standing() Heads {
	return slices.DeleteFunc(slices.Clone(hs), func(h Version) bool {
		return h.Ends && h.Kind.Live() && slices.ContainsFunc(hs, func(t Version) bool { return t.Kind == Tombstone && t.Base == h.Content })
	})
}

// seen joins what the heads that ok accepts had seen.
func (hs Heads) seen(ok func(Version) bool) Context {
	var c Context
	for _, h := range hs {
		if ok(h) {
			c = c.Join(h.Seen())
		}
	}
	return c
}

// contents returns for each content among the file heads the head that ranks highest, in order of rank.
func contents(hs Heads) []Version {
	var out []Version
	for _, h := range slices.Backward(hs) {
		if h.Kind == File && !slices.ContainsFunc(out, h.Equal) {
			out = append(out, h)
		}
	}
	slices.Reverse(out)
	return out
}

// unabsorbed leaves out the contents from which another live head was made, directly or by way of others. Contents that only absorb each
// other in a circle stay.
func unabsorbed(files []Version, hs Heads) []Version {
	if len(files) < 2 {
		return files
	}
	absorbed := make([]bool, len(files))
	terminal := make([]bool, len(files))
	for i, f := range files {
		terminal[i] = len(absorbers(f, files, hs)) == 0
	}
	for changed := true; changed; {
		changed = false
		for i, f := range files {
			if absorbed[i] || terminal[i] {
				continue
			}
			for _, j := range absorbers(f, files, hs) {
				if terminal[j] || absorbed[j] {
					absorbed[i], changed = true, true
				}
			}
		}
	}
	var out []Version
	for i, f := range files {
		if !absorbed[i] {
			out = append(out, f)
		}
	}
	return out
}

// absorbers returns the indices of the contents of which a head was made from f.
func absorbers(f Version, files []Version, hs Heads) []int {
	var out []int
	for j, g := range files {
		made := func(h Version) bool { return h.Equal(g) && h.Base == f.Content }
		if !g.Equal(f) && slices.ContainsFunc(hs, made) {
			out = append(out, j)
		}
	}
	return out
}

// last returns the head of the kind that ranks highest.
func last(hs Heads, k Kind) (Version, bool) {
	for _, h := range slices.Backward(hs) {
		if h.Kind == k {
			return h, true
		}
	}
	return Version{}, false
}
