package membership

import "lanyard/chat/event"

// seen is a set of changes by their places in event order.
type seen []uint64

func newSeen(size int) seen { return make(seen, (size+63)/64) }

func (s seen) add(i int)      { s[i/64] |= 1 << (i % 64) }
func (s seen) has(i int) bool { return s[i/64]>>(i%64)&1 == 1 }

// take adds all of another set.
func (s seen) take(other seen) {
	for i, word := range other {
		s[i] |= word
	}
}

// covers reports whether s has all that is in both of two others.
func (s seen) covers(a, b seen) bool {
	for i := range s {
		if a[i]&b[i]&^s[i] != 0 {
			return false
		}
	}
	return true
}

// Set is some of the changes that take part. The zero value has none.
type Set struct {
	of *State
	in seen
}

// Has reports whether a change is one of them.
func (s Set) Has(id event.ID) bool {
	if s.of == nil {
		return false
	}
	at, here := s.of.places[id]
	return here && s.in.has(at)
}
