package chat

import (
	"bytes"
	"slices"
	"testing"

	"lanyard/internal/identity"
	"lanyard/internal/vector"
	"lanyard/internal/wire"

	"pgregory.net/rapid"
)

func drawPosition(t *rapid.T) position {
	small := func(what string) byte { return byte(rapid.IntRange(0, 2).Draw(t, what)) }
	return position{
		lamport: rapid.Uint64Range(1, 3).Draw(t, "lamport"),
		log:     vector.Log{Peer: identity.PeerID{small("peer")}, ID: vector.LogID{small("log")}},
		number:  rapid.Uint64Range(1, 3).Draw(t, "number"),
		id:      EventID{small("id") * 100, small("id")},
	}
}

func TestOrderIsTotal(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		a, b, c := drawPosition(t), drawPosition(t), drawPosition(t)
		if a.compare(b) != -b.compare(a) {
			t.Fatal("a before b, and not b after a")
		}
		if a.compare(b) == 0 && a != b {
			t.Fatal("two positions that are one")
		}
		if a.compare(b) < 0 && b.compare(c) < 0 && a.compare(c) >= 0 {
			t.Fatal("not transitive")
		}
	})
}

// TestLamportTimes: what we write may always follow what we wrote, whatever others claim, and follows what was seen unless somebody is far ahead.
func TestLamportTimes(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		own := rapid.Uint64Range(0, maxLamport-leap).Draw(t, "own")
		seen := rapid.Uint64Range(0, maxLamport-1).Draw(t, "seen")
		next := nextLamport(seen, own)
		if !mayFollow(own, next) {
			t.Fatalf("%d cannot follow %d", next, own)
		}
		if seen <= own+leap-1 && next <= seen {
			t.Fatalf("%d does not follow %d, which was seen", next, seen)
		}
	})
}

// TestCommonHistory draws a log with forks and compares common with the histories written out.
func TestCommonHistory(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		branches := []*branch{{key: 1, tip: point{number: rapid.Uint64Range(1, 8).Draw(t, "tip")}}}
		for k := range rapid.IntRange(0, 4).Draw(t, "forks") {
			base := rapid.SampledFrom(branches).Draw(t, "base")
			at := rapid.Uint64Range(0, base.tip.number-1).Draw(t, "at")
			b := &branch{key: int64(k + 2), fork: at, tip: point{number: at + rapid.Uint64Range(1, 5).Draw(t, "more")}}
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
		atB, atC := rapid.Uint64Range(0, b.tip.number).Draw(t, "atB"), rapid.Uint64Range(0, c.tip.number).Draw(t, "atC")
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

// TestRunsSurviveFrames: whatever is written comes out of its frames as it was, in as many frames as it takes.
func TestRunsSurviveFrames(t *testing.T) {
	id, err := identity.Generate()
	if err != nil {
		t.Fatal(err)
	}
	conversation := Direct(id.Person(), identity.PersonID{1})
	rapid.Check(t, func(t *rapid.T) {
		base := header{Conversation: conversation[:], Peer: id.PeerID(), Log: vector.NewLogID(), Time: rapid.Int64().Draw(t, "time")}
		var end point
		var events []*event
		for _, size := range rapid.SliceOfN(rapid.SampledFrom([]int{0, 1, 200, 5000, maxBody}), 1, 12).Draw(t, "sizes") {
			w := writing{kind: Kind(rapid.Uint64Range(1, 99).Draw(t, "kind")), body: bytes.Repeat([]byte{7}, size)}
			if rapid.Bool().Draw(t, "again") {
				w.again = bytes.Repeat([]byte{9}, 32)
			}
			e, err := base.next(end, rapid.Uint64Range(0, 1<<40).Draw(t, "seen"), w)
			if err != nil {
				t.Fatal(err)
			}
			end = pointOf(e)
			events = append(events, e)
		}
		var came []*event
		for _, r := range split(events, id) {
			body, err := r.encode()
			if err != nil {
				t.Fatal(err)
			}
			if len(body) > wire.KindEvents.Cap() {
				t.Fatalf("a frame of %d bytes", len(body))
			}
			back, err := decodeEvents(body)
			if err != nil {
				t.Fatal(err)
			}
			if identity.Verify(id.Public(), eventContext, back.last().id[:], back.last().signature) != nil {
				t.Fatal("the signature does not fit")
			}
			came = append(came, back.events...)
		}
		if !slices.EqualFunc(events, came, func(a, b *event) bool {
			return a.id == b.id && bytes.Equal(a.body, b.body) && bytes.Equal(a.salt, b.salt)
		}) {
			t.Fatal("other events came out")
		}
	})
}
