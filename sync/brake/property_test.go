package brake_test

import (
	"fmt"
	"slices"
	"testing"
	"time"

	"pgregory.net/rapid"

	"lanyard/internal/identity"
	"lanyard/sync/brake"
	"lanyard/sync/index"
)

// drawChanges draws changes of few authors over about an hour, of different files.
func drawChanges(t *rapid.T, what string) []brake.Change {
	var out []brake.Change
	n := rapid.IntRange(0, 400).Draw(t, what)
	spread := rapid.SampledFrom([]time.Duration{time.Minute, 10 * time.Minute, time.Hour}).Draw(t, "spread")
	for i := range n {
		at := time.Duration(rapid.Int64Range(0, int64(spread)).Draw(t, "at"))
		who := identity.PeerID{byte(rapid.IntRange(1, 2).Draw(t, "who"))}
		out = append(out, brake.Change{Path: index.Path(fmt.Sprint(what, i)), What: brake.What(rapid.IntRange(1, 2).Draw(t, "what")), Author: who, At: noon.Add(at)})
	}
	return out
}

// within counts how many of the author's changes of that kind lie in the ten minutes from a time on.
func within(all []brake.Change, one brake.Change, from time.Time) (n int) {
	for _, c := range all {
		if c.Author == one.Author && c.What == one.What && !c.At.Before(from) && c.At.Sub(from) <= brake.Window {
			n++
		}
	}
	return n
}

// begun counts for each change how many of its author and kind lie in the ten minutes that it begins.
func begun(all []brake.Change) []int {
	out := make([]int, len(all))
	for i, c := range all {
		out[i] = within(all, c, c.At)
	}
	return out
}

// worst is the largest number of changes in any ten minutes that hold this one; some change begins them.
func worst(all []brake.Change, begun []int, one brake.Change) (n int) {
	for i, c := range all {
		if c.Author == one.Author && c.What == one.What && !c.At.After(one.At) && one.At.Sub(c.At) <= brake.Window {
			n = max(n, begun[i])
		}
	}
	return n
}

// TestJudgeHolds: what is held is just what some ten minutes hold too much of, whatever the order in which it came.
func TestJudgeHolds(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		past, fresh := drawChanges(t, "past"), drawChanges(t, "fresh")
		standing := len(past) + len(fresh) + rapid.IntRange(0, 800).Draw(t, "others")
		held := brake.Judge(past, fresh, standing)
		all := slices.Concat(past, fresh)
		counts := begun(all)
		for i, c := range fresh {
			n := worst(all, counts, c)
			limit := brake.Deletions
			if c.What == brake.Rewritten {
				limit = brake.Rewrites
			}
			want := n >= limit && n*100 >= standing*brake.Share || c.What == brake.Deleted && n >= brake.Emptied && n >= standing
			if held[i] != want {
				t.Fatalf("%v with %d in ten minutes, of %d files: held %v", c, n, standing, held[i])
			}
		}
		backwards := slices.Clone(fresh)
		slices.Reverse(backwards)
		again := brake.Judge(past, backwards, standing)
		slices.Reverse(again)
		if !slices.Equal(held, again) {
			t.Fatal("the order in which changes come decides")
		}
	})
}

// TestExcuseProperty: no content excuses more deletions than there are files that hold it, and nothing is invented.
func TestExcuseProperty(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		changes := drawChanges(t, "gone")
		for i := range changes {
			changes[i].Content[0] = byte(rapid.IntRange(1, 5).Draw(t, "content"))
		}
		elsewhere := map[index.Hash]int{}
		for c := range byte(6) {
			elsewhere[index.Hash{c}] = rapid.IntRange(0, 30).Draw(t, "copies")
		}
		before, after := map[index.Hash]int{}, map[index.Hash]int{}
		for _, c := range changes {
			if c.What == brake.Deleted {
				before[c.Content]++
			}
		}
		for _, c := range brake.Excuse(changes, elsewhere) {
			if !slices.Contains(changes, c) {
				t.Fatalf("%v was made up", c)
			}
			if c.What == brake.Deleted {
				after[c.Content]++
			}
		}
		for c, n := range before {
			if want := max(n-elsewhere[c], 0); after[c] != want {
				t.Fatalf("of %d deletions with %d copies elsewhere %d count", n, elsewhere[c], after[c])
			}
		}
	})
}
