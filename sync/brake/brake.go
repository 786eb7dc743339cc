// Package brake decides which changes of a shared folder are so large that a person is asked before they go on: mass deletion, an emptied folder, and
// mass rewriting, which is what programs do that encrypt files for ransom. It has no clock, disk or network: times come with the changes.
//
// # The rule
//
// The changes of one author within any ten minutes are held when they
//
//   - delete at least [Deletions] files and at least [Share] per cent of the files that stood at the beginning of that time, or
//   - delete all of them, being at least [Emptied], or
//   - give at least [Rewrites] files, and at least [Share] per cent, another content.
//
// Below that everything is applied, told, and comes back from the trash: who is asked too often answers without reading. A folder of fewer than ten
// files may therefore be emptied unasked: that is an everyday thing, and it is quickly put back.
//
// What counts is what was lost. A move is no deletion; nor is the deletion of a file whose content lies elsewhere in the share (see [Excuse]), or of one that is
// itself younger than the ten minutes (which the caller leaves out): who unpacks an archive in the wrong place may take it away again. New files count
// for nothing.
//
// Times are those of one clock for each author, their own: only the distance between two of them matters, so a wrong clock is as good as a right one, and
// what somebody did in three weeks of another's absence is no burst because it arrives at once. Where a clock jumps in the middle of a burst, its two parts
// are judged apart.
package brake

import (
	"cmp"
	"slices"
	"time"

	"lanyard/internal/identity"
	"lanyard/sync/index"
)

// Window is the time within which changes count together.
const Window = 10 * time.Minute

// The limits of the rule, in files and in per cent.
const (
	Deletions = 50
	Rewrites  = 200
	Share     = 30
	Emptied   = 10
)

// What says what happened to a file.
type What uint8

const (
	Deleted   What = 1
	Rewritten What = 2
)

// Change is one file that somebody deleted or gave another content.
type Change struct {
	Path    index.Path
	What    What
	Author  identity.PeerID // the machine, whose clock At is of
	At      time.Time
	Content index.Hash // before
	Done    bool       // it is true already: a deleted file is not among those that stand
}

// Judge returns for each of the fresh changes whether it is held. Past are those of before, done or held, of whatever age; standing is how many files there
// are now, not counting younger ones than Window, with the fresh and held ones among them.
func Judge(past, fresh []Change, standing int) []bool {
	held := make([]bool, len(fresh))
	for _, group := range grouped(fresh) {
		all := sameKind(past, fresh[group[0]])
		begin := len(all)
		for _, i := range group {
			all = append(all, fresh[i])
		}
		over := judge(all, standing+done(past))
		for k, i := range group {
			held[i] = over[begin+k]
		}
	}
	return held
}

// grouped returns the places of the changes of each author and kind.
func grouped(fresh []Change) [][]int {
	type key struct {
		author identity.PeerID
		what   What
	}
	at := map[key]int{}
	var groups [][]int
	for i, c := range fresh {
		k := key{c.Author, c.What}
		g, known := at[k]
		if !known {
			g = len(groups)
			at[k], groups = g, append(groups, nil)
		}
		groups[g] = append(groups[g], i)
	}
	return groups
}

// sameKind returns those changes that count together with one.
func sameKind(past []Change, one Change) []Change {
	var out []Change
	for _, c := range past {
		if c.Author == one.Author && c.What == one.What {
			out = append(out, c)
		}
	}
	return out
}

// done counts the files that are gone already.
func done(past []Change) (n int) {
	for _, c := range past {
		if c.Done && c.What == Deleted {
			n++
		}
	}
	return n
}

// judge returns for each change whether some time of the length of Window that holds it holds too many.
func judge(all []Change, files int) []bool {
	order := make([]int, len(all))
	for i := range order {
		order[i] = i
	}
	slices.SortStableFunc(order, func(a, b int) int { return all[a].At.Compare(all[b].At) })
	over := make([]bool, len(all))
	seen := map[index.Path]int{} // in the window that ends here
	first, marked := 0, 0
	for last, i := range order {
		seen[all[i].Path]++
		for all[i].At.Sub(all[order[first]].At) > Window {
			p := all[order[first]].Path
			if seen[p]--; seen[p] == 0 {
				delete(seen, p)
			}
			first++
		}
		if !tooMany(all[i].What, len(seen), files) {
			continue
		}
		for k := max(first, marked); k <= last; k++ {
			over[order[k]] = true
		}
		marked = last + 1
	}
	return over
}

// tooMany is the rule: n files of so many.
func tooMany(what What, n, files int) bool {
	part := n*100 >= files*Share
	switch what {
	case Deleted:
		return n >= Deletions && part || n >= Emptied && n >= files
	case Rewritten:
		return n >= Rewrites && part
	}
	return false
}

// Excuse leaves out deletions that lose nothing, since a file with that content still stands: each excuses one. elsewhere counts the files that hold a
// content and are not among the changes.
func Excuse(changes []Change, elsewhere map[index.Hash]int) []Change {
	used := map[index.Hash]int{}
	sorted := slices.SortedStableFunc(slices.Values(changes), func(a, b Change) int { return cmp.Compare(a.Path, b.Path) })
	return slices.DeleteFunc(sorted, func(c Change) bool {
		if c.What != Deleted || used[c.Content] >= elsewhere[c.Content] {
			return false
		}
		used[c.Content]++
		return true
	})
}
