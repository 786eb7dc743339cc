// Package words tells by which words a text is found, and what somebody who types into a search box means.
//
// # Use
//
//	for _, w := range words.Of(text) { ... w.Key ... }   // what an index holds of a text
//	wanted := words.Read(typed)                          // what somebody looks for
//	wanted.Expression()                                  // the same as a question to SQLite's FTS5, over an index of keys
//	places, all := wanted.Find(text)                     // the same, asked of one text
//	wanted.Excerpt(text)                                 // the part of a text to show for it
//
// # Promises
//
// Agreement: an index of the keys that [Of] gives, asked by [Terms.Expression], has a text exactly when [Terms.Find] says that all terms are in it. Of terms with
// signs ([Terms.Signed]) it has more: what it finds for them is to be asked of the text.
//
// Bounds: at most 32 terms and 4 KiB of what was typed count, and 64 bytes of a word's key; nothing that is typed or written is an error.
//
// All of it is values and pure functions: nothing blocks, and everything may be called from any goroutine.
//
// # Left out
//
// Endings of words (who looks for "meeting" does not find "met"), misspellings, and the index itself: it is chat's.
package words

import (
	"strings"
	"unicode"

	"golang.org/x/text/unicode/norm"

	"lanyard/internal/name"
)

// maxWord is how many bytes of a folded word are looked at; of a longer one the beginning.
const maxWord = 64

// Word is one word of a text.
type Word struct {
	Key      string // under which it is found: without case and accents, at most 64 bytes
	From, To int    // where it stands in the text, in bytes
	signs    string // + and # directly behind it, of which an index of keys knows nothing
}

// Of splits a text into the words by which it is found: runs of letters, digits and their marks. In scripts that put no blanks between words each
// letter is a word of its own, and a word that is looked for becomes a phrase of letters. An emoji is a word, too; one that is joined of several is a phrase.
func Of(text string) []Word {
	var words []Word
	from, single := -1, false // where the open word began, and whether it is a letter by itself
	drawn := 0                // to where an emoji goes
	end := func(to int) {
		if from >= 0 {
			keys := apart(foldWord(text[from:to]))
			for _, key := range keys {
				words = append(words, Word{Key: key, From: from, To: to})
			}
			if len(keys) > 0 {
				words[len(words)-1].signs = behind(text[to:])
			}
		}
		from = -1
	}
	for i, r := range text {
		switch {
		case i < drawn || unicode.IsMark(r): // belongs to what is before
		case pictured(r):
			end(i)
			var all []Word
			all, drawn = emoji(text, i)
			words = append(words, all...)
		case !unicode.IsLetter(r) && !unicode.IsNumber(r):
			end(i)
		case from < 0:
			from, single = i, unbroken(r)
		case single || unbroken(r):
			end(i)
			from, single = i, unbroken(r)
		}
	}
	end(len(text))
	return words
}

// unbroken reports whether a letter belongs to a script without blanks between words. The first of them in Unicode is Thai.
func unbroken(r rune) bool {
	return r >= 0x0e00 && unicode.In(r, unicode.Han, unicode.Hiragana, unicode.Katakana, unicode.Thai, unicode.Lao, unicode.Khmer, unicode.Myanmar)
}

// apart splits a folded word once more: folding takes some letters of scripts without blanks apart, and signs that contain one. And the v before the number of
// a version is a word, so that 1.2 finds v1.2.3.
func apart(key string) (keys []string) {
	from, single := 0, false
	for i, r := range key {
		if i > from && (single || unbroken(r)) {
			keys, from = numbered(keys, key[from:i]), i
		}
		single = unbroken(r)
	}
	if from < len(key) {
		keys = numbered(keys, key[from:])
	}
	return keys
}

// numbered adds a key, as two if it is the number of a version.
func numbered(keys []string, key string) []string {
	if len(key) > 1 && key[0] == 'v' && '0' <= key[1] && key[1] <= '9' {
		return append(keys, key[:1], key[1:])
	}
	return append(keys, key)
}

// foldWord makes the key of a word: without case, accents and compatibility forms. Letters that Unicode does not take apart but people type without
// their stroke are folded too.
func foldWord(text string) string {
	plain := true
	for i := range len(text) {
		plain = plain && text[i] < 0x80
	}
	if plain {
		text = strings.ToLower(text)
	} else {
		text = strings.Map(func(r rune) rune {
			if !unicode.IsLetter(r) && !unicode.IsNumber(r) {
				return -1
			}
			return r
		}, unstroke.Replace(name.FoldCase(norm.NFKD.String(text))))
		text = norm.NFC.String(text)
	}
	if len(text) > maxWord {
		text = strings.ToValidUTF8(text[:maxWord], "")
	}
	return text
}

// unstroke is safe for concurrent use and never changes.
var unstroke = strings.NewReplacer("ø", "o", "ł", "l", "đ", "d", "ħ", "h", "ı", "i", "æ", "ae", "œ", "oe")
