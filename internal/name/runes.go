package name

import (
	"strings"
	"unicode"
)

// bidi holds the characters that change the direction of the text around them (Unicode Bidi_Control).
func bidi(r rune) bool {
	return r == 0x061C || r == 0x200E || r == 0x200F || 0x202A <= r && r <= 0x202E || 0x2066 <= r && r <= 0x2069
}

// control tells C0, DEL, C1 and the two separators that break lines in some programs.
func control(r rune) bool {
	return unicode.IsControl(r) || r == 0x2028 || r == 0x2029
}

// invisible tells characters that print nothing and so let two different names look equal: format characters, variation selectors, and the letters
// and symbols that are drawn blank (Unicode Default_Ignorable_Code_Point and the Braille blank).
func invisible(r rune) bool {
	switch {
	case r < 0x80:
		return false
	case unicode.Is(unicode.Cf, r), unicode.Is(unicode.Other_Default_Ignorable_Code_Point, r), unicode.Is(unicode.Variation_Selector, r):
		return true
	}
	return r == 0x2800 || r == 0x034F || r == 0x17B4 || r == 0x17B5 || r == 0xFFFC
}

// Blank reports whether nothing of a text would be seen: it is empty, or only white space, control and invisible characters.
func Blank(text string) bool {
	return !strings.ContainsFunc(text, func(r rune) bool { return !unicode.IsSpace(r) && !control(r) && !invisible(r) })
}
