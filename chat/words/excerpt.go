package words

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// Sizes of an excerpt in characters.
const (
	excerptBefore = 40 // before the first match
	excerptLength = 200
)

// Excerpt is the part of a text around what was found in it, on one line.
type Excerpt struct {
	Text    string
	Matches [][2]int // from and to of each, in characters (Unicode code points) of Text
}

// Excerpt shows where a text has the terms.
func (t Terms) Excerpt(text string) Excerpt {
	spans, _ := t.Find(text)
	from := 0
	if len(spans) > 0 {
		from = backwards(text, spans[0].From, excerptBefore)
	}
	to := forwards(text, from, excerptLength)
	var e Excerpt
	var b strings.Builder
	if from > 0 {
		b.WriteRune('…')
	}
	written := utf8.RuneCountInString(b.String())
	for i, r := range text[from:to] {
		at := from + i
		for len(spans) > 0 && spans[0].To <= at {
			spans = spans[1:]
		}
		if len(spans) > 0 && at >= spans[0].From {
			if n := len(e.Matches); n > 0 && e.Matches[n-1][1] == written && at > spans[0].From {
				e.Matches[n-1][1]++
			} else {
				e.Matches = append(e.Matches, [2]int{written, written + 1})
			}
		}
		if unicode.IsSpace(r) || unicode.IsControl(r) {
			r = ' '
		}
		b.WriteRune(r)
		written++
	}
	if to < len(text) {
		b.WriteRune('…')
	}
	e.Text = b.String()
	return e
}

// backwards returns where up to n characters before a place begin, at the beginning of a word if there is one.
func backwards(text string, at, n int) int {
	from := at
	for range n {
		_, size := utf8.DecodeLastRuneInString(text[:from])
		from -= size
	}
	if from == 0 {
		return 0
	}
	if i := strings.IndexFunc(text[from:at], unicode.IsSpace); i >= 0 {
		_, size := utf8.DecodeRuneInString(text[from+i:])
		return from + i + size
	}
	return from
}

// forwards returns where n characters after a place end.
func forwards(text string, at, n int) int {
	for i := range text[at:] {
		if n == 0 {
			return at + i
		}
		n--
	}
	return len(text)
}
