package words

import (
	"cmp"
	"slices"
	"strings"
	"unicode"
)

// Limits of what is looked for.
const (
	maxTerms      = 32
	maxSearchText = 4 << 10 // bytes
)

// Terms is what somebody looks for: all of them must be in a text.
type Terms []term

// term is one word, or several that follow each other.
type term struct {
	words  []string // keys
	prefix bool     // the last word may go on
}

// Read reads what was typed. Words in quotes, and those that nothing but signs divides, follow each other. The last word may be a beginning, as
// it may not be typed to its end, unless it stands in closed quotes.
func Read(text string) Terms {
	if len(text) > maxSearchText {
		text = strings.ToValidUTF8(text[:maxSearchText], "")
	}
	var all Terms
	open := false
	for i, quoted := range strings.Split(text, `"`) {
		open = i%2 == 0
		if !open {
			all = all.add(quoted)
			continue
		}
		for field := range strings.FieldsFuncSeq(quoted, unicode.IsSpace) {
			all = all.add(field)
		}
		open = strings.TrimSpace(quoted) != "" || i == 0
	}
	unclosed := strings.Count(text, `"`)%2 == 1
	if len(all) > 0 {
		all[len(all)-1].prefix = open || unclosed
	}
	return all
}

func (t Terms) add(text string) Terms {
	var one term
	for _, w := range Of(text) {
		one.words = append(one.words, w.Key)
	}
	if len(one.words) == 0 || len(t) == maxTerms {
		return t
	}
	return append(t, one)
}

// Expression is what SQLite's FTS5 is asked for. Keys are letters and digits only, so that nothing needs to be escaped.
func (t Terms) Expression() string {
	parts := make([]string, len(t))
	for i, one := range t {
		parts[i] = `"` + strings.Join(one.words, " ") + `"`
		if one.prefix {
			parts[i] += " *"
		}
	}
	return strings.Join(parts, " AND ")
}

// Span is a part of a text, in bytes.
type Span struct{ From, To int }

// Find finds every place of the terms in a text, in order and apart from each other; ok reports whether all terms are there.
func (t Terms) Find(text string) (found []Span, ok bool) {
	words := Of(text)
	ok = true
	for _, one := range t {
		before := len(found)
		for i := range words {
			if one.at(words[i:]) {
				found = append(found, Span{words[i].From, words[i+len(one.words)-1].To})
			}
		}
		ok = ok && len(found) > before
	}
	slices.SortFunc(found, func(a, b Span) int { return cmp.Or(a.From-b.From, a.To-b.To) })
	apart := found[:0]
	for _, s := range found {
		if n := len(apart); n > 0 && s.From < apart[n-1].To {
			apart[n-1].To = max(apart[n-1].To, s.To)
			continue
		}
		apart = append(apart, s)
	}
	return apart, ok
}

// at reports whether the term begins at the first of the words.
func (t term) at(words []Word) bool {
	if len(words) < len(t.words) {
		return false
	}
	last := len(t.words) - 1
	for i, key := range t.words {
		if words[i].Key != key && (i < last || !t.prefix || !strings.HasPrefix(words[i].Key, key)) {
			return false
		}
	}
	return true
}
