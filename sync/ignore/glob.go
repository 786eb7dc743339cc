package ignore

import (
	"path"
	"strings"
	"unicode/utf8"
)

// translate makes of one element what path.Match understands: it has no classes by name, and wants a backslash before what brackets hold.
func translate(glob string) (string, error) {
	var out strings.Builder
	for i := 0; i < len(glob); i++ {
		switch glob[i] {
		case '\\':
			if i+1 == len(glob) {
				return "", errEscape
			}
			out.WriteString(glob[i : i+2])
			i++
		case '[':
			end, err := bracket(&out, glob[i:])
			if err != nil {
				return "", err
			}
			i += end
		default:
			out.WriteByte(glob[i])
		}
	}
	if _, err := path.Match(out.String(), ""); err != nil {
		return "", errBracket
	}
	return out.String(), nil
}

// classes are those that have a name, as ranges of folded characters.
var classes = map[string]string{
	"alnum": "a-z0-9", "alpha": "a-z", "blank": "\\ \\\t", "graph": "!-~", "print": " -~", "digit": "0-9", "lower": "a-z", "upper": "a-z", "punct": "!-\\/:-@\\[-`{-~", "space": "\\ \\\t", "xdigit": "0-9a-f",
}

// bracket writes the bracket with which glob begins, and returns where it ends.
func bracket(out *strings.Builder, glob string) (end int, err error) {
	out.WriteByte('[')
	i := 1
	if i < len(glob) && (glob[i] == '!' || glob[i] == '^') {
		out.WriteByte('^')
		i++
	}
	first := i
	for i < len(glob) && (glob[i] != ']' || i == first) {
		if class, found := strings.CutPrefix(glob[i:], "[:"); found {
			class, _, closed := strings.Cut(class, ":]")
			ranges, known := classes[class]
			if !closed || !known {
				return 0, errBracket
			}
			out.WriteString(ranges)
			i += len(class) + 4
			continue
		}
		n, err := member(out, glob[i:])
		if err != nil {
			return 0, err
		}
		i += n
		if i+1 < len(glob) && glob[i] == '-' && glob[i+1] != ']' {
			out.WriteByte('-')
			if n, err = member(out, glob[i+1:]); err != nil {
				return 0, err
			}
			i += 1 + n
		}
	}
	if i >= len(glob) {
		return 0, errBracket
	}
	out.WriteByte(']')
	return i, nil
}

// member writes one character of a bracket and returns its length.
func member(out *strings.Builder, glob string) (int, error) {
	escaped := strings.TrimPrefix(glob, `\`)
	if escaped == "" {
		return 0, errBracket
	}
	_, size := utf8.DecodeRuneInString(escaped)
	out.WriteByte('\\')
	out.WriteString(escaped[:size])
	return len(glob) - len(escaped) + size, nil
}
