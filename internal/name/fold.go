package name

import (
	"strings"

	"golang.org/x/text/cases"
	"golang.org/x/text/unicode/norm"
)

// Fold returns the key under which names meet that differ only in case or in Unicode form: full case folding between normalisations, as in the
// Unicode Standard, section 3.13, "canonical caseless matching", but kept in NFC. It is blinder than any one file system (NTFS keeps "ß" and "ss"
// apart): two names with different keys never collide on any disk. It works on paths as on elements and is idempotent.
func Fold(p string) string {
	if ascii(p) {
		return strings.ToLower(p)
	}
	for range foldRounds {
		q := Composed(FoldCase(norm.NFD.String(p)))
		if q == p {
			break
		}
		p = q
	}
	return p
}

// FoldCase makes one of what differs only in case: full case folding by Unicode's CaseFolding.txt. That folds Cherokee to its capitals, as its small letters
// came later; package cases changes each of its two cases into the other instead.
func FoldCase(s string) string { return strings.Map(foldCherokee, cases.Fold().String(s)) }

// foldCherokee returns the capital of a small Cherokee letter, and any other letter as it is.
func foldCherokee(r rune) rune {
	switch {
	case r >= 0xab70 && r <= 0xabbf:
		return r - 0xab70 + 0x13a0
	case r >= 0x13f8 && r <= 0x13fd:
		return r - 8
	}
	return r
}

// foldRounds: folding after composing may uncover one more step (Greek iota subscript); no string needs more than two rounds and the last one, which
// finds nothing to do.
const foldRounds = 4

// Same tells whether a name that somebody typed is the known one: any case, any Unicode form, spaces around it ignored.
func Same(a, b string) bool {
	return Fold(strings.TrimSpace(a)) == Fold(strings.TrimSpace(b))
}

// Composed returns s in NFC, the form that CheckElement asks for.
func Composed(s string) string { return norm.NFC.String(s) }
