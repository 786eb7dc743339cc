package share

import (
	"testing"

	"lanyard/internal/identity"
	"lanyard/internal/vector"
	"lanyard/sync/index"
)

// TestWentBack: who knows less of any log than they told before was put back, also when the log went on otherwise.
func TestWentBack(t *testing.T) {
	a, b := vector.Log{ID: vector.LogID{1}}, vector.Log{ID: vector.LogID{2}}
	mark := func(n uint64, h byte) vector.Mark { return vector.Mark{Number: n, Hash: vector.Hash{h}} }
	before := vector.Vector{a: {mark(3, 1)}, b: {mark(7, 2)}}
	for name, c := range map[string]struct {
		now  vector.Vector
		want bool
	}{
		"as before":           {vector.Vector{a: {mark(3, 1)}, b: {mark(7, 2)}}, false},
		"more":                {vector.Vector{a: {mark(4, 9)}, b: {mark(8, 9)}}, false},
		"less of one":         {vector.Vector{a: {mark(4, 9)}, b: {mark(6, 9)}}, true},
		"nothing of one":      {vector.Vector{a: {mark(4, 9)}}, true},
		"another third":       {vector.Vector{a: {mark(3, 8)}, b: {mark(7, 2)}}, true},
		"both third":          {vector.Vector{a: {mark(3, 8), mark(3, 1)}, b: {mark(7, 2)}}, false},
		"nothing":             {nil, true},
		"and somebody else's": {vector.Vector{a: {mark(3, 1)}, b: {mark(7, 2)}, {ID: vector.LogID{3}}: {mark(1, 1)}}, false},
	} {
		if got := wentBack(before, c.now); got != c.want {
			t.Errorf("%s: %v", name, got)
		}
	}
	if wentBack(nil, before) {
		t.Error("who told nothing before went back")
	}
}

// TestWholeSnapshotIsWhole: heads are taken as all there are only when every frame of the snapshot has come, in order.
func TestWholeSnapshotIsWhole(t *testing.T) {
	frame := func(whole int, mode uint8, numbers ...uint64) recordsFrame {
		f := recordsFrame{Mode: mode, Whole: whole}
		for _, n := range numbers {
			f.Records = append(f.Records, item{Peer: identity.PeerID{1}, Number: n, Record: []byte{1}})
		}
		f.Records = append(f.Records, item{Peer: identity.PeerID{1}, Number: 99}) // superseded: no head
		return f
	}
	for name, c := range map[string]struct {
		frames []recordsFrame
		want   int // heads; 0: not whole
	}{
		"one frame":       {[]recordsFrame{frame(1, snapshotEnd, 1, 2)}, 2},
		"three":           {[]recordsFrame{frame(1, snapshotPart, 1), frame(2, snapshotPart, 2), frame(3, snapshotEnd, 3)}, 3},
		"one missed":      {[]recordsFrame{frame(1, snapshotPart, 1), frame(3, snapshotEnd, 3)}, 0},
		"first missed":    {[]recordsFrame{frame(2, snapshotPart, 1), frame(3, snapshotEnd, 3)}, 0},
		"begun anew":      {[]recordsFrame{frame(1, snapshotPart, 1), frame(1, snapshotPart, 2), frame(2, snapshotEnd, 3)}, 2},
		"one that is not": {[]recordsFrame{frame(0, snapshotEnd, 1)}, 0},
		"others between":  {[]recordsFrame{frame(1, snapshotPart, 1), frame(0, live, 7), frame(2, snapshotEnd, 2)}, 2},
	} {
		var w wholeSnapshot
		var heads map[index.Dot]bool
		for _, f := range c.frames {
			heads = w.take(f)
		}
		if len(heads) != c.want {
			t.Errorf("%s: %d heads, not %d", name, len(heads), c.want)
		}
	}
}
