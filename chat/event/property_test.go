package event

import (
	"bytes"
	"slices"
	"testing"

	"pgregory.net/rapid"

	"lanyard/internal/identity"
	"lanyard/internal/vector"
	"lanyard/internal/wire"
)

func drawPosition(t *rapid.T) Position {
	small := func(what string) byte { return byte(rapid.IntRange(0, 2).Draw(t, what)) }
	return Position{
		Lamport: rapid.Uint64Range(1, 3).Draw(t, "lamport"),
		Log:     vector.Log{Peer: identity.PeerID{small("peer")}, ID: vector.LogID{small("log")}},
		Number:  rapid.Uint64Range(1, 3).Draw(t, "number"),
		ID:      ID{small("id") * 100, small("id")},
	}
}

func TestOrderIsTotal(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		a, b, c := drawPosition(t), drawPosition(t), drawPosition(t)
		if a.Compare(b) != -b.Compare(a) {
			t.Fatal("a before b, and not b after a")
		}
		if a.Compare(b) == 0 && a != b {
			t.Fatal("two positions that are one")
		}
		if a.Compare(b) < 0 && b.Compare(c) < 0 && a.Compare(c) >= 0 {
			t.Fatal("not transitive")
		}
	})
}

// TestLamportTimes: what we write may always follow what we wrote, whatever others claim, and follows what was seen unless somebody is far ahead.
func TestLamportTimes(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		own := rapid.Uint64Range(0, MaxLamport-Leap).Draw(t, "own")
		seen := rapid.Uint64Range(0, MaxLamport-1).Draw(t, "seen")
		next := nextLamport(seen, own)
		if !MayFollow(own, next) {
			t.Fatalf("%d cannot follow %d", next, own)
		}
		if seen <= own+Leap-1 && next <= seen {
			t.Fatalf("%d does not follow %d, which was seen", next, seen)
		}
	})
}

// TestRunsSurviveFrames: whatever is written comes out of its frames as it was, in as many frames as it takes.
func TestRunsSurviveFrames(t *testing.T) {
	id, err := identity.Generate()
	if err != nil {
		t.Fatal(err)
	}
	conversation := DirectID(id.Person(), identity.PersonID{1})
	rapid.Check(t, func(t *rapid.T) {
		base := Header{Conversation: conversation[:], Peer: id.PeerID(), Log: vector.NewLogID(), Time: rapid.Int64().Draw(t, "time")}
		var end Point
		var events []*Event
		for _, size := range rapid.SliceOfN(rapid.SampledFrom([]int{0, 1, 200, 5000, maxBody}), 1, 12).Draw(t, "sizes") {
			base.Kind, base.Again = Kind(rapid.Uint64Range(1, 99).Draw(t, "kind")), nil
			if rapid.Bool().Draw(t, "again") {
				base.Again = bytes.Repeat([]byte{9}, 32)
			}
			e, err := base.Next(end, rapid.Uint64Range(0, 1<<40).Draw(t, "seen"), bytes.Repeat([]byte{7}, size))
			if err != nil {
				t.Fatal(err)
			}
			end = PointOf(e)
			events = append(events, e)
		}
		var came []*Event
		for _, r := range Runs(events, id) {
			body, err := r.Encode()
			if err != nil {
				t.Fatal(err)
			}
			if len(body) > wire.KindEvents.Cap() {
				t.Fatalf("a frame of %d bytes", len(body))
			}
			back, err := ReadRun(body)
			if err != nil {
				t.Fatal(err)
			}
			if identity.Verify(id.Public(), SigningContext, back.Last().ID[:], back.Last().Signature) != nil {
				t.Fatal("the signature does not fit")
			}
			came = append(came, back.Events...)
		}
		if !slices.EqualFunc(events, came, func(a, b *Event) bool {
			return a.ID == b.ID && bytes.Equal(a.Body, b.Body) && bytes.Equal(a.Salt, b.Salt)
		}) {
			t.Fatal("other events came out")
		}
	})
}
