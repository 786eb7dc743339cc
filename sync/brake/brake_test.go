package brake_test

import (
	"fmt"
	"testing"
	"time"

	"lanyard/internal/identity"
	"lanyard/sync/brake"
	"lanyard/sync/index"
)

var (
	noon = time.Date(2026, 8, 21, 12, 0, 0, 0, time.UTC)
	anna = identity.PeerID{1}
	ben  = identity.PeerID{2}
)

// spell makes n changes, one after the other in steps of a time.
func spell(who identity.PeerID, what brake.What, from string, n int, at time.Time, step time.Duration) []brake.Change {
	var out []brake.Change
	for i := range n {
		c := brake.Change{Path: index.Path(fmt.Sprintf("%s/%05d", from, i)), What: what, Author: who, At: at.Add(time.Duration(i) * step)}
		c.Content[0], c.Content[1], c.Content[2] = byte(i), byte(i>>8), 1
		out = append(out, c)
	}
	return out
}

func happened(list []brake.Change) []brake.Change {
	for i := range list {
		list[i].Done = true
	}
	return list
}

func count(held []bool) (n int) {
	for _, h := range held {
		if h {
			n++
		}
	}
	return n
}

func TestJudge(t *testing.T) {
	t.Parallel()
	del, re := brake.Deleted, brake.Rewritten
	both := append(spell(anna, del, "a", 30, noon, 0), spell(ben, del, "b", 30, noon, 0)...)
	for _, c := range []struct {
		what        string
		past, fresh []brake.Change
		standing    int
		held        int
	}{
		{"everything of a large folder", nil, spell(anna, del, "a", 1000, noon, time.Millisecond), 1000, 1000},
		{"a third of it", nil, spell(anna, del, "a", 300, noon, 0), 1000, 300},
		{"less than a third", nil, spell(anna, del, "a", 299, noon, 0), 1000, 0},
		{"most of it, but few files", nil, spell(anna, del, "a", 49, noon, 0), 60, 0},
		{"fifty files of sixty", nil, spell(anna, del, "a", 50, noon, 0), 60, 50},
		{"all of ten", nil, spell(anna, del, "a", 10, noon, 0), 10, 10},
		{"all of nine is an everyday thing", nil, spell(anna, del, "a", 9, noon, 0), 9, 0},
		{"all but one of forty", nil, spell(anna, del, "a", 39, noon, 0), 40, 0},
		{"two people, each below", nil, both, 100, 0},
		{"a trickle over hours", nil, spell(anna, del, "a", 400, noon, time.Minute), 400, 0},
		{"the same within ten minutes", nil, spell(anna, del, "a", 400, noon, time.Second), 400, 400},
		{"a burst after a trickle", nil, append(spell(anna, del, "a", 100, noon, time.Hour), spell(anna, del, "b", 100, noon.Add(200*time.Hour), 0)...), 200, 100},
		{"the rest of what has begun", happened(spell(anna, del, "a", 40, noon, 0)), spell(anna, del, "b", 10, noon.Add(9*time.Minute), 0), 100, 10},
		{"the rest after ten minutes", happened(spell(anna, del, "a", 40, noon, 0)), spell(anna, del, "b", 10, noon.Add(11*time.Minute), 0), 100, 0},
		{"one more while a set is held", spell(anna, del, "a", 100, noon, 0), spell(anna, del, "b", 1, noon.Add(time.Minute), 0), 200, 1},
		{"one more, by somebody else", spell(anna, del, "a", 100, noon, 0), spell(ben, del, "b", 1, noon.Add(time.Minute), 0), 200, 0},
		{"one more, long after", spell(anna, del, "a", 100, noon, 0), spell(anna, del, "b", 1, noon.Add(time.Hour), 0), 200, 0},
		{"what is gone counted at the start", happened(spell(ben, del, "b", 100, noon, 0)), spell(anna, del, "a", 50, noon, 0), 67, 0},
		{"the clock jumps back a year", spell(anna, del, "a", 40, noon, 0), spell(anna, del, "b", 40, noon.AddDate(-1, 0, 0), 0), 100, 0},
		{"the clock jumps ahead a year", spell(anna, del, "a", 40, noon, 0), spell(anna, del, "b", 40, noon.AddDate(1, 0, 0), 0), 100, 0},
		{"rewriting a third", nil, spell(anna, re, "a", 300, noon, time.Second/2), 1000, 300},
		{"rewriting most of a small folder", nil, spell(anna, re, "a", 199, noon, 0), 200, 0},
		{"rewriting two hundred files of many", nil, spell(anna, re, "a", 200, noon, 0), 1000, 0},
		{"rewriting again what was rewritten", spell(anna, re, "a", 150, noon, 0), spell(anna, re, "a", 150, noon.Add(time.Minute), 0), 300, 0},
		{"rewriting and deleting count apart", spell(anna, re, "a", 150, noon, 0), spell(anna, del, "b", 49, noon, 0), 300, 0},
	} {
		if n := count(brake.Judge(c.past, c.fresh, c.standing)); n != c.held {
			t.Errorf("%s: %d are held, not %d", c.what, n, c.held)
		}
	}
}

func TestExcuse(t *testing.T) {
	t.Parallel()
	gone := spell(anna, brake.Deleted, "a", 3, noon, 0)
	gone[1].Content = gone[0].Content
	left := brake.Excuse(gone, map[index.Hash]int{gone[0].Content: 1})
	if len(left) != 2 || left[0].Path != gone[1].Path || left[1].Path != gone[2].Path {
		t.Errorf("of two files with one content one copy excuses one: left are %v", left)
	}
	written := spell(anna, brake.Rewritten, "a", 1, noon, 0)
	if left := brake.Excuse(written, map[index.Hash]int{written[0].Content: 9}); len(left) != 1 {
		t.Errorf("a copy of what was rewritten excuses it")
	}
}
