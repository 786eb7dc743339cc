package name

import (
	"fmt"
	"strings"
	"unicode"
	"unicode/utf8"
)

// Quote makes visible what would act on a terminal or hide in a log: control characters and escapes as \n, \t or \x1b, bidi, invisible, private-use
// and unassigned characters as \u202e, bytes that are no UTF-8 as \xff. All other Unicode stays, backslashes too, and so do the joiners within an
// emoji. The result is one line, is idempotent under Quote, and is for reading, not for decoding.
func Quote(s string) string {
	if plain(s) {
		return s
	}
	var b strings.Builder
	var before rune
	for i, r := range s {
		switch {
		case r == utf8.RuneError && !strings.HasPrefix(s[i:], "\uFFFD"):
			fmt.Fprintf(&b, `\x%02x`, s[i])
			r = 0
		case r == '\n':
			b.WriteString(`\n`)
		case r == '\r':
			b.WriteString(`\r`)
		case r == '\t':
			b.WriteString(`\t`)
		case r < 0x20 || r == 0x7F:
			fmt.Fprintf(&b, `\x%02x`, r)
		case visible(r) || (r == 0xFE0F || r == 0x200D) && (unicode.Is(unicode.So, before) || before == 0xFE0F || unicode.Is(unicode.Sk, before)) || r == 0xFE0F && isKey(before) && strings.HasPrefix(s[i:], "\uFE0F\u20E3"):
			b.WriteRune(r)
		case r > 0xFFFF:
			fmt.Fprintf(&b, `\U%08x`, r)
		default:
			fmt.Fprintf(&b, `\u%04x`, r)
		}
		before = r
	}
	return b.String()
}

// isKey tells what keycaps are made of: a digit, # or *, U+FE0F and U+20E3 (UTS #51).
func isKey(r rune) bool { return '0' <= r && r <= '9' || r == '#' || r == '*' }

// visible tells characters that print something or are an ordinary space.
func visible(r rune) bool {
	return (unicode.IsGraphic(r) || r == utf8.RuneError) && !control(r) && !bidi(r) && !invisible(r)
}

func plain(s string) bool {
	for i := range len(s) {
		if s[i] < 0x20 || s[i] >= 0x7F {
			return false
		}
	}
	return true
}

// briefBytes is how much Brief shows.
const briefBytes = 80

// Brief is Quote for what somebody typed as a name or ID, which may be anything: of what is longer than any of them, its beginning.
func Brief(s string) string {
	if len(s) <= briefBytes {
		return Quote(s)
	}
	return Quote(cut(s, briefBytes)) + "…"
}
