package name

import (
	"errors"
	"fmt"
	"strings"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"
)

// Limits of a path. They leave room below what file systems hold (255 bytes, 4096 bytes) for the names that Conflict makes and for the trash.
const (
	MaxElement = 240  // bytes of one element
	MaxPath    = 4096 // bytes of a path
	MaxLevels  = 64   // elements of a path
)

// ErrDecomposed is of names that are not in NFC: most come from Macs, which store a letter and its accent as two characters. They look the same.
var ErrDecomposed = errors.New("a name is stored as Macs store names and must be typed anew")

// refusal is why an element is refused, and which one.
type refusal struct {
	why, shown string
	is         error
}

func (r *refusal) Error() string { return r.why + ": " + r.shown }
func (r *refusal) Unwrap() error { return r.is }

// Why says why a path or element was refused, given what a check returned: its error without the element, for a sentence that begins with that.
func Why(err error) string {
	if r := new(refusal); errors.As(err, &r) {
		return r.why
	}
	return err.Error()
}

// ErrDrive is of a path such as "a:b.txt": a letter and a colon are a drive on Windows.
var ErrDrive = errors.New("the path begins with a drive")

// Hidden is the element that Lanyard keeps for itself below every root, in any case.
const Hidden = ".lanyard"

// CheckPath returns nil when p may be taken from another machine: relative, 1 to 64 elements of 1 to 240 bytes separated by '/', at most 4096 bytes,
// UTF-8 in NFC, without ".", "..", backslash, drive, control or bidi characters, and no element that is, or that some system takes for, ".lanyard".
// The error is one phrase that names the offending element, quoted for printing.
func CheckPath(p string) error {
	switch {
	case p == "":
		return errors.New("the path is empty")
	case len(p) > MaxPath:
		return fmt.Errorf("the path is longer than %d bytes", MaxPath)
	case p[0] == '/':
		return errors.New("the path is absolute")
	case len(p) >= 2 && p[1] == ':' && asciiLetter(p[0]):
		return ErrDrive
	case strings.Count(p, "/") >= MaxLevels:
		return fmt.Errorf("the path has more than %d levels", MaxLevels)
	}
	for e := range strings.SplitSeq(p, "/") {
		if err := CheckElement(e); err != nil {
			return err
		}
	}
	return nil
}

// CheckOffered returns nil when e may be the name of something that is offered to others: CheckPath, of a single element.
func CheckOffered(e string) error {
	if err := CheckElement(e); err != nil {
		return err
	}
	return CheckPath(e)
}

// CheckElement is CheckPath for what stands between two slashes; that a path begins with a drive is for CheckPath alone to see.
func CheckElement(e string) error {
	switch {
	case e == "":
		return errors.New("the path has an empty element")
	case e == "." || e == "..":
		return fmt.Errorf("the path has the element %q", e)
	case len(e) > MaxElement:
		return &refusal{why: fmt.Sprintf("a name is longer than %d bytes", MaxElement), shown: Quote(cut(e, 40)) + " ..."}
	case common(e):
		return nil
	case !utf8.ValidString(e):
		return &refusal{why: "a name is not valid UTF-8", shown: Quote(e)}
	}
	for _, r := range e {
		switch {
		case r == '/' || r == '\\':
			return &refusal{why: "a name has a slash or backslash", shown: Quote(e)}
		case control(r):
			return &refusal{why: "a name has a control character", shown: Quote(e)}
		case bidi(r):
			return &refusal{why: "a name has a character that turns the text around", shown: Quote(e)}
		}
	}
	if !norm.NFC.IsNormalString(e) {
		return &refusal{why: ErrDecomposed.Error(), shown: Quote(e), is: ErrDecomposed}
	}
	if hidden(e) {
		return &refusal{why: "a name is kept for Lanyard itself", shown: Quote(e)}
	}
	return nil
}

// common reports that a name has only characters that are never refused and cannot reach the hidden folder: what nearly all names are.
func common(e string) bool {
	for i := range len(e) {
		if c := e[i]; c < ' ' || c > '}' || c == '/' || c == '\\' || c == ':' {
			return false
		}
	}
	return len(e) < len(Hidden) || !strings.EqualFold(e[:len(Hidden)], Hidden)
}

// hidden tells names that reach the hidden folder on some system: HFS+ skips invisible characters in names, Windows drops trailing dots and spaces and
// opens files by their 8.3 alias (LANYAR~1, or two letters, four hex digits, ~ and a digit once the plain aliases are used up).
func hidden(e string) bool {
	f := e
	if !ascii(e) {
		f = strings.Map(func(r rune) rune {
			if invisible(r) {
				return -1
			}
			return r
		}, e)
	}
	f = strings.TrimRight(Fold(f), ". ")
	if stream := strings.IndexByte(f, ':'); stream > 0 {
		f = f[:stream]
	}
	if f == Hidden {
		return true
	}
	stem, number, found := strings.Cut(f, "~")
	if !found || number == "" || strings.Trim(number, "0123456789") != "" {
		return false
	}
	return stem == "lanyar" || strings.HasPrefix("lanyar", stem) && len(stem) > 1 ||
		len(stem) == 6 && stem[:2] == "la" && strings.Trim(stem[2:], "0123456789abcdef") == ""
}

func asciiLetter(c byte) bool { return 'a' <= c && c <= 'z' || 'A' <= c && c <= 'Z' }

func ascii(s string) bool {
	for i := range len(s) {
		if s[i] >= utf8.RuneSelf {
			return false
		}
	}
	return true
}

// cut shortens s to at most n bytes without splitting a character.
func cut(s string, n int) string {
	if len(s) <= n {
		return s
	}
	for n > 0 && !utf8.RuneStart(s[n]) {
		n--
	}
	return s[:n]
}
