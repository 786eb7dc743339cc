package index

import (
	"slices"
	"strings"
	"testing"

	"lanyard/internal/vector"
)

// logOf makes the log of a machine known by one letter.
func logOf(letter byte) vector.Log {
	var l vector.Log
	l.Peer[0], l.ID[0] = letter, letter
	return l
}

// dot reads "b3": the third version of machine b.
func dot(s string) Dot { return Dot{Log: logOf(s[0]), Number: uint64(s[1] - '0')} }

// ctx reads "a2 b1".
func ctx(s string) Context {
	var c Context
	for _, f := range strings.Fields(s) {
		c = c.With(dot(f))
	}
	return c
}

// content makes the hash of a content known by one letter.
func content(letter byte) Hash { return Hash{letter} }

const day = 1_787_320_202_000 // 2026-08-21 13:50:02 UTC

// file reads "b3 of a2: Y from X at 7": dot, context, content, base, Lamport number; dir and gone likewise without content.
func file(d, seen string, c, base byte, lamport uint64) Version {
	v := version(d, seen, File, lamport)
	v.Content, v.Size = content(c), 10
	if base != 0 {
		v.Base = content(base)
	}
	return v
}

func version(d, seen string, k Kind, lamport uint64) Version {
	return Version{
		Dot: dot(d), Path: "Budget.xlsx", Kind: k, Context: ctx(seen), Lamport: lamport,
		Author: strings.ToUpper(d[:1]), Time: day, Zone: 120, Chain: vector.Hash{d[0], d[1]},
	}
}

func dir(d, seen string, lamport uint64) Version  { return version(d, seen, Dir, lamport) }
func gone(d, seen string, lamport uint64) Version { return version(d, seen, Tombstone, lamport) }

func collapse(d, seen string, c byte, lamport uint64) Version {
	v := file(d, seen, c, c, lamport)
	v.Ends = true
	return v
}

func deletion(d, seen string, base byte, lamport uint64) Version {
	v := gone(d, seen, lamport)
	v.Base = content(base)
	return v
}

func merged(t *testing.T, vs ...Version) Heads {
	t.Helper()
	var hs Heads
	for _, v := range vs {
		hs, _ = hs.Merge(v)
	}
	return hs
}

func TestLook(t *testing.T) {
	cases := []struct {
		what      string
		heads     []Version
		children  bool
		kind      Kind
		visible   string // dot, "" for none
		conflicts string // dots
		seen      string
		kept      bool
	}{
		{what: "an unknown path is nothing"},
		{what: "one version is visible", heads: []Version{file("a1", "", 'X', 0, 1)}, kind: File, visible: "a1", seen: "a1"},
		{what: "a later version takes the place of the one it has seen", heads: []Version{file("a1", "", 'X', 0, 1), file("b1", "a1", 'Y', 'X', 2)},
			kind: File, visible: "b1", seen: "a1 b1"},
		{what: "a lower Lamport number wins nothing against what it has seen: clocks do not matter",
			heads: []Version{file("a1", "", 'X', 0, 9), file("b1", "a1", 'Y', 'X', 2)}, kind: File, visible: "b1", seen: "a1 b1"},
		{what: "two people put in the same content: no conflict", heads: []Version{file("a1", "", 'X', 0, 1), file("b1", "", 'X', 0, 1)},
			kind: File, visible: "b1", seen: "a1 b1"},
		{what: "two contents at once: the higher Lamport number stays", heads: []Version{file("a1", "", 'X', 0, 2), file("b1", "", 'Y', 0, 1)},
			kind: File, visible: "a1", conflicts: "b1", seen: "a1"},
		{what: "equal Lamport numbers: the larger dot stays", heads: []Version{file("a1", "", 'X', 0, 1), file("b1", "", 'Y', 0, 1)},
			kind: File, visible: "b1", conflicts: "a1", seen: "b1"},
		{what: "an edit made from exactly a rival's bytes absorbs it", heads: []Version{file("a1", "", 'X', 0, 5), file("b1", "", 'Y', 'X', 1)},
			kind: File, visible: "b1", seen: "a1 b1"},
		{what: "absorbing goes through several steps", heads: []Version{file("a1", "", 'X', 0, 5), file("b1", "", 'Y', 'X', 1), file("c1", "", 'Z', 'Y', 1)},
			kind: File, visible: "c1", seen: "a1 b1 c1"},
		{what: "contents that absorb each other in a circle all stay", heads: []Version{file("a1", "", 'X', 'Y', 1), file("b1", "", 'Y', 'X', 2)},
			kind: File, visible: "b1", conflicts: "a1", seen: "b1"},
		{what: "a deletion that has seen the file removes it", heads: []Version{file("a1", "", 'X', 0, 1), gone("b1", "a1", 2)},
			kind: Tombstone, visible: "b1", seen: "a1 b1"},
		{what: "a change beats a deletion at the same time, whatever the Lamport numbers", heads: []Version{gone("a2", "a1", 9), file("b1", "a1", 'Y', 'X', 2)},
			kind: File, visible: "b1", seen: "a2 b1", kept: true},
		{what: "a tombstone absorbs nothing: somebody else put in the same file", heads: []Version{file("a1", "", 'X', 0, 1), gone("b2", "b1", 2)},
			kind: File, visible: "a1", seen: "a1 b2", kept: true},
		{what: "two deletions are one", heads: []Version{gone("a2", "a1", 2), gone("b1", "a1", 2)}, kind: Tombstone, visible: "b1", seen: "a2 b1"},
		{what: "a directory keeps the name against a file", heads: []Version{dir("a1", "", 1), file("b1", "", 'Y', 0, 2)},
			kind: Dir, visible: "a1", conflicts: "b1", seen: "a1"},
		{what: "two directories are one", heads: []Version{dir("a1", "", 1), dir("b1", "", 1)}, kind: Dir, visible: "b1", seen: "a1 b1"},
		{what: "live children keep a deleted directory", heads: []Version{gone("a2", "a1", 2)}, children: true, kind: Dir, seen: "a2"},
		{what: "live children make a directory of a file", heads: []Version{file("a1", "", 'X', 0, 1)}, children: true, kind: Dir, conflicts: "a1"},
		{what: "three contents: two conflicts", heads: []Version{file("a1", "", 'X', 0, 3), file("b1", "", 'Y', 0, 1), file("c1", "", 'Z', 0, 2)},
			kind: File, visible: "a1", conflicts: "b1 c1", seen: "a1"},
		{what: "what was found at first contact loses", heads: []Version{file("a1", "", 'X', 0, 1), file("b1", "", 'Y', 0, 0)},
			kind: File, visible: "a1", conflicts: "b1", seen: "a1"},
		{what: "a collapse ends the conflict", heads: []Version{file("a1", "", 'X', 0, 2), file("b1", "", 'Y', 0, 1), file("b3", "a1 b1", 'X', 'X', 3)},
			kind: File, visible: "b3", seen: "a1 b3"},
		{what: "an edit of the winner made beside the collapse absorbs it",
			heads: []Version{file("b3", "a1 b1", 'X', 'X', 3), file("a2", "a1", 'Z', 'X', 3)}, kind: File, visible: "a2", seen: "a2 b3"},
		{what: "a collapse made beside a deletion of the winner does not bring it back",
			heads: []Version{collapse("b3", "a1 b1", 'X', 3), deletion("a2", "a1", 'X', 2)}, kind: Tombstone, visible: "a2", seen: "a2 b3"},
		{what: "but a change does, also beside a collapse",
			heads: []Version{collapse("b3", "a1 b1", 'X', 3), deletion("a2", "a1", 'X', 2), file("c1", "a1", 'Z', 'X', 2)}, kind: File, visible: "c1",
			seen: "a2 b3 c1", kept: true},
		{what: "a deletion of something else overrules no collapse",
			heads: []Version{collapse("b3", "a1 b1", 'X', 3), deletion("a2", "a1", 'W', 2)}, kind: File, visible: "b3", seen: "a2 b3", kept: true},
	}
	for _, c := range cases {
		t.Run(c.what, func(t *testing.T) {
			for _, vs := range permutations(c.heads) {
				v := Look("Budget.xlsx", merged(t, vs...), c.children)
				if v.Kind != c.kind || c.visible != "" && v.Head.Dot != dot(c.visible) || c.visible == "" && v.Head.Dot != (Dot{}) {
					t.Fatalf("visible is %v %v, want %v %q", v.Kind, v.Head.Dot, c.kind, c.visible)
				}
				var lost Context
				for _, l := range v.Conflicts {
					lost = lost.With(l.Version.Dot)
				}
				if !lost.Equal(ctx(c.conflicts)) {
					t.Fatalf("conflicts are %v, want %s", lost, c.conflicts)
				}
				if !v.Seen.Equal(ctx(c.seen)) {
					t.Fatalf("seen is %v, want %s", v.Seen, c.seen)
				}
				if (v.Kept != nil) != c.kept {
					t.Fatalf("kept is %v", v.Kept)
				}
			}
		})
	}
}

func permutations(vs []Version) [][]Version {
	if len(vs) < 2 {
		return [][]Version{vs}
	}
	var out [][]Version
	for i := range vs {
		rest := slices.Delete(slices.Clone(vs), i, i+1)
		for _, p := range permutations(rest) {
			out = append(out, append([]Version{vs[i]}, p...))
		}
	}
	return out
}

func TestMerge(t *testing.T) {
	x, y := file("a1", "", 'X', 0, 1), file("b1", "a1", 'Y', 'X', 2)
	forged := file("a1", "", 'Z', 0, 1)
	forged.Chain[5] = 1
	cases := []struct {
		what    string
		before  []Version
		arrives Version
		outcome Outcome
		heads   int
	}{
		{"the first version", nil, x, Added, 1},
		{"the same version again", []Version{x}, x, Present, 1},
		{"what a head has seen", []Version{y}, x, Covered, 1},
		{"what has seen the head", []Version{x}, y, Added, 1},
		{"another record with the same dot: both contents stay", []Version{x}, forged, Breach, 2},
	}
	for _, c := range cases {
		t.Run(c.what, func(t *testing.T) {
			hs, outcome := merged(t, c.before...).Merge(c.arrives)
			if outcome != c.outcome || len(hs) != c.heads {
				t.Fatalf("%v with %d heads, want %v with %d", outcome, len(hs), c.outcome, c.heads)
			}
		})
	}
}

func TestCopyPath(t *testing.T) {
	v := file("b1", "", 'Y', 0, 1)
	v.Author = "Ben"
	p := v.CopyPath()
	if !strings.HasPrefix(string(p), "Budget (conflict, Ben, 2026-08-21 15.50.02 ") || !strings.HasSuffix(string(p), ".xlsx") {
		t.Fatalf("the copy path is %q", p)
	}
	if _, err := ParsePath(string(p)); err != nil {
		t.Fatal(err)
	}
	other := v
	other.Dot, other.Chain = dot("c4"), vector.Hash{9}
	if other.CopyPath() != p {
		t.Fatal("the copy path depends on more than author, time and content")
	}
}

// TestCollapseKeepsRank: who ends a conflict has not seen a third content that wins against both, and so does not win against it.
func TestCollapseKeepsRank(t *testing.T) {
	write := func(who, what byte, rank uint64) Version {
		pen := Pen{Log: logOf(who), Lamport: rank - 1, Author: string(rune(who))}
		v, _, err := pen.Write(Version{Path: "a", Kind: File, Size: 1, Content: content(what)}, day, false)
		if err != nil {
			t.Fatal(err)
		}
		return v
	}
	lower, upper, third := write('a', 'A', 1), write('b', 'B', 2), write('c', 'C', 3)
	hs, _ := Heads{}.Merge(lower)
	hs, _ = hs.Merge(upper)
	view := Look("a", hs, false)
	pen := Pen{Log: logOf('d'), Lamport: 9, Author: "D"}
	end, _, err := pen.Write(Collapse(view, view.Conflicts[0]), day, false)
	if err != nil {
		t.Fatal(err)
	}
	hs, _ = hs.Merge(end)
	hs, _ = hs.Merge(third)
	if view = Look("a", hs, false); view.Head.Content != third.Content || len(view.Conflicts) != 1 || view.Conflicts[0].Copy != upper.CopyPath() {
		t.Errorf("%s by %s stands there, with the conflicts %v", view.Head.Content.bytes(), view.Head.Author, view.Conflicts)
	}
}
