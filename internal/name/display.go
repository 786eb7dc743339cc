package name

import (
	"errors"
	"fmt"
	"strings"
	"unicode"
)

// Limits of a display name after cleaning.
const (
	MaxDisplay      = 40  // graphemes, counted as characters with their marks
	MaxDisplayBytes = 160 // bytes
	maxMarks        = 4   // combining marks on one character; more only serve to draw over other lines
)

// ErrNoName is what Display returns for a name without any letter or digit.
var ErrNoName = errors.New("a name needs at least one letter or digit")

// ErrLongName is what Typed returns for a name that Display would cut.
var ErrLongName = fmt.Errorf("a name has at most %d characters: choose a shorter one", MaxDisplay)

// Display cleans what somebody calls a person, room or share: NFC, single spaces, none at the ends, without control, bidi, invisible and private-use
// characters and without symbols that look like a mark of approval; cut to 40 graphemes and 160 bytes. ErrNoName when nothing to read remains. It is
// idempotent.
func Display(s string) (string, error) {
	s = firstGraphemes(squeeze(s), MaxDisplay, MaxDisplayBytes)
	if strings.IndexFunc(s, func(r rune) bool { return unicode.IsLetter(r) || unicode.IsDigit(r) }) < 0 {
		return "", ErrNoName
	}
	return s, nil
}

// IsDisplay reports whether a name keeps the rules of Display as it is.
func IsDisplay(s string) bool {
	clean, err := Display(s)
	return err == nil && clean == s
}

// Typed is Display for a name that a person gives here and now: one that would be cut is refused with ErrLongName, so that they know.
func Typed(s string) (string, error) {
	clean, err := Display(s)
	if err == nil && clean != squeeze(s) {
		return "", ErrLongName
	}
	return clean, err
}

// squeeze drops and replaces characters, then composes.
func squeeze(s string) string {
	var b strings.Builder
	marks, space := 0, true
	for _, r := range strings.ToValidUTF8(s, "") {
		switch {
		case unicode.IsSpace(r) || unicode.Is(unicode.Zs, r):
			if !space {
				b.WriteByte(' ')
			}
			space, marks = true, maxMarks // a mark alone on a space is drawn on its neighbour
			continue
		case control(r), invisible(r), approving(r), unicode.In(r, unicode.Co, unicode.Cs), !unicode.IsGraphic(r):
			continue
		case unicode.IsMark(r):
			if marks++; marks > maxMarks || space {
				continue
			}
		default:
			marks = 0
		}
		b.WriteRune(r)
		space = false
	}
	return strings.TrimRight(Composed(b.String()), " ")
}

// approving tells check marks, which beside a name would claim that Lanyard has verified it.
func approving(r rune) bool {
	switch r {
	case 0x2611, 0x2705, 0x2713, 0x2714, 0x221A, 0x1F5F8, 0x1F5F9, 0x1FBB1, 0x237B, 0x10102:
		return true
	}
	return false
}

// firstGraphemes cuts s before the character that would pass one of the limits, never between a character and its marks.
func firstGraphemes(s string, graphemes, bytes int) string {
	count, start := 0, 0
	for i, r := range s {
		if !unicode.IsMark(r) {
			if count++; count > graphemes {
				return strings.TrimRight(s[:i], " ")
			}
			start = i
		}
		if i+len(string(r)) > bytes {
			return strings.TrimRight(s[:start], " ")
		}
	}
	return s
}

// reserved are the skeletons of names that would speak for Lanyard or for the reader.
var reserved = func() map[string]bool {
	m := map[string]bool{}
	for _, word := range []string{"Lanyard", "System", "You", "Me", "Verified", "Admin", "Administrator", "Everyone", "All", "Office"} {
		m[Skeleton(word)] = true
	}
	return m
}()

// Reserved tells names that a person may not bear since they would be read as Lanyard's or the reader's own ("You", "System"), look-alikes included.
func Reserved(s string) bool { return reserved[Skeleton(s)] }
