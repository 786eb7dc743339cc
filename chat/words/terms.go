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
	words  []Word // their keys and signs count, not where they were typed
	prefix bool   // the last word may go on, or the signs behind it
}

// Read reads what was typed. Words in quotes, and those that nothing but signs divides, follow each other. The last word may be a beginning, as
// it may not be typed to its end, unless it stands in closed quotes. A + or # directly behind a word belongs to it.
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
	one := term{words: Of(text)}
	if len(one.words) == 0 || len(t) == maxTerms {
		return t
	}
	return append(t, one)
}

// Signed reports whether signs are looked for, too, which an index of keys does not know.
func (t Terms) Signed() bool {
	return slices.ContainsFunc(t, func(one term) bool {
		return slices.ContainsFunc(one.words, func(w Word) bool { return w.signs != "" })
	})
}

// Expression is what SQLite's FTS5 is asked for. Keys are letters and digits only, so that nothing needs to be escaped.
func (t Terms) Expression() string {
	parts := make([]string, len(t))
	for i, one := range t {
		keys := make([]string, len(one.words))
		for k, w := range one.words {
			keys[k] = w.Key
		}
		parts[i] = `"` + strings.Join(keys, " ") + `"`
		if one.prefix && one.last().signs == "" {
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
				found = append(found, one.span(words[i:]))
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
	for i, w := range t.words {
		if !w.is(words[i], t.prefix && i == last) {
			return false
		}
	}
	return true
}

// is reports whether a word that is looked for is one of a text, or maybe the beginning of one. Signs that were not typed do not count; those that were end the word.
func (w Word) is(said Word, begins bool) bool {
	if w.signs == "" {
		return said.Key == w.Key || begins && strings.HasPrefix(said.Key, w.Key)
	}
	wanted, has := narrow.Replace(w.signs), narrow.Replace(said.signs)
	return said.Key == w.Key && (has == wanted || begins && strings.HasPrefix(has, wanted))
}

func (t term) last() Word { return t.words[len(t.words)-1] }

// span is where the term stands that begins at the first of the words, with its signs.
func (t term) span(words []Word) Span {
	last := words[len(t.words)-1]
	if t.last().signs == "" {
		return Span{words[0].From, last.To}
	}
	return Span{words[0].From, last.To + len(last.signs)}
}
