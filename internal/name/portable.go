package name

import (
	"fmt"
	"strings"
)

// CheckPortable returns nil when Windows, macOS and Linux can all store p; it takes for granted that CheckPath has passed. The error is a sentence for
// the person who can rename the file. Source: Microsoft, "Naming Files, Paths, and Namespaces".
func CheckPortable(p string) error {
	for e := range strings.SplitSeq(p, "/") {
		if why := unportable(e); why != "" {
			return fmt.Errorf("%s cannot be stored on Windows (%s): rename it", Quote(e), why)
		}
	}
	return nil
}

// Unportable says of the first element of p that Windows cannot store why that is, in few words ("it contains :"); "" when Windows can store them all.
func Unportable(p string) string {
	for e := range strings.SplitSeq(p, "/") {
		if why := unportable(e); why != "" {
			return why
		}
	}
	return ""
}

// unportable says why Windows cannot store the element, "" when it can.
func unportable(e string) string {
	if i := strings.IndexAny(e, `<>:"|?*\`); i >= 0 {
		return "it contains " + e[i:i+1]
	}
	if last := e[len(e)-min(1, len(e)):]; last == "." || last == " " {
		return "it ends with a dot or a space"
	}
	if device(e) {
		return "the name is reserved for a device"
	}
	for _, r := range e {
		if r < 0x20 {
			return "it contains a control character"
		}
	}
	return ""
}

// device tells DOS device names: the part before the first dot decides, spaces at its end do not count, and superscript digits are digits.
func device(e string) bool {
	stem, _, _ := strings.Cut(e, ".")
	stem = strings.ToUpper(strings.TrimRight(stem, " "))
	switch stem {
	case "CON", "PRN", "AUX", "NUL", "CONIN$", "CONOUT$":
		return true
	}
	for _, port := range []string{"COM", "LPT"} {
		if digit, ok := strings.CutPrefix(stem, port); ok && len([]rune(digit)) == 1 && strings.Contains("0123456789¹²³", digit) {
			return true
		}
	}
	return false
}

// portable replaces in an element what some system cannot store; the result passes CheckElement and CheckPortable when it is not empty and short.
func portable(e string) string {
	e = strings.Map(func(r rune) rune {
		switch {
		case control(r), bidi(r):
			return -1
		case strings.ContainsRune(`<>:"|?*\/`, r):
			return '_'
		}
		return r
	}, strings.ToValidUTF8(e, ""))
	return strings.TrimRight(Composed(e), ". ")
}
