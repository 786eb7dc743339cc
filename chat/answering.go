package chat

import (
	"sync"

	"lanyard/chat/frame"
	"lanyard/internal/vector"
)

// answering is what the other side asked for, and what they are to be told of that.
type answering struct {
	mu     sync.Mutex
	wanted []frame.Gap // that are still to be looked at
	owed   bool        // they have not got the end of the answer
	asked  bool        // they ask for words, and are told when there are more
	more   bool        // that there are

	refused bool // they got none, as one of us was no member as far as we knew
}

// take notes what they ask for, in the place of what they asked for before.
func (a *answering) take(wanted []frame.Gap) {
	a.mu.Lock()
	defer a.mu.Unlock()
	a.wanted, a.owed, a.asked = wanted, true, true
}

// next returns a part of what they asked for; false when nothing is owed. A part without a log is the end. endOf tells where a log ends here; no lock is held while it does.
func (a *answering) next(endOf func(vector.Log) uint64) (part frame.Gap, owed bool) {
	for {
		first, owed := a.first()
		if !owed || first.First == 0 {
			return first, owed
		}
		if part, ok := a.split(first, endOf(first.VectorLog())); ok {
			return part, true
		}
	}
}

// first returns the first stretch that they ask for; false when nothing is owed. After the last one comes one without a log: the end, which is owed no more then.
func (a *answering) first() (first frame.Gap, owed bool) {
	a.mu.Lock()
	defer a.mu.Unlock()
	if len(a.wanted) > 0 {
		return a.wanted[0], true
	}
	owed, a.owed = a.owed, false
	return frame.Gap{}, owed
}

// split takes the first part away of a stretch whose log ends at a number; false if that is not the first stretch any more.
func (a *answering) split(first frame.Gap, end uint64) (part frame.Gap, ok bool) {
	a.mu.Lock()
	defer a.mu.Unlock()
	if len(a.wanted) == 0 || a.wanted[0] != first {
		return frame.Gap{}, false
	}
	part = first
	if part.Last-part.First < gapSpan || part.First+gapSpan > end {
		a.wanted = a.wanted[1:]
	} else {
		part.Last = part.First + gapSpan - 1
		a.wanted[0].First += gapSpan
	}
	return part, true
}

// refuse notes that they got nothing, as one of us was no member.
func (a *answering) refuse() {
	a.mu.Lock()
	defer a.mu.Unlock()
	a.refused = true
}

// wasRefused reports whether they got nothing so since it was last asked.
func (a *answering) wasRefused() (was bool) {
	a.mu.Lock()
	defer a.mu.Unlock()
	was, a.refused = a.refused, false
	return was
}

// haveMore notes that there may be more than they got; false if they never asked.
func (a *answering) haveMore() bool {
	a.mu.Lock()
	defer a.mu.Unlock()
	a.more = a.more || a.asked
	return a.asked
}

// tellsMore reports whether they are to be told so, once.
func (a *answering) tellsMore() (more bool) {
	a.mu.Lock()
	defer a.mu.Unlock()
	more, a.more = a.more, false
	return more
}
