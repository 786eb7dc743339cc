package chat

import (
	"slices"
	"testing"
	"time"

	"pgregory.net/rapid"

	"lanyard/internal/identity"
)

func TestChooseCarriers(t *testing.T) {
	now := time.UnixMilli(1e12)
	c := func(n byte) candidate {
		return candidate{machine: identity.PeerID{n}, person: identity.PersonID{n}, since: uint64(n)}
	}
	with := func(c candidate, change func(*candidate)) candidate { change(&c); return c }
	holds, knows := func(c *candidate) { c.holds = true }, func(c *candidate) { c.knows = true }
	for _, test := range []struct {
		name string
		all  []candidate
		n    int
		want []byte
	}{
		{"nobody is here", nil, 3, nil},
		{"the only one", []candidate{c(1)}, 3, []byte{1}},
		{"no more than three", []candidate{c(1), c(2), c(3), c(4)}, 3, []byte{1, 2, 3}},
		{"as many as are missing", []candidate{c(1), c(2), c(3)}, 1, []byte{1}},
		{"none is missing", []candidate{c(1)}, 0, nil},
		{"the oldest links", []candidate{c(9), c(5), c(7)}, 2, []byte{5, 7}},
		{"who knows the recipient goes before older links", []candidate{c(1), with(c(8), knows)}, 1, []byte{8}},
		{"who keeps earlier mail goes before who knows the recipient", []candidate{with(c(1), knows), with(c(8), holds)}, 1, []byte{8}},
		{"one machine of a person", []candidate{c(1), with(c(2), func(c *candidate) { c.person = identity.PersonID{1} }), c(3)}, 2, []byte{1, 3}},
		{"who refused just now is left out", []candidate{with(c(1), func(c *candidate) { c.refused = now.Add(-time.Minute) }), c(2)}, 2, []byte{2}},
		{"who refused long ago is asked again", []candidate{with(c(1), func(c *candidate) { c.refused = now.Add(-refusalPause) }), c(2)}, 2, []byte{1, 2}},
	} {
		t.Run(test.name, func(t *testing.T) {
			var got []byte
			for _, one := range chooseCarriers(test.all, test.n, now) {
				got = append(got, one.machine[0])
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
			if got := depositAt(need, last, test.size).Sub(need); got != test.want {
				t.Errorf("it goes after %v, not %v", got, test.want)
			}
		})
	}
}

// boxOf makes kept mail of persons, oldest first.
func boxOf(mail ...keptMail) []keptMail {
	for i := range mail {
		mail[i].key = int64(i + 1)
	}
	return mail
}

func TestMakeRoom(t *testing.T) {
	of := func(person byte, size int) keptMail { return keptMail{person: identity.PersonID{person}, size: size} }
	times := func(n int, m keptMail) []keptMail { return slices.Repeat([]keptMail{m}, n) }
	var crowd []keptMail // sixteen who have all that one may have
	for n := range byte(16) {
		crowd = append(crowd, times(8, of(n+1, 1<<20))...)
	}
	var full []keptMail // eighteen with 7 MiB each, and one with 2
	for n := range byte(18) {
		full = append(full, times(7, of(n+1, 1<<20))...)
	}
	full = append(full, times(2, of(99, 1<<20))...)
	for _, test := range []struct {
		name   string
		all    []keptMail
		fresh  keptMail
		answer uint64
		drop   []int64
	}{
		{"an empty box", nil, of(1, 1<<20), mailKept, nil},
		{"as much as one may have", times(7, of(1, 1<<20)), of(1, 1<<20), mailKept, nil},
		{"a byte more", times(7, of(1, 1<<20)), of(1, 1<<20+1), mailTooMuch, nil},
		{"too many pieces of one", times(piecesOfOne, of(1, 1)), of(1, 1), mailTooMuch, nil},
		{"another one does not suffer for it", times(piecesOfOne, of(1, 1)), of(2, 1), mailKept, nil},
		{"the oldest of who has most gives way to who has least", crowd, of(99, 10), mailKept, []int64{1}},
		{"the last that fits", crowd[:len(crowd)-1], of(16, 1<<20), mailKept, nil},
		{"who would have most is refused in a full box", full, of(1, 1<<20), mailFull, nil},
		{"who has less is not", full, of(99, 1<<20), mailKept, []int64{1}},
		{"of two who have most the lower ID", append(crowd[8:len(crowd):len(crowd)], times(8, of(50, 1<<20-1))...), of(99, 9), mailKept, []int64{1}},
	} {
		t.Run(test.name, func(t *testing.T) {
			answer, drop := makeRoom(boxOf(slices.Clone(test.all)...), test.fresh)
			var got []int64
			for _, one := range drop {
				got = append(got, one.key)
			}
			if answer != test.answer || !slices.Equal(got, test.drop) {
				t.Errorf("answered %d, dropped %v; not %d and %v", answer, got, test.answer, test.drop)
			}
		})
	}
}

// TestMakeRoomNeverHarmsTheSmall: whatever comes, the limits hold, and nobody who has less than the newcomer then loses anything.
func TestMakeRoomNeverHarmsTheSmall(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		var all []keptMail
		for i := range rapid.IntRange(0, 400).Draw(t, "pieces") {
			all = append(all, keptMail{key: int64(i + 1), person: identity.PersonID{byte(rapid.IntRange(1, 30).Draw(t, "person"))}, size: rapid.IntRange(1, maxSealed).Draw(t, "size")})
		}
		fresh := keptMail{person: identity.PersonID{byte(rapid.IntRange(1, 31).Draw(t, "depositor"))}, size: rapid.IntRange(1, maxSealed).Draw(t, "fresh")}
		answer, drop := makeRoom(all, fresh)
		if answer != mailKept {
			if len(drop) > 0 {
				t.Fatal("something gave way to what was refused")
			}
			return
		}
		kept := slices.DeleteFunc(slices.Clone(all), func(m keptMail) bool {
			return slices.ContainsFunc(drop, func(gone keptMail) bool { return gone.key == m.key })
		})
		total, his := fresh.size, fresh.size
		has := map[identity.PersonID]int{}
		for _, m := range all {
			has[m.person] += m.size
		}
		for _, m := range kept {
			total += m.size
			if m.person == fresh.person {
				his += m.size
			}
		}
		if his > boxOfPerson || len(drop) > 0 && total > boxOfAll {
			t.Fatalf("%d bytes of one, %d of all", his, total)
		}
		for _, gone := range drop {
			if has[gone.person] < his {
				t.Fatalf("mail of somebody with %d bytes gave way to somebody with %d", has[gone.person], his)
			}
		}
	})
}

func TestKeyRing(t *testing.T) {
	id, err := identity.Generate()
	if err != nil {
		t.Fatal(err)
	}
	start := time.UnixMilli(1e12)
	var ring keyRing
	days := func(n int) time.Time { return start.AddDate(0, 0, n) }
	for day := 0; day <= 70; day++ {
		if !ring.due(days(day)) {
			continue
		}
		var last uint64
		if newest := ring.newest(); newest != nil {
			last = newest.Number
		}
		next, err := makeMailKey(id, last, days(day))
		if err != nil {
			t.Fatal(err)
		}
		if next.Number <= last || next.verify(id.Public()) != nil {
			t.Fatalf("day %d: key %d after %d", day, next.Number, last)
		}
		ring, _ = ring.turn(next, days(day))
	}
	// Made on days 0, 7, 14 ... 70. That of day 21 was replaced on day 28, 42 days ago; that of day 14 on day 21, 49 days ago.
	if first := ring[0].Made; first != days(21).UnixMilli() || len(ring) != 8 {
		t.Errorf("%d keys, the oldest of day %d", len(ring), (first-start.UnixMilli())/86400000)
	}
	back, err := makeMailKey(id, ring.newest().Number, start)
	if err != nil || back.Number != ring.newest().Number+1 {
		t.Errorf("a clock that was put back makes key %d: %v", back.Number, err)
	}
}
