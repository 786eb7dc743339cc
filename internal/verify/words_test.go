package verify

import (
	"bytes"
	"strings"
	"testing"

	"lanyard/internal/wire"
)

// TestList: there is a word for each byte, and no two are easily taken for one another.
func TestList(t *testing.T) {
	all := strings.Fields(list)
	if len(all) != 256 || strings.Join(all, "\n")+"\n" != list {
		t.Fatalf("%d words", len(all))
	}
	for i, a := range all {
		if len(a) < 4 || len(a) > 9 || strings.ToLower(a) != a {
			t.Errorf("%q is too short, too long or not in small letters", a)
		}
		for _, b := range all[:i] {
			if a[:4] == b[:4] || distance(a, b) < 3 {
				t.Errorf("%s and %s are too much alike", a, b)
			}
		}
	}
}

// distance is how many letters have to be changed, put in or left out (Levenshtein).
func distance(a, b string) int {
	row := make([]int, len(b)+1)
	for j := range row {
		row[j] = j
	}
	for i := range len(a) {
		left, corner := i+1, row[0]
		row[0] = left
		for j := range len(b) {
			change := corner
			if a[i] != b[j] {
				change++
			}
			corner = row[j+1]
			left = min(left+1, corner+1, change)
			row[j+1] = left
		}
	}
	return row[len(b)]
}

// TestWordsOf: the words are those of the protocol, for ever, and every part of what they come from changes them.
func TestWordsOf(t *testing.T) {
	bound := bytes.Repeat([]byte{1}, 32)
	first := wordsOf(bound, value{2}, value{3}, value{4}, value{5})
	if got := strings.Join(first.Words[:], " "); got != golden || first.Digits != goldenDigits {
		t.Errorf("%s, %s", got, first.Digits)
	}
	for _, other := range []Words{
		wordsOf(bytes.Repeat([]byte{9}, 32), value{2}, value{3}, value{4}, value{5}), wordsOf(bound, value{9}, value{3}, value{4}, value{5}), wordsOf(bound, value{2}, value{9}, value{4}, value{5}),
		wordsOf(bound, value{2}, value{3}, value{9}, value{5}), wordsOf(bound, value{2}, value{3}, value{4}, value{9}),
	} {
		if other == first {
			t.Errorf("the same words of something else: %v", other)
		}
	}
}

// golden was computed apart, by the page.
const golden, goldenDigits = "kayak village sponge mitten", "19785 20206"

// FuzzDecode: whatever a colleague sends is refused or of a known step.
func FuzzDecode(f *testing.F) {
	f.Add(encode(stepBegin, make([]byte, 32)))
	f.Add(endBody(endDifferent))
	f.Add(endBody(200))
	f.Add(encode(9, nil))
	f.Add([]byte{0xa0})
	f.Fuzz(func(t *testing.T, b []byte) {
		step, v, err := decode(b)
		if (err == nil) != (step >= stepBegin && step <= stepEnd) || err != nil && v != (value{}) {
			t.Errorf("step %d: %v", step, err)
		}
		var again checkBody
		if err == nil && wire.Unmarshal(b, &again) != nil {
			t.Error("decoded twice differently")
		}
	})
}
