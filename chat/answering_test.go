package chat

import (
	"slices"
	"testing"

	"lanyard/chat/event"
	"lanyard/chat/frame"
	"lanyard/internal/identity"
	"lanyard/internal/vector"
)

// TestAnsweredInParts: what is asked for is looked at in parts, no longer than what is here is; the end is owed once, and what is asked anew takes the place of the rest.
func TestAnsweredInParts(t *testing.T) {
	at := func(first, last uint64) frame.Gap {
		return frame.Gap{Peer: identity.PeerID{1}, Log: vector.LogID{2}, First: first, Last: last}
	}
	for _, c := range []struct {
		what   string
		end    uint64
		wanted []frame.Gap
		want   []frame.Gap
	}{
		{"a short one", 1000, []frame.Gap{at(5, 9)}, []frame.Gap{at(5, 9)}},
		{"a long one", 1000, []frame.Gap{at(1, 2*gapSpan+1)}, []frame.Gap{at(1, gapSpan), at(gapSpan+1, 2*gapSpan), at(2*gapSpan+1, 2*gapSpan+1)}},
		{"one longer than the log", gapSpan + 5, []frame.Gap{at(1, event.MaxNumber)}, []frame.Gap{at(1, gapSpan), at(gapSpan+1, event.MaxNumber)}},
		{"of a log that is not here", 0, []frame.Gap{at(1, event.MaxNumber)}, []frame.Gap{at(1, event.MaxNumber)}},
		{"several", 1000, []frame.Gap{at(1, 2), at(7, 8)}, []frame.Gap{at(1, 2), at(7, 8)}},
	} {
		var a answering
		endOf := func(vector.Log) uint64 { return c.end }
		if part, owed := a.next(endOf); owed {
			t.Errorf("%s: %v is owed before anything is asked for", c.what, part)
		}
		a.take(slices.Clone(c.wanted))
		for _, want := range append(c.want, frame.Gap{}) {
			if part, owed := a.next(endOf); !owed || part != want {
				t.Errorf("%s: %v, owed %v, and not %v", c.what, part, owed, want)
			}
		}
		if part, owed := a.next(endOf); owed {
			t.Errorf("%s: %v is owed after the end", c.what, part)
		}
	}
	var a answering
	a.take([]frame.Gap{at(1, 1000)})
	asked := false
	part, owed := a.next(func(vector.Log) uint64 {
		if !asked {
			asked = true
			a.take([]frame.Gap{at(2000, 2001)}) // at the same time
		}
		return 3000
	})
	if !owed || part != at(2000, 2001) {
		t.Errorf("%v, owed %v, after something else was asked for", part, owed)
	}
}
