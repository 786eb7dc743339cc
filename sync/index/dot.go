package index

import (
	"cmp"
	"slices"

	"lanyard/internal/vector"
)

// Dot names one version: the number it has in its author's log. Numbers start at 1.
type Dot struct {
	Log    vector.Log
	Number uint64
}

// Compare orders dots by peer, log and number. The order means nothing but is the same everywhere.
func (d Dot) Compare(e Dot) int {
	return cmp.Or(d.Log.Compare(e.Log), cmp.Compare(d.Number, e.Number))
}

// Context says which versions of one path were seen: for each log all of them up to the number. It is sorted by log, one entry each. A
// Context is a value: its methods return new ones.
type Context []Dot

// MaxContext is how many logs a context may name; a path has been changed by few machines.
const MaxContext = 1024

// Covers reports whether the version named by d was seen.
func (c Context) Covers(d Dot) bool {
	i, ok := c.find(d.Log)
	return ok && c[i].Number >= d.Number
}

// Upto returns the number up to which c has seen a log, 0 for nothing.
func (c Context) Upto(log vector.Log) uint64 {
	i, ok := c.find(log)
	if !ok {
		return 0
	}
	return c[i].Number
}

// With returns the context that has seen d too.
func (c Context) With(d Dot) Context {
	i, ok := c.find(d.Log)
	if !ok {
		return slices.Insert(slices.Clip(slices.Clone(c)), i, d)
	}
	if c[i].Number >= d.Number {
		return c
	}
	out := slices.Clone(c)
	out[i] = d
	return out
}

// Join returns the context that has seen what either has.
func (c Context) Join(o Context) Context {
	for _, d := range o {
		c = c.With(d)
	}
	return c
}

// Includes reports whether c has seen all that o has.
func (c Context) Includes(o Context) bool {
	return !slices.ContainsFunc(o, func(d Dot) bool { return !c.Covers(d) })
}

// Equal reports whether both have seen the same.
func (c Context) Equal(o Context) bool { return slices.Equal(c, o) }

// Until returns c with the entry of log cut down to number; number 0 removes it. A machine that finds its own log forked uses it to
// take back what it claimed to have seen after the fork.
func (c Context) Until(log vector.Log, number uint64) Context {
	i, ok := c.find(log)
	if !ok || c[i].Number <= number {
		return c
	}
	out := slices.Clone(c)
	if number == 0 {
		return slices.Delete(out, i, i+1)
	}
	out[i].Number = number
	return out
}

// ShortContext is how many logs always fit into a record, beside the longest paths.
const ShortContext = 256

// Shortened returns c with ShortContext entries at most: those of the logs that heads are of, then others. What a version has not seen makes it a rival of that:
// it is for contexts that fit no record, as no share comes by them in which nobody does harm.
func (c Context) Shortened(heads Heads) Context {
	if len(c) <= ShortContext {
		return c
	}
	of := make(map[vector.Log]bool, len(heads))
	for _, h := range heads {
		of[h.Dot.Log] = true
	}
	first := slices.Clone(c)
	slices.SortStableFunc(first, func(a, b Dot) int {
		switch {
		case of[a.Log] == of[b.Log]:
			return 0
		case of[a.Log]:
			return -1
		}
		return 1
	})
	first = first[:ShortContext]
	slices.SortFunc(first, Dot.Compare)
	return first
}

func (c Context) find(log vector.Log) (int, bool) {
	return slices.BinarySearchFunc(c, log, func(d Dot, l vector.Log) int { return d.Log.Compare(l) })
}

// valid reports whether c is sorted, without doubles and without number 0.
func (c Context) valid() bool {
	for i, d := range c {
		if d.Number == 0 || i > 0 && c[i-1].Log.Compare(d.Log) >= 0 {
			return false
		}
	}
	return len(c) <= MaxContext
}
