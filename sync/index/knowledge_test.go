package index

import (
	"testing"

	"lanyard/internal/vector"
)

// TestStableLine: what every machine is known to have is stable, but in a log that forked nothing is, since others have other records under its numbers.
func TestStableLine(t *testing.T) {
	l := logOf('a')
	k := func(marks ...vector.Mark) vector.Vector { return vector.Vector{l: marks} }
	at := func(n uint64, h byte) vector.Mark { return vector.Mark{Number: n, Hash: vector.Hash{h}} }
	cases := []struct {
		what string
		ks   []vector.Vector
		want bool
	}{
		{"all have it", []vector.Vector{k(at(5, 1)), k(at(7, 2))}, true},
		{"one lacks it", []vector.Vector{k(at(5, 1)), k(at(4, 2))}, false},
		{"one has nothing of the log", []vector.Vector{k(at(5, 1)), {}}, false},
		{"of nobody it is known", nil, false},
		{"one has both branches of a copied profile", []vector.Vector{k(at(5, 1), at(6, 3)), k(at(5, 1))}, false},
		{"two have one number each of another branch", []vector.Vector{k(at(5, 1)), k(at(5, 2))}, false},
	}
	for _, c := range cases {
		t.Run(c.what, func(t *testing.T) {
			d := Dot{Log: l, Number: 5}
			if got := StableLine(c.ks).Covers(d); got != c.want {
				t.Errorf("the line covers it: %v", got)
			}
		})
	}
}
