package role

import (
	"testing"

	"pgregory.net/rapid"

	"lanyard/internal/identity"
	"lanyard/internal/vector"
	"lanyard/sync/index"
)

func logOf(n byte) vector.Log { return vector.Log{Peer: identity.PeerID{1}, ID: vector.LogID{n}} }

func dot(log byte, number uint64) index.Dot { return index.Dot{Log: logOf(log), Number: number} }

func TestCounts(t *testing.T) {
	ends := []End{{Log: logOf('a'), Number: 3}}
	cases := []struct {
		what string
		s    Standing
		d    index.Dot
		want bool
	}{
		{"who may write", Standing{Role: ReadWrite}, dot('a', 9), true},
		{"who never could", Standing{Role: ReadOnly}, dot('a', 1), false},
		{"a keeper", Standing{Role: Keeper}, dot('a', 1), false},
		{"what was written before the role was taken away", Standing{Role: ReadOnly, Ends: ends}, dot('a', 3), true},
		{"what was written after it", Standing{Role: ReadOnly, Ends: ends}, dot('a', 4), false},
		{"a log that the owner had not heard of then", Standing{Role: ReadOnly, Ends: ends}, dot('b', 1), false},
		{"who may write again, in the log that has ended", Standing{Role: ReadWrite, Ends: ends}, dot('a', 4), false},
		{"who may write again, in a new log", Standing{Role: ReadWrite, Ends: ends}, dot('b', 1), true},
		{"who was removed, up to the cut", Standing{Role: ReadWrite, Removed: true, Cuts: ends}, dot('a', 3), true},
		{"who was removed, behind the cut", Standing{Role: ReadWrite, Removed: true, Cuts: ends}, dot('a', 4), false},
		{"who was removed, in a log without a cut", Standing{Role: ReadWrite, Removed: true, Cuts: ends}, dot('b', 1), false},
		{"who was removed later than the role was taken away", Standing{Role: ReadOnly, Removed: true, Ends: ends, Cuts: []End{{Log: logOf('a'), Number: 7}}}, dot('a', 5), false},
	}
	for _, c := range cases {
		t.Run(c.what, func(t *testing.T) {
			if got := c.s.Counts(c.d); got != c.want {
				t.Errorf("record %d of log %s counts: %v", c.d.Number, c.d.Log.ID, got)
			}
		})
	}
}

func TestWords(t *testing.T) {
	for _, r := range []Role{ReadWrite, ReadOnly, Keeper} {
		if got, err := Parse(r.String()); err != nil || got != r {
			t.Errorf("%s is read as %s, %v", r, got, err)
		}
	}
	if _, err := Parse("owner"); err == nil {
		t.Error("owner is a role")
	}
	if got := Role(9).String(); got != "unknown" {
		t.Error(got)
	}
}

// TestRolesComeAndGo: a member who hears of each list some time after it was signed writes as they believe they may, to a new log once theirs has ended.
// What the owner had taken while they might write counts for ever; what they wrote behind that, or while they knew that they may not write, never does;
// and what they write after hearing that they may write again counts.
func TestRolesComeAndGo(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		s := Standing{Role: ReadWrite} // as signed last
		heard := s                     // by the member
		log, number := byte('a'), uint64(0)
		known := map[byte]uint64{} // at the owner
		taken := map[index.Dot]bool{}
		var lost, pending []index.Dot // written to an ended log; written and not at the owner yet
		write := func() {
			if heard.Ended(logOf(log)) {
				log, number = log+1, 0
			}
			number++
			pending = append(pending, dot(log, number))
		}
		deliver := func() {
			for _, d := range pending {
				if !s.Counts(d) {
					lost = append(lost, d)
				} else if known[d.Log.ID[0]]+1 == d.Number {
					known[d.Log.ID[0]], taken[d] = d.Number, true
				}
			}
			pending = nil
		}
		for range rapid.IntRange(1, 40).Draw(t, "steps") {
			switch rapid.IntRange(0, 4).Draw(t, "step") {
			case 0:
				if heard.Role == ReadWrite {
					write()
				}
			case 1:
				deliver()
			case 2:
				heard = s
			default:
				to := rapid.SampledFrom([]Role{ReadWrite, ReadOnly, Keeper}).Draw(t, "role")
				var ends []End
				for l, n := range known {
					ends = append(ends, End{Log: logOf(l), Number: n})
				}
				s = s.Assign(to, ends)
			}
			for d := range taken {
				if !s.Counts(d) {
					t.Fatalf("record %d of log %s was taken and counts no more", d.Number, d.Log.ID)
				}
			}
		}
		deliver()
		for _, d := range lost {
			if known[d.Log.ID[0]] >= d.Number {
				t.Fatalf("record %d of log %s came back", d.Number, d.Log.ID)
			}
		}
		s = s.Assign(ReadWrite, nil)
		heard = s
		write()
		if d := pending[0]; s.Role == ReadWrite && d.Number == 1 && !s.Counts(d) {
			t.Fatalf("record %d of the new log %s does not count", d.Number, d.Log.ID)
		}
	})
}
