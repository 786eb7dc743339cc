package peer

import (
	"testing"

	"lanyard/internal/identity"
)

// TestToldApart: what tells people apart who have one name, or names that look alike, and only those.
func TestToldApart(t *testing.T) {
	person := func(n byte) identity.PersonID { return identity.PersonID{n} }
	called := func(n byte, display, host string, listed bool) bearer {
		return bearing(looksOf(bears{display, host, person(n)}), listed)
	}
	id := func(n byte) string { return person(n).Short() }
	for _, c := range []struct {
		what string
		all  []bearer
		want map[byte]string
	}{
		{"different names", []bearer{called(1, "Ben", "pc-1", true), called(2, "Dora", "pc-2", true)}, nil},
		{"one person at two computers", []bearer{called(1, "Ben", "pc-2", true), called(1, "Ben", "pc-1", true)}, nil},
		{"one name", []bearer{called(1, "Ben", "pc-1", true), called(2, "Ben", "pc-2", true)}, map[byte]string{1: "pc-1", 2: "pc-2"}},
		{"names that look alike", []bearer{called(1, "Ben", "pc-1", true), called(2, "Веn", "pc-2", true)}, map[byte]string{1: "pc-1", 2: "pc-2"}},
		{"one name, and the first of two computers", []bearer{called(1, "Ben", "pc-3", true), called(1, "Ben", "pc-1", true), called(2, "Ben", "pc-2", true)}, map[byte]string{1: "pc-1", 2: "pc-2"}},
		{"one name and one machine", []bearer{called(1, "Ben", "pc-1", true), called(2, "Ben", "PC 1", true)}, map[byte]string{1: id(1) + ", pc-1", 2: id(2) + ", PC 1"}},
		{"one name, of one of them without a machine", []bearer{called(1, "Ben", "pc-1", true), called(2, "Ben", "", true)}, map[byte]string{1: "pc-1", 2: id(2)}},
		{"a name that is another with the machine", []bearer{called(1, "Ben", "pc-1", true), called(2, "Ben (pc-1)", "pc-2", true)}, map[byte]string{1: "pc-1", 2: "pc-2"}},
		{"a machine with another's ID", []bearer{called(1, "Ben", "pc-1", true), called(2, "Ben", id(1)+", pc-1", true)}, map[byte]string{1: "pc-1", 2: id(2) + ", " + id(1) + ", pc-1"}},
		{"a machine that is another's ID", []bearer{called(1, "Ben", "", true), called(2, "Ben", id(1), true)}, map[byte]string{1: id(1), 2: id(2) + ", " + id(1)}},
		{"a name with another's ID", []bearer{called(1, "Ben", "pc", true), called(2, "Ben", "pc", true), called(3, "Ben ("+id(1)+", pc)", "pc-3", true)}, map[byte]string{1: id(1) + ", pc", 2: id(2) + ", pc", 3: "pc-3"}},
		{"a name with another's ID alone", []bearer{called(1, "Ben", "", false), called(2, "Ben "+id(1), "pc-2", true)}, map[byte]string{1: id(1)}},
		{"blocked", []bearer{called(1, "Ben", "pc-1", true), called(2, "Ben", "pc-2", false)}, map[byte]string{2: "pc-2"}},
		{"blocked, at a machine with another's ID", []bearer{called(1, "Ben", "pc-1", true), called(2, "Ben", id(1), false)}, map[byte]string{2: id(2) + ", " + id(1)}},
		{"blocked, at a machine with another's ID in its name", []bearer{called(1, "Ben", "pc-1", true), called(2, "Ben", "pc "+id(1), false)}, map[byte]string{2: id(2) + ", pc " + id(1)}},
		{"blocked, at a machine of another's name", []bearer{called(1, "Ben", "pc-1", true), called(2, "Ben", "PC 1", false)}, map[byte]string{2: id(2) + ", PC 1"}},
		{"blocked, at a machine of another's name, whose own looks like it", []bearer{called(1, "Ben", "pc-1", true), called(2, "Веn", "pc-1", false)}, map[byte]string{2: id(2) + ", pc-1"}},
		{"blocked, and called like another with the machine", []bearer{called(1, "Ben", "pc-1", true), called(2, "Ben (pc-1)", "pc-1", false)}, map[byte]string{2: id(2) + ", pc-1"}},
		{"a machine of somebody's name who is called otherwise", []bearer{called(1, "Ben", "pc-1", true), called(2, "Ben", "pc-2", false), called(3, "Dora", "pc-2", true)}, map[byte]string{2: "pc-2"}},
		{"never met", []bearer{called(1, "Ben", "pc-1", true), called(2, "Ben", "", false)}, map[byte]string{2: id(2)}},
		{"two never met", []bearer{called(1, "Ben", "", false), called(2, "Ben", "", false)}, map[byte]string{1: id(1), 2: id(2)}},
		{"two of four", []bearer{called(1, "Ben", "pc", true), called(2, "Eva", "pc", true), called(3, "Ben", "laptop", true), called(4, "Dora", "laptop", true)}, map[byte]string{1: "pc", 3: "laptop"}},
	} {
		got := toldApart(c.all)
		for n := byte(1); n <= 4; n++ {
			if got[person(n)] != c.want[n] {
				t.Errorf("%s: %d is told apart by %q, not %q", c.what, n, got[person(n)], c.want[n])
			}
		}
	}
}
