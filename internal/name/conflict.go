package name

import (
	"encoding/base32"
	"fmt"
	"path"
	"strings"
	"unicode/utf8"
)

const (
	maxAuthor = 60 // bytes of an author's name within a conflict copy's name
	maxWhen   = 32 // bytes of the time within it
)

// Conflict names the copy that keeps the losing version of p, e.g. "Reports/Budget (conflict, Ben, 2026-08-21 14.03.22 k7f3).xlsx". Author and when
// are the texts stored in that version and hash its content's, so that every member makes the same name. The directory stays as it is; the element
// passes CheckElement and CheckPortable whatever the arguments are.
func Conflict(p, author, when string, hash []byte) string {
	code := strings.ToLower(base32.StdEncoding.EncodeToString(append(hash[:min(len(hash), 3):min(len(hash), 3)], 0, 0, 0)))[:4]
	who := strings.TrimSpace(cut(portable(strings.TrimSpace(author)), maxAuthor))
	if who == "" {
		who = "unknown"
	}
	at := strings.TrimSpace(cut(portable(strings.ReplaceAll(when, ":", ".")), maxWhen))
	if at != "" {
		at += " "
	}
	return beside(p, fmt.Sprintf(" (conflict, %s, %s%s)", who, at, code))
}

// Restored names what comes back from the trash to an occupied p: "Budget (restored 2026-08-21 14.03).xlsx", from the second try on with n behind the
// time. The directory stays as it is.
func Restored(p, when string, n int) string {
	at := strings.TrimSpace(cut(portable(strings.ReplaceAll(when, ":", ".")), maxWhen))
	if n > 1 {
		at = fmt.Sprintf("%s %d", at, n)
	}
	return beside(p, fmt.Sprintf(" (restored %s)", strings.TrimSpace(at)))
}

// Authored names what stays beside p when both contents of a conflict are kept: "Budget (Ben).xlsx", from the second try on "Budget (Ben 2).xlsx". The
// directory stays as it is.
func Authored(p, author string, n int) string {
	who := strings.TrimSpace(cut(portable(strings.TrimSpace(author)), maxAuthor))
	if who == "" {
		who = "unknown"
	}
	if n > 1 {
		who = fmt.Sprintf("%s %d", who, n)
	}
	return beside(p, fmt.Sprintf(" (%s)", who))
}

// OnlyHere names what somebody who may only read has changed, and what is kept on their machine alone, e.g.
// "Budget (only here 2026-08-21 14.03.22).xlsx". The directory stays as it is.
func OnlyHere(p, when string) string {
	return beside(p, fmt.Sprintf(" (only here %s)", strings.TrimSpace(cut(portable(strings.ReplaceAll(when, ":", ".")), maxWhen))))
}

// Numbered returns p itself for n < 2, else "Budget (2).xlsx".
func Numbered(p string, n int) string {
	if n < 2 {
		return p
	}
	return beside(p, fmt.Sprintf(" (%d)", n))
}

// beside puts suffix between the stem and the extension of p's last element, which it makes portable and shortens from the stem's end.
func beside(p, suffix string) string {
	dir, element := path.Split(p)
	stem, extension := split(portable(element))
	if device(stem + suffix) {
		stem = "_" + stem
	}
	stem = cut(stem, MaxElement-len(suffix)-len(extension))
	return dir + Composed(strings.TrimRight(stem, " ")+suffix+extension)
}

// maxExtension bounds what counts as an extension; what is longer is part of the name.
const maxExtension = 20

// split parts an element before its extension, which keeps a preceding ".tar". A leading dot begins no extension.
func split(e string) (stem, extension string) {
	i := strings.LastIndexByte(e, '.')
	if i <= 0 || len(e)-i > maxExtension || strings.ContainsRune(e[i:], ' ') {
		return e, ""
	}
	if inner := strings.TrimSuffix(e[:i], ".tar"); inner != "" && inner != e[:i] {
		i = len(inner)
	}
	if r, _ := utf8.DecodeRuneInString(e[i+1:]); r == utf8.RuneError {
		return e, ""
	}
	return e[:i], e[i:]
}
