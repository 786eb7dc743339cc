// Package ignore decides what in a shared folder is not shared by its own rules: the lines of one file in its root, which is synced like any other, so that
// they are the same for all members. It has no disk: a text becomes [Rules], and these judge paths.
//
// # The rules
//
// They are written as those of git's .gitignore files. Each line is one:
//
//   - "*.log" names files and folders of any folder, "drafts/old" and "/plan.txt" count from the root of the share, for a slash at the beginning or in the middle
//     ties a line to it.
//   - A slash at the end names folders only.
//   - "*" stands for any characters but a slash, "?" for one, "[a-z]" and "[!a-z]" for one out of a range or not out of it, "**" as a whole element for
//     any number of folders.
//   - "!" takes back what a line before has named. The last line that names a path decides; but what lies in a folder that is left out stays out.
//   - "#" begins a comment; a backslash takes its meaning from the character behind it; spaces at the end do not count.
//
// Unlike git's they mean the same on every disk: capitals and small letters are one, and so are the forms in which a system stores an accent. Otherwise one
// machine would share what another leaves out. What git passes over in silence, a bracket without its end or a line that names nothing, is an error here.
//
// A text has at most [MaxSize] bytes, which bounds also what a path costs: each of its elements is compared with each byte of the rules at worst.
package ignore

import (
	"bytes"
	"errors"
	"fmt"
	"path"
	"strings"
	"unicode/utf8"

	"lanyard/internal/name"
)

// File is where the rules lie, in the root of the share. It is never left out itself.
const File = ".lanyardignore"

// MaxSize bounds the text of the rules.
const MaxSize = 16 << 10

// Rules judge paths. Nil are no rules. They never change.
type Rules struct{ list []rule }

// rule is one line.
type rule struct {
	back     bool      // it takes back
	folder   bool      // it names folders only
	anywhere bool      // it is one element that may lie in any folder
	elements []element // else these, from the root on
}

// element is one element of a path, or any number of them.
type element struct {
	any  bool
	glob string // as path.Match has it, folded
}

// ErrSize is what a text of more than MaxSize bytes is refused with.
var ErrSize = fmt.Errorf("they are larger than %d bytes", MaxSize)

// Parse reads rules. The error says in which line what is wrong.
func Parse(text []byte) (*Rules, error) {
	if len(text) > MaxSize {
		return nil, ErrSize
	}
	text = bytes.TrimPrefix(text, []byte("\uFEFF"))
	if !utf8.Valid(text) || bytes.IndexByte(text, 0) >= 0 {
		return nil, errors.New("they are no text")
	}
	r := &Rules{}
	number := 0
	for line := range strings.SplitSeq(string(text), "\n") {
		number++
		line = trimmed(strings.TrimSuffix(line, "\r"))
		if line == "" || line[0] == '#' {
			continue
		}
		one, err := parse(name.Fold(line))
		if err != nil {
			return nil, fmt.Errorf("line %d: %w", number, err)
		}
		r.list = append(r.list, one)
	}
	return r, nil
}

// trimmed is a line without the spaces at its end, but for one behind a backslash.
func trimmed(line string) string {
	short := strings.TrimRight(line, " ")
	if escapes := len(short) - len(strings.TrimRight(short, `\`)); escapes%2 == 1 && len(short) < len(line) {
		short += " "
	}
	return short
}

// What a line may be refused for.
var (
	errNothing = errors.New("it names nothing")
	errBracket = errors.New("a bracket has no end, or holds what cannot be")
	errEscape  = errors.New("a backslash at the end takes the meaning of nothing")
)

func parse(line string) (rule, error) {
	var r rule
	line, r.back = strings.CutPrefix(line, "!")
	line, r.folder = strings.CutSuffix(line, "/")
	line, rooted := strings.CutPrefix(line, "/")
	names := strings.Split(line, "/")
	r.anywhere = !rooted && len(names) == 1 && line != "**"
	for _, n := range names {
		if n == "" {
			return rule{}, errNothing
		}
		if n == "**" {
			if len(r.elements) == 0 || !r.elements[len(r.elements)-1].any {
				r.elements = append(r.elements, element{any: true})
			}
			continue
		}
		glob, err := translate(n)
		if err != nil {
			return rule{}, err
		}
		r.elements = append(r.elements, element{glob: glob})
	}
	if r.elements[len(r.elements)-1].any { // what lies in a folder, not the folder
		r.elements = append(r.elements, element{glob: "*"})
	}
	return r, nil
}

// Ignored reports whether the rules leave out a path, by itself or with a folder that it lies in. The path has slashes and no slash at its end.
func (r *Rules) Ignored(p string, folder bool) bool {
	if r == nil || len(r.list) == 0 || p == File {
		return false
	}
	names := strings.Split(name.Fold(p), "/")
	for n := range names {
		if r.decides(names[:n+1], folder || n+1 < len(names)) {
			return true
		}
	}
	return false
}

// Alone is Ignored for a path whose folder is known not to be left out.
func (r *Rules) Alone(p string, folder bool) bool {
	if r == nil || len(r.list) == 0 || p == File {
		return false
	}
	return r.decides(strings.Split(name.Fold(p), "/"), folder)
}

// None reports whether there are no rules.
func (r *Rules) None() bool { return r == nil || len(r.list) == 0 }

// decides asks the rules about one path, the last first.
func (r *Rules) decides(names []string, folder bool) bool {
	for i := len(r.list) - 1; i >= 0; i-- {
		if one := &r.list[i]; (folder || !one.folder) && one.matches(names) {
			return !one.back
		}
	}
	return false
}

func (r *rule) matches(names []string) bool {
	if r.anywhere {
		return r.elements[0].matches(names[len(names)-1])
	}
	at, behind := 0, -1 // of the elements: the next one, and the one behind the last that stands for any number
	from := 0           // of the names: where those behind that begin
	for i := 0; i < len(names); {
		switch {
		case at < len(r.elements) && r.elements[at].any:
			at++
			behind, from = at, i
		case at < len(r.elements) && r.elements[at].matches(names[i]):
			at++
			i++
		case behind >= 0:
			from++
			at, i = behind, from
		default:
			return false
		}
	}
	return at == len(r.elements)
}

func (e element) matches(n string) bool {
	ok, err := path.Match(e.glob, n)
	return ok && err == nil // Parse has tried it
}
