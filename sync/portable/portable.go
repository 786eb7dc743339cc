// Package portable decides which files of a shared folder somebody's machine cannot have, or not as they are, by what its root can hold: the names, the sizes,
// and whether it tells "a" from "A". It has no disk, clock or network; what a machine can hold it tells the others itself.
//
// # The rule
//
// A file is refused by a root that cannot store it: its name breaks the rules of Windows, one of its names is too long, or it is too large. It is then not
// there, and whoever wrote it is told. It goes to everybody else, and nobody's machine renames it: a name is what people call a thing.
//
// A file is odd on a root that stores it and shows it otherwise: under another name, since the disk does not tell it from another one (a twin), or so deep
// that many programs cannot open it. Its author is told that, too.
//
// Of a root that told nothing nothing is said: the zero [Root] holds everything that a share can have.
package portable

import (
	"fmt"
	"path"
	"strings"
	"unicode/utf16"

	"lanyard/internal/name"
)

// Root is what the root of a share holds on one machine. A limit of 0 is none.
type Root struct {
	Windows   bool  // no names but those that Windows allows
	CaseBlind bool  // "a" and "A" are one name
	Element   int   // bytes of one name at most
	File      int64 // bytes of one file at most
	Path      int   // UTF-16 units of a path, from the root on, that many programs there open at most
}

// Any reports whether a root holds everything as it is.
func (r Root) Any() bool { return r == Root{} }

// Check returns an error when a root cannot be as it says.
func (r Root) Check() error {
	if r.Element < 0 || r.Element > 1<<20 || r.File < 0 || r.Path < 0 || r.Path > 1<<20 {
		return fmt.Errorf("a root with names of %d bytes, files of %d and paths of %d", r.Element, r.File, r.Path)
	}
	return nil
}

// Why says what is wrong with a file on a root.
type Why uint8

// The reasons. Name, Long and Large are refused; Deep and Twin are only odd.
const (
	Fits  Why = iota
	Name      // it breaks the rules of Windows
	Long      // one of its names is too long
	Large     // there is too much in it
	Deep      // its path is longer than many programs open
	Twin      // it differs from another one in capital letters alone
)

// Refused reports whether the file cannot be there at all.
func (w Why) Refused() bool { return w == Name || w == Long || w == Large }

// Verdict is what is wrong with a file, and how that is said: Text goes behind a colon, and is the same for all files of which the same is wrong.
type Verdict struct {
	Why  Why
	Text string
}

// Judge says whether a root holds a file, or a folder (size 0). It takes for granted that the path may be shared. Twins are not a file's own doing: see Twins.
func (r Root) Judge(p string, size int64) Verdict {
	if r.Windows {
		if what := name.Unportable(p); what != "" {
			return Verdict{Name, fmt.Sprintf("Windows cannot store such a name (%s)", what)}
		}
	}
	if r.Element > 0 && longest(p) > r.Element {
		return Verdict{Long, fmt.Sprintf("the disk stores no name of more than %d bytes", r.Element)}
	}
	if r.File > 0 && size > r.File {
		return Verdict{Large, "the disk stores no file of more than " + about(r.File)}
	}
	if r.Path > 0 && units(p) > r.Path {
		return Verdict{Deep, "its whole path is longer than many programs there can open"}
	}
	return Verdict{}
}

// Remedy says what to do about it, to who may rename the file.
func (w Why) Remedy() string {
	switch w {
	case Name:
		return "Give it another name."
	case Long:
		return "Give it a shorter name."
	case Large:
		return "Cut it in parts, or share the folder there on another disk."
	case Deep:
		return "Shorten its name, or move it further up."
	case Twin:
		return "Rename one of the two."
	}
	return ""
}

// longest is how many bytes the longest element of a path has.
func longest(p string) (n int) {
	for e := range strings.SplitSeq(p, "/") {
		n = max(n, len(e))
	}
	return n
}

// units is how long Windows takes a text to be.
func units(p string) (n int) {
	for _, r := range p {
		n += utf16.RuneLen(r)
	}
	return n
}

// about is a size as people say it.
func about(n int64) string {
	const kilo = 1 << 10
	unit, words := int64(1), []string{"bytes", "KiB", "MiB", "GiB", "TiB"}
	i := 0
	for i+1 < len(words) && (n+1)/unit >= kilo {
		unit, i = unit*kilo, i+1
	}
	return fmt.Sprintf("%d %s", (n+unit/2)/unit, words[i])
}

// Place is where twins meet: two paths of one Place are one name on a disk that is blind to case. Only the last element is folded, since folders that differ in
// case are twins themselves.
func Place(p string) string {
	dir, base := path.Split(p)
	return dir + name.Fold(base)
}
