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
		q := Composed(cases.Fold().String(norm.NFD.String(p)))
		if q == p {
			break
		}
		p = q
	}
	return p
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
