package words

import (
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"
)

// joiner makes one emoji of two.
const joiner = '\u200d'

// pictured reports whether a rune is an emoji by itself. It is lenient: which symbols are drawn as one is a matter of fonts, and new ones come every year.
// A symbol that folding makes letters of is none, nor are those that stand in texts beside words, such as ° and ©.
func pictured(r rune) bool {
	switch {
	case r < 0x2300 || tints(r):
		return false
	case 0x1F000 <= r && r <= 0x1FAFF:
		return !unicode.In(r, unicode.L, unicode.N) && whole(r)
	case r <= 0x23FF, 0x25A0 <= r && r <= 0x27BF, 0x2B00 <= r && r <= 0x2BFF:
		return unicode.Is(unicode.So, r) && whole(r)
	}
	return false
}

// whole reports whether folding leaves a rune as it is.
func whole(r rune) bool { return norm.NFKD.String(string(r)) == string(r) }

// tints reports whether a rune gives the emoji before it a colour of skin.
func tints(r rune) bool { return 0x1F3FB <= r && r <= 0x1F3FF }

// emoji returns the words of the emoji that begins at from, of which each stands where the whole of it does, and where it ends.
func emoji(text string, from int) (words []Word, to int) {
	joined := true // what comes next belongs to it
	for to = from; to < len(text); {
		r, size := utf8.DecodeRuneInString(text[to:])
		switch {
		case joined && pictured(r):
			words, joined = append(words, Word{Key: string(r)}), false
		case r == joiner:
			joined = true
		case unicode.IsMark(r) || tints(r):
		default:
			return placed(words, from, to), to
		}
		to += size
	}
	return placed(words, from, to), to
}

func placed(words []Word, from, to int) []Word {
	for i := range words {
		words[i].From, words[i].To = from, to
	}
	return words
}
