package markdown

import (
	"slices"
	"strings"
)

const signs = "*_~`[]"

// escaped is the text with what a backslash stands before taken for itself. In code, in an address and in a path a backslash is one.
func escaped(text []rune) []rune {
	if !slices.Contains(text, '\\') {
		return text
	}
	out := make([]rune, 0, len(text))
	for i := 0; i < len(text); {
		end, as := escape(text, i)
		if end == 0 {
			end, as = i+1, text[i:i+1]
		}
		out, i = append(out, as...), end
	}
	return out
}

// escape returns where that ends which is taken as a whole at a place, 0 if nothing is; and what stands for it.
func escape(text []rune, i int) (end int, as []rune) {
	if text[i] == '`' {
		if to := run(text, i+1, longestCode, inCode); to > i+1 && at(text, to) == '`' {
			return to + 1, text[i : to+1]
		}
	}
	if to := addressed(text, i); to > 0 {
		return to, text[i:to]
	}
	if to := path(text, i); to > 0 {
		as = slices.Clone(text[i:to])
		for at, r := range as {
			if strings.ContainsRune(signs, r) {
				as[at] = literal(r)
			}
		}
		return to, as
	}
	next := at(text, i+1)
	begins := i == 0 || text[i-1] == '\n'
	switch {
	case text[i] == '\\' && i+1 < len(text) && strings.ContainsRune(signs, next):
		return i + 2, []rune{literal(next)}
	case text[i] == '\\' && begins && (next == '>' || strings.ContainsRune("-•", next) && at(text, i+2) == ' '):
		return i + 1, nil
	case begins:
		return numbered(text, i)
	}
	return 0, nil
}

// numbered reads the number before a backslash that keeps it from beginning a list.
func numbered(text []rune, i int) (end int, as []rune) {
	to := run(text, i, 6, digit)
	if to == i || at(text, to) != '\\' || at(text, to+1) != '.' && at(text, to+1) != ')' || at(text, to+2) != ' ' {
		return 0, nil
	}
	return to + 1, text[i:to]
}

func digit(r rune) bool { return r >= '0' && r <= '9' }

// path returns where a path with backslashes ends, or the shrug, 0 if none begins here.
func path(text []rune, i int) int {
	if before := at(text, i-1); i > 0 && !space(before) && !strings.ContainsRune(`("'`, before) {
		return 0
	}
	visible := func(r rune) bool { return !space(r) }
	if has(text, i, `¯\_`) {
		return run(text, i+3, 20, visible)
	}
	head := i + 1 // of a share: one more backslash
	if r := text[i]; r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z' {
		if has(text, i+1, ":") {
			head = i + 2
		}
	}
	if text[i] != '\\' && head == i+1 {
		head = run(text, i, 100, func(r rune) bool { return letter(r) || strings.ContainsRune("._-", r) })
		if head == i || !letter(at(text, head+1)) {
			return 0
		}
	}
	if at(text, head) != '\\' {
		return 0
	}
	return run(text, head+1, 1000, visible)
}
