package mail

import (
	"slices"
	"testing"
	"time"

	"lanyard/internal/identity"
)

func TestChooseCarriers(t *testing.T) {
	now := time.UnixMilli(1e12)
	c := func(n byte) Candidate {
		return Candidate{Machine: identity.PeerID{n}, Person: identity.PersonID{n}, Link: uint64(n)}
	}
	with := func(c Candidate, change func(*Candidate)) Candidate { change(&c); return c }
	unseen := func(c *Candidate) { c.Unseen = true }
	holds, knows := func(c *Candidate) { c.Holds = true }, func(c *Candidate) { c.Knows = true }
	for _, test := range []struct {
		name string
		all  []Candidate
		have int
		n    int
		want []byte
	}{
		{"nobody is here", nil, 0, 3, nil},
		{"the only one", []Candidate{c(1)}, 0, 3, []byte{1}},
		{"no more than three", []Candidate{c(1), c(2), c(3), c(4)}, 0, 3, []byte{1, 2, 3}},
		{"as many as are missing", []Candidate{c(1), c(2), c(3)}, 2, 3, []byte{1}},
		{"none is missing", []Candidate{c(1)}, 3, 3, nil},
		{"the oldest links", []Candidate{c(9), c(5), c(7)}, 0, 2, []byte{5, 7}},
		{"who knows the recipient goes before older links", []Candidate{c(1), with(c(8), knows)}, 0, 1, []byte{8}},
		{"who keeps earlier mail goes before who knows the recipient", []Candidate{with(c(1), knows), with(c(8), holds)}, 0, 1, []byte{8}},
		{"one machine of a person", []Candidate{c(1), with(c(2), func(c *Candidate) { c.Person = identity.PersonID{1} }), c(3)}, 0, 2, []byte{1, 3}},
		{"who refused just now is left out", []Candidate{with(c(1), func(c *Candidate) { c.Refused = now.Add(-time.Minute) }), c(2)}, 0, 2, []byte{2}},
		{"who refused long ago is asked again", []Candidate{with(c(1), func(c *Candidate) { c.Refused = now.Add(-RefusalPause) }), c(2)}, 0, 2, []byte{1, 2}},
		{"who is unseen is left out where others carry", []Candidate{with(with(c(1), holds), unseen), c(2)}, 0, 3, []byte{2}},
		{"who is unseen is left out where others carry it already", []Candidate{with(c(1), unseen)}, 1, 3, nil},
		{"who is unseen where others refused", []Candidate{with(c(1), unseen), with(c(2), func(c *Candidate) { c.Refused = now.Add(-time.Minute) })}, 0, 3, []byte{1}},
		{"all are unseen", []Candidate{with(c(1), unseen), with(c(2), unseen)}, 0, 3, []byte{1, 2}},
	} {
		t.Run(test.name, func(t *testing.T) {
			var got []byte
			for _, one := range ChooseCarriers(test.all, test.have, test.n, now) {
				got = append(got, one.Machine[0])
			}
			if !slices.Equal(got, test.want) {
				t.Errorf("chosen are %v, not %v", got, test.want)
			}
		})
	}
}

func TestDepositAt(t *testing.T) {
	need := time.UnixMilli(1e12)
	for _, test := range []struct {
		name  string
		since time.Duration // the last mail went, before the need; 0 = never
		size  int
		want  time.Duration
	}{
		{"the first goes after a second", 0, 0, depositPause},
		{"one long after the last too", time.Hour, maxSealed, depositPause},
		{"right after a small one", time.Millisecond, 100, depositPause},
		{"right after a large one", time.Millisecond, maxSealed, depositPause + 16*time.Second - time.Millisecond},
	} {
		t.Run(test.name, func(t *testing.T) {
			var last time.Time
			if test.since > 0 {
				last = need.Add(-test.since)
			}
			if got := DepositAt(need, last, test.size).Sub(need); got != test.want {
				t.Errorf("it goes after %v, not %v", got, test.want)
			}
		})
	}
}
