package chat

import (
	"testing"

	"pgregory.net/rapid"

	"lanyard/chat/event"
)

// TestCommonHistory draws a log with forks and compares common with the histories written out.
func TestCommonHistory(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		branches := []*branch{{key: 1, tip: event.Point{Number: rapid.Uint64Range(1, 8).Draw(t, "tip")}}}
		for k := range rapid.IntRange(0, 4).Draw(t, "forks") {
			base := rapid.SampledFrom(branches).Draw(t, "base")
			at := rapid.Uint64Range(0, base.tip.Number-1).Draw(t, "at")
			b := &branch{key: int64(k + 2), fork: at, tip: event.Point{Number: at + rapid.Uint64Range(1, 5).Draw(t, "more")}}
			if at > 0 {
				b.base = base.owner(at)
			}
			branches = append(branches, b)
		}
		history := func(b *branch, to uint64) (events []place2) {
			for n := uint64(1); n <= to; n++ {
				events = append(events, place2{b.owner(n), n})
			}
			return events
		}
		b, c := rapid.SampledFrom(branches).Draw(t, "b"), rapid.SampledFrom(branches).Draw(t, "c")
		atB, atC := rapid.Uint64Range(0, b.tip.Number).Draw(t, "atB"), rapid.Uint64Range(0, c.tip.Number).Draw(t, "atC")
		want := uint64(0)
		hb, hc := history(b, atB), history(c, atC)
		for int(want) < min(len(hb), len(hc)) && hb[want] == hc[want] {
			want++
		}
		if got := common(b, atB, c, atC); got != want {
			t.Fatalf("common to %d of %d and %d of %d: %d, not %d", atB, b.key, atC, c.key, got, want)
		}
	})
}

// place2 is an event by the branch that holds it.
type place2 struct {
	holder *branch
	number uint64
}
