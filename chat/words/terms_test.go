package words

import (
	"slices"
	"testing"

	"pgregory.net/rapid"
)

// TestFindsWhatWasTyped: who types the words of a text finds it, every place found lies in the text, in order and apart, and what is shown of it marks
// something.
func TestFindsWhatWasTyped(t *testing.T) {
	text := rapid.StringOfN(rapid.SampledFrom([]rune("abAB éßÅ\u0301明日-_.1½ﬁ*()😀İıสวัส\n")), 1, 48, -1)
	rapid.Check(t, func(r *rapid.T) {
		said := text.Draw(r, "text")
		if len(Of(said)) == 0 || len(Of(said)) > maxTerms {
			return
		}
		wanted := Read(said)
		places, all := wanted.Find(said)
		if !all || len(places) == 0 {
			r.Fatalf("%q does not find itself: %v", said, places)
		}
		at := 0
		for _, p := range places {
			if p.From < at || p.To <= p.From || p.To > len(said) {
				r.Fatalf("%q: places %v", said, places)
			}
			at = p.To
		}
		e := wanted.Excerpt(said)
		if len(e.Matches) == 0 || !slices.IsSortedFunc(e.Matches, func(a, b [2]int) int { return a[0] - b[1] }) {
			r.Fatalf("%q is shown as %q with %v marked", said, e.Text, e.Matches)
		}
	})
}

// TestKeysAreKeys: the words of a key are that key, so that what is taken from an index can be looked for.
func TestKeysAreKeys(t *testing.T) {
	rapid.Check(t, func(r *rapid.T) {
		for _, w := range Of(rapid.String().Draw(r, "text")) {
			if again := Of(w.Key); len(w.Key) < maxWord-4 && (len(again) != 1 || again[0].Key != w.Key) {
				r.Fatalf("the key %q is %v when read again", w.Key, again)
			}
		}
	})
}
