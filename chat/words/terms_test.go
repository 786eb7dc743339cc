package words

import (
	"slices"
	"testing"
	"unicode"

	"pgregory.net/rapid"
)

// TestFindsWhatWasTyped: who types the words of a text finds it, every place found lies in the text, in order and apart, and what is shown of it marks
// something.
func TestFindsWhatWasTyped(t *testing.T) {
	text := rapid.StringOfN(rapid.SampledFrom([]rune("abvAB éßÅ\u0301明日-_.+#＋1½ﬁ*()😀🏽\u200d\ufe0f♀⌚🇩İıสวัส\n")), 1, 48, -1)
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
	for r := rune(0); r <= unicode.MaxRune; r++ {
		checkKeys(t, string(r))
	}
	for _, text := range []string{"Ꭰꭰꮿᏼ", "A㆒b", "aໜ", "コトヿ"} {
		checkKeys(t, text)
	}
	rapid.Check(t, func(r *rapid.T) { checkKeys(r, rapid.String().Draw(r, "text")) })
}

func checkKeys(t interface{ Errorf(string, ...any) }, text string) {
	for _, w := range Of(text) {
		if again := Of(w.Key); len(w.Key) < maxWord-4 && (len(again) != 1 || again[0].Key != w.Key) {
			t.Errorf("%q: the key %q is %v when read again", text, w.Key, again)
		}
	}
}

// TestFoundByEmoji: an emoji is a word, whatever tints it or is joined to it; and the numbers of a version are found without the letter before.
func TestFoundByEmoji(t *testing.T) {
	for _, c := range []struct {
		typed, said, marked string
		found               bool
	}{
		{"🍕", "lunch 🍕 party", "🍕", true},
		{"🍕", "lunch🍕🍕party", "🍕", true},
		{"lunch 🍕", "🍕 for lunch", "🍕", true},
		{`"lunch 🍕"`, "🍕 for lunch", "", false},
		{"🍔", "lunch 🍕 party", "", false},
		{"👍", "👍🏽", "👍🏽", true},
		{"👍🏽", "👍", "👍", true},
		{"❤️", "❤", "❤", true},
		{"❤", "with ❤️", "❤️", true},
		{"🤦", "oh 🤦🏽‍♀️!", "🤦🏽‍♀️", true},
		{"🤦‍♀️", "oh 🤦🏽‍♀️!", "🤦🏽‍♀️", true},
		{"🇩🇪", "to 🇩🇪", "🇩🇪", true},
		{"🇩🇪", "to 🇫🇷", "", false},
		{"1.2", "v1.2.3", "v1.2", true},
		{"v1.2", "V1.2.3", "V1.2", true},
		{"v1", "v1.2.3", "v1", true},
		{"v", "v1", "v1", true},
		{"2.3", "v1.2.3", "2.3", true},
		{"v2", "v1.2.3", "", false},
		{"3", "mp3", "", false},
		{"20 °C", "20°C", "20", true},
	} {
		places, all := Read(c.typed).Find(c.said)
		if all != c.found {
			t.Errorf("%q in %q: %v", c.typed, c.said, all)
		}
		if len(places) == 0 || !all {
			continue
		}
		if marked := c.said[places[0].From:places[0].To]; marked != c.marked {
			t.Errorf("%q in %q is found at %q", c.typed, c.said, marked)
		}
	}
}

// TestFoundBySigns: + and # directly behind a word belong to it, in what is looked for; they need not be typed.
func TestFoundBySigns(t *testing.T) {
	for _, c := range []struct {
		typed, said, marked string
		found               bool
	}{
		{"c++", "C++ and C#", "C++", true},
		{"c#", "C++ and C#", "C#", true},
		{"c", "C++ and C#", "C", true},
		{"c++", "naïve café", "", false},
		{"c#", "naïve café", "", false},
		{"c++", "C and more", "", false},
		{"c+", "C++", "C++", true},
		{"c#", "C++", "", false},
		{"c++", "C+", "", false},
		{`"c+"`, "C++", "", false},
		{"c+ code", "C++ code", "", false},
		{"c++ co", "some code in C++, please", "code", true},
		{"c++11", "C++11 or C++17", "C++11", true},
		{"c++11", "C 11", "", false},
		{"Notepad++", "notepad++.", "notepad++", true},
		{"c++", "Ｃ＋＋", "Ｃ＋＋", true},
		{"c++,", "C++: hard", "C++", true},
		{"page#part", "https://office.example/page#part", "page#part", true},
		{"plan#", "plan", "", false},
		{"#general", "the general", "general", true},
		{"+49 30", "0049 49 30", "49", true},
		{"v1+", "v1+", "v1+", true},
		{"v+", "v1+", "", false},
		{"caf!", "Café", "Café", true},
	} {
		places, all := Read(c.typed).Find(c.said)
		if all != c.found {
			t.Errorf("%q in %q: %v", c.typed, c.said, all)
			continue
		}
		if !all {
			continue
		}
		if marked := c.said[places[0].From:places[0].To]; marked != c.marked {
			t.Errorf("%q in %q is found at %q", c.typed, c.said, marked)
		}
	}
}

// TestFoundInOtherForms: what is typed in one case or form is found in the other.
func TestFoundInOtherForms(t *testing.T) {
	for _, c := range []struct{ typed, said string }{
		{"ꭰꮿ", "ᎠᏯ"}, {"ᎠᏯ", "ꭰꮿ"}, {"ຫນ", "ໜ"}, {"ໜ", "ຫນ"}, {"一", "A㆒"}, {"より", "ゟ"},
	} {
		if places, all := Read(c.typed).Find(c.said); !all || len(places) == 0 {
			t.Errorf("%q is not found in %q", c.typed, c.said)
		}
	}
}
