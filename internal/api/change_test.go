package api_test

import (
	"fmt"
	"testing"

	"lanyard/internal/api"
)

// TestMissedInWords: who came later into a room with closed history is told at its top that more was said.
func TestMissedInWords(t *testing.T) {
	const want = "Anna made this room. What was said while you were no member is not shown to you."
	c := api.MemberChange{What: "made", Missed: true}
	if said := c.Sentence(api.Author{Name: "Anna"}, func(name string) string { return name }); said != want {
		t.Errorf("%q, want %q", said, want)
	}
}

// TestGroupChangeInWords: the line of a group says who is in it from then on, many by their number, and that it is gone.
func TestGroupChangeInWords(t *testing.T) {
	for size, want := range map[int]string{
		0: `Anna took the group “Board” away`,
		1: `Anna set the group “Board” to P1`,
		2: `Anna set the group “Board” to P1 and P2`,
		6: `Anna set the group “Board” to P1, P2, P3, P4, P5 and P6`,
		7: `Anna set the group “Board” to P1, P2, P3, P4, P5 and 2 others`,
	} {
		c := api.MemberChange{What: "grouped", Name: "Board", Size: size}
		for i := range min(size, api.MaxInChange) {
			c.In = append(c.In, api.Author{Name: fmt.Sprint("P", i+1)})
		}
		if said := c.Sentence(api.Author{Name: "Anna"}, func(name string) string { return name }); said != want {
			t.Errorf("with %d in it: %q, want %q", size, said, want)
		}
	}
}
