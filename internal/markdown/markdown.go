// Package markdown reads the small part of Markdown that people write by hand in messages: bold, italic, struck out, code, code blocks, lists, quotes and links. It is for
// pages that Lanyard writes into files; the window reads the same part in JavaScript (internal/window/ui/markdown.js), and testdata/vectors.json holds both to the same reading.
//
//	words, inline := markdown.HTML(message.Text)
//
// HTML makes markup out of any text whatsoever: elements without attributes but for links, which lead by http or https to what they show or name, and everything else escaped.
// What is not taken for markup stays as it was written. Gist is what a text says, on one line and without its markup; WithoutCode is
// what somebody says in it, and not what they show as code.
//
// The package holds no state and may be called at once from anywhere. A hostile text costs no more than a long one: every search is bounded. It does not take away characters
// that turn or hide the text around them; who shows the result does that before. Left out are headings, tables, pictures, nesting of lists and HTML.
package markdown

import "unicode"

// kind is what a part of a text is.
type kind int

const (
	words kind = iota
	bold
	italic
	struck
	code
	link
	message // a link to another message
	plain   // from here on blocks: lines that belong together
	quote
	bullets
	numbers
	fenced
)

// part is words, or something with parts in it.
type part struct {
	kind  kind
	text  string // of words, code, a link; the ID of a message
	to    string // where a link leads
	host  string // of that, if the text is not the address
	parts []part
}

// block is a paragraph, a quote, a list or a block of code.
type block struct {
	kind  kind
	text  string   // of code
	start int      // of a numbered list
	items [][]part // of a list; else the first holds all
}

// A text is read as runes. A sign that stands for itself is carried through the reading as one beyond all that Unicode has.
const itself = unicode.MaxRune + 1

func literal(r rune) rune { return itself + r }

// asWritten is the text with each sign that stands for itself as that sign.
func asWritten(text []rune) string {
	out := make([]rune, len(text))
	for i, r := range text {
		if r >= itself {
			r -= itself
		}
		out[i] = r
	}
	return string(out)
}

// space tells whether a rune is white space for ECMAScript, in which the other reader is written.
func space(r rune) bool {
	return r == '\ufeff' || r != '\u0085' && unicode.IsSpace(r)
}

// letter tells whether emphasis cannot begin after or end before a rune, and a path may hold it.
func letter(r rune) bool {
	return r < itself && (unicode.IsLetter(r) || unicode.IsNumber(r))
}

// ascii tells whether a rune is of what \w stands for.
func ascii(r rune) bool {
	return r == '_' || r >= '0' && r <= '9' || r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z'
}

// at is the rune at a place, or 0 beyond the text's ends.
func at(text []rune, i int) rune {
	if i < 0 || i >= len(text) {
		return 0
	}
	return text[i]
}

// has tells whether a text goes on with these signs, in whatever case.
func has(text []rune, i int, signs string) bool {
	for _, want := range signs {
		r := at(text, i)
		if r >= 'A' && r <= 'Z' {
			r += 'a' - 'A'
		}
		if i >= len(text) || r != want {
			return false
		}
		i++
	}
	return true
}

// run returns where those runes end that are accepted, at most so many.
func run(text []rune, i, most int, accepted func(rune) bool) int {
	end := i
	for end < len(text) && end-i < most && accepted(text[end]) {
		end++
	}
	return end
}
