package vector_test

import (
	"bytes"
	"encoding/json"
	"slices"
	"testing"

	"pgregory.net/rapid"

	"lanyard/internal/identity"
	"lanyard/internal/vector"
	"lanyard/internal/wire"
)

func log(n byte) vector.Log {
	return vector.Log{Peer: identity.PeerID{n % 3}, ID: vector.LogID{n}}
}

func mark(number uint64, hash byte) vector.Mark {
	return vector.Mark{Number: number, Hash: vector.Hash{hash}}
}

func drawMark(t *rapid.T) vector.Mark {
	return mark(rapid.Uint64Range(1, 4).Draw(t, "number"), rapid.Byte().Draw(t, "hash"))
}

func draw(t *rapid.T) vector.Vector {
	v := vector.Vector{}
	for range rapid.IntRange(0, 12).Draw(t, "marks") {
		v.Advance(log(rapid.ByteRange(0, 5).Draw(t, "log")), vector.Mark{}, drawMark(t))
	}
	return v
}

func TestAdvance(t *testing.T) {
	l, v := log(1), vector.Vector{}
	if _, ok := v.Tip(l); ok || v.Has(l, vector.Mark{}) {
		t.Error("an empty vector has something")
	}
	v.Advance(l, vector.Mark{}, mark(1, 1))
	v.Advance(l, mark(1, 1), mark(5, 5))
	if tip, ok := v.Tip(l); !ok || tip != mark(5, 5) || v.Has(l, mark(1, 1)) || len(v[l]) != 1 {
		t.Errorf("after two steps: %v", v)
	}
	v.Advance(l, mark(2, 2), mark(3, 3)) // a branch that nobody had
	if tip, _ := v.Tip(l); tip != mark(5, 5) || !v.Has(l, mark(3, 3)) {
		t.Errorf("with a branch: %v", v)
	}
	v.Advance(l, mark(3, 3), mark(7, 7))
	if tip, _ := v.Tip(l); tip != mark(7, 7) || len(v[l]) != 2 {
		t.Errorf("the branch moved on: %v", v)
	}
	v.Advance(l, mark(5, 5), mark(7, 7))
	if len(v[l]) != 1 {
		t.Errorf("two branches came together: %v", v)
	}
}

// TestAdvanceAgainstASet: a vector behaves as a set of (log, mark) in which from is removed and to is put, whatever the calls.
func TestAdvanceAgainstASet(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		type key struct {
			log  vector.Log
			mark vector.Mark
		}
		v, set := vector.Vector{}, map[key]bool{}
		for range rapid.IntRange(0, 30).Draw(t, "calls") {
			l, from, to := log(rapid.ByteRange(0, 2).Draw(t, "log")), drawMark(t), drawMark(t)
			before := v.Clone()
			shallow := map[vector.Log][]vector.Mark{}
			for k, marks := range v {
				shallow[k] = marks
			}
			v.Advance(l, from, to)
			if !before.Equal(shallow) {
				t.Fatal("Advance wrote into a slice that others hold")
			}
			delete(set, key{l, from})
			set[key{l, to}] = true
		}
		n := 0
		for _, l := range v.Logs() {
			if !slices.IsSortedFunc(v[l], vector.Mark.Compare) {
				t.Fatalf("not sorted: %v", v[l])
			}
			for _, m := range v[l] {
				n++
				if !set[key{l, m}] || !v.Has(l, m) {
					t.Fatalf("%v has %v", v, m)
				}
			}
			if tip, _ := v.Tip(l); tip != slices.MaxFunc(v[l], vector.Mark.Compare) {
				t.Fatalf("tip %v of %v", tip, v[l])
			}
		}
		if n != len(set) {
			t.Fatalf("%d marks, want %d", n, len(set))
		}
	})
}

func TestCloneSharesNothing(t *testing.T) {
	v := vector.Vector{log(1): {mark(1, 1)}}
	c := v.Clone()
	c.Advance(log(1), mark(1, 1), mark(2, 2))
	c.Advance(log(2), vector.Mark{}, mark(1, 1))
	if len(v) != 1 || !v.Has(log(1), mark(1, 1)) || v.Equal(c) {
		t.Errorf("%v", v)
	}
	if !v.Equal(vector.Vector{log(1): {mark(1, 1)}, log(9): nil}) {
		t.Error("a log without marks counts as something")
	}
}

func TestEncodingComesBack(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		v := draw(t)
		b, err := wire.Marshal(v)
		if err != nil {
			t.Fatal(err)
		}
		var got vector.Vector
		if err := wire.Unmarshal(b, &got); err != nil || !got.Equal(v) {
			t.Fatalf("%v, %v; want %v", got, err, v)
		}
		if again, err := wire.Marshal(v.Clone()); err != nil || !bytes.Equal(again, b) {
			t.Fatal("equal vectors have different bytes")
		}
	})
}

func TestDecodingIsStrict(t *testing.T) {
	entry := func(l vector.Log, m vector.Mark) []any { return []any{l.Peer, l.ID, m.Number, m.Hash} }
	a, b := entry(log(1), mark(1, 1)), entry(log(1), mark(2, 1))
	many := make([][]any, vector.MaxEntries+1)
	for i := range many {
		many[i] = entry(log(1), mark(uint64(i+1), 0))
	}
	for what, bad := range map[string]any{
		"out of order":     [][]any{b, a},
		"repeated":         [][]any{a, a},
		"number 0":         [][]any{entry(log(1), mark(0, 0))},
		"too many":         many,
		"an entry cut":     [][]any{a[:3]},
		"a short log ID":   [][]any{{identity.PeerID{}, []byte{1}, 1, vector.Hash{}}},
		"a short hash":     [][]any{{identity.PeerID{}, vector.LogID{}, 1, []byte{1}}},
		"a long hash":      [][]any{{identity.PeerID{}, vector.LogID{}, 1, make([]byte, 33)}},
		"a negative count": [][]any{{identity.PeerID{}, vector.LogID{}, -1, vector.Hash{}}},
		"a map":            map[int]int{},
	} {
		data, err := wire.Marshal(bad)
		if err != nil {
			t.Fatal(err)
		}
		got := vector.Vector{log(1): nil}
		if err := wire.Unmarshal(data, &got); err == nil || got != nil {
			t.Errorf("%s was taken: %v", what, got)
		}
	}
	large := vector.Vector{log(1): {}}
	for i := range vector.MaxEntries + 1 {
		large.Advance(log(byte(i)), vector.Mark{}, mark(uint64(i+1), 0))
	}
	if _, err := wire.Marshal(large); err == nil {
		t.Error("a vector was encoded that nobody would decode")
	}
}

func TestTextForms(t *testing.T) {
	id, hash := vector.NewLogID(), vector.Hash{1, 0xab}
	text, err := json.Marshal(map[vector.LogID]vector.Hash{id: hash})
	if err != nil {
		t.Fatal(err)
	}
	var got map[vector.LogID]vector.Hash
	if err := json.Unmarshal(text, &got); err != nil || got[id] != hash {
		t.Errorf("%s: %v, %v", text, got, err)
	}
	if again, err := vector.ParseHash(hash.String()); err != nil || again != hash {
		t.Errorf("%v, %v", again, err)
	}
	for _, bad := range []string{"", "ab", hash.String()[1:], hash.String() + "00", "zz" + hash.String()[2:]} {
		if h, err := vector.ParseHash(bad); err == nil || h != (vector.Hash{}) {
			t.Errorf("%q was taken", bad)
		}
	}
	if vector.NewLogID() == id {
		t.Error("two log IDs are equal")
	}
}

func FuzzDecode(f *testing.F) {
	v := vector.Vector{log(1): {mark(1, 1), mark(2, 2)}, log(2): {mark(9, 9)}}
	b, err := wire.Marshal(v)
	if err != nil {
		f.Fatal(err)
	}
	f.Add(b)
	f.Add([]byte{0x80})
	f.Add(b[:len(b)-1])
	f.Fuzz(func(t *testing.T, data []byte) {
		var v vector.Vector
		if err := wire.Unmarshal(data, &v); err != nil {
			if v != nil {
				t.Errorf("%v with the error %v", v, err)
			}
			return
		}
		again, err := wire.Marshal(v)
		if err != nil {
			t.Fatal(err)
		}
		var second vector.Vector
		if err := wire.Unmarshal(again, &second); err != nil || !second.Equal(v) {
			t.Errorf("%x became %x, %v", data, again, err)
		}
	})
}
