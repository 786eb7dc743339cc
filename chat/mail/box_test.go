package mail

import (
	"slices"
	"testing"

	"pgregory.net/rapid"

	"lanyard/internal/identity"
)

// boxOf makes kept mail of persons, oldest first.
func boxOf(mail ...Boxed) []Boxed {
	for i := range mail {
		mail[i].Key = int64(i + 1)
	}
	return mail
}

func TestMakeRoom(t *testing.T) {
	of := func(person byte, size int) Boxed { return Boxed{Person: identity.PersonID{person}, Size: size} }
	times := func(n int, m Boxed) []Boxed { return slices.Repeat([]Boxed{m}, n) }
	var crowd []Boxed // sixteen who have all that one may have
	for n := range byte(16) {
		crowd = append(crowd, times(8, of(n+1, 1<<20))...)
	}
	var full []Boxed // eighteen with 7 MiB each, and one with 2
	for n := range byte(18) {
		full = append(full, times(7, of(n+1, 1<<20))...)
	}
	full = append(full, times(2, of(99, 1<<20))...)
	for _, test := range []struct {
		name   string
		all    []Boxed
		fresh  Boxed
		answer Answer
		drop   []int64
	}{
		{"an empty box", nil, of(1, 1<<20), Kept, nil},
		{"as much as one may have", times(7, of(1, 1<<20)), of(1, 1<<20), Kept, nil},
		{"a byte more", times(7, of(1, 1<<20)), of(1, 1<<20+1), TooMuch, nil},
		{"too many pieces of one", times(MaxOfPerson, of(1, 1)), of(1, 1), TooMuch, nil},
		{"another one does not suffer for it", times(MaxOfPerson, of(1, 1)), of(2, 1), Kept, nil},
		{"the oldest of who has most gives way to who has least", crowd, of(99, 10), Kept, []int64{1}},
		{"the last that fits", crowd[:len(crowd)-1], of(16, 1<<20), Kept, nil},
		{"who would have most is refused in a full box", full, of(1, 1<<20), Full, nil},
		{"who has less is not", full, of(99, 1<<20), Kept, []int64{1}},
		{"of two who have most the lower ID", append(crowd[8:len(crowd):len(crowd)], times(8, of(50, 1<<20-1))...), of(99, 9), Kept, []int64{1}},
	} {
		t.Run(test.name, func(t *testing.T) {
			answer, drop := MakeRoom(boxOf(slices.Clone(test.all)...), test.fresh)
			var got []int64
			for _, one := range drop {
				got = append(got, one.Key)
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
		var all []Boxed
		for i := range rapid.IntRange(0, 400).Draw(t, "pieces") {
			all = append(all, Boxed{Key: int64(i + 1), Person: identity.PersonID{byte(rapid.IntRange(1, 30).Draw(t, "person"))}, Size: rapid.IntRange(1, maxSealed).Draw(t, "size")})
		}
		fresh := Boxed{Person: identity.PersonID{byte(rapid.IntRange(1, 31).Draw(t, "depositor"))}, Size: rapid.IntRange(1, maxSealed).Draw(t, "fresh")}
		answer, drop := MakeRoom(all, fresh)
		if answer != Kept {
			if len(drop) > 0 {
				t.Fatal("something gave way to what was refused")
			}
			return
		}
		kept := slices.DeleteFunc(slices.Clone(all), func(m Boxed) bool {
			return slices.ContainsFunc(drop, func(gone Boxed) bool { return gone.Key == m.Key })
		})
		total, his := fresh.Size, fresh.Size
		has := map[identity.PersonID]int{}
		for _, m := range all {
			has[m.Person] += m.Size
		}
		for _, m := range kept {
			total += m.Size
			if m.Person == fresh.Person {
				his += m.Size
			}
		}
		if his > maxBytesOfPerson || len(drop) > 0 && total > maxBytes {
			t.Fatalf("%d bytes of one, %d of all", his, total)
		}
		for _, gone := range drop {
			if has[gone.Person] < his {
				t.Fatalf("mail of somebody with %d bytes gave way to somebody with %d", has[gone.Person], his)
			}
		}
	})
}
