package markdown

import "strings"

const (
	deepest     = 4   // bold within italic within bold ...
	longestSpan = 500 // runes between the first and the last of what is emphasised
	longestCode = 1000
)

// inline reads what stands in a line, or in lines that belong together.
func inline(text []rune) []part { return emphasised(escaped(text), 0) }

func emphasised(text []rune, depth int) (all []part) {
	from := 0
	for i := 0; i < len(text); {
		end, p := spanned(text, i, depth)
		if end == 0 {
			i++
			continue
		}
		if p != nil { // else the words are looked through for addresses
			all = append(append(all, linked(text[from:i])...), *p)
			from = end
		}
		i = end
	}
	return append(all, linked(text[from:])...)
}

// spanned returns where that ends which begins at a place, 0 if nothing does; and what it is, nil if no more than words.
func spanned(text []rune, i, depth int) (end int, p *part) {
	switch text[i] {
	case '`':
		return coded(text, i)
	case '[':
		return named(text, i)
	case 'l', 'L':
		return toMessage(text, i)
	case 'h', 'H':
		if !ascii(at(text, i-1)) {
			end = addressed(text, i)
		}
		return end, nil
	case '~', '*', '_':
		return marked(text, i, depth)
	}
	return 0, nil
}

// coded reads code between three signs or one.
func coded(text []rune, i int) (end int, p *part) {
	for _, fence := range []string{"```", "`"} {
		if !has(text, i, fence) {
			continue
		}
		from := i + len(fence)
		to := run(text, from, longestCode, inCode)
		if to > from && has(text, to, fence) {
			return to + len(fence), &part{kind: code, text: asWritten(text[from:to])}
		}
	}
	return 0, nil
}

func inCode(r rune) bool { return r != '`' && r != '\n' }

const messageAddress = "lanyard://message/"

// toMessage reads the address of a message.
func toMessage(text []rune, i int) (end int, p *part) {
	if ascii(at(text, i-1)) || !has(text, i, messageAddress) {
		return 0, nil
	}
	from := i + len(messageAddress)
	end = run(text, from, 64, func(r rune) bool { return strings.ContainsRune("0123456789abcdefABCDEF", r) })
	if end-from < 64 || ascii(at(text, end)) {
		return 0, nil
	}
	return end, &part{kind: message, text: strings.ToLower(string(text[from:end]))}
}

// marked reads what stands between signs of emphasis.
func marked(text []rune, i, depth int) (end int, p *part) {
	sign := text[i]
	for _, one := range []struct {
		signs string
		kind  kind
	}{{"~~", struck}, {"**", bold}, {"*", italic}, {"_", italic}} {
		if !has(text, i, one.signs) || letter(at(text, i-1)) || at(text, i-1) == sign {
			continue
		}
		from := i + len(one.signs)
		to := closed(text, from, one.signs)
		if to == 0 {
			continue
		}
		end = to + len(one.signs)
		if depth == deepest {
			return end, nil
		}
		return end, &part{kind: one.kind, parts: emphasised(text[from:to], depth+1)}
	}
	return 0, nil
}

// closed returns where the signs stand that end an emphasis, 0 if none do: the first that follow at least two runes, else those that follow one.
func closed(text []rune, from int, signs string) int {
	sign := rune(signs[0])
	if from >= len(text) || space(text[from]) || text[from] == sign {
		return 0
	}
	ends := func(to int) bool {
		after := at(text, to+len(signs))
		return has(text, to, signs) && !letter(after) && after != sign
	}
	for last := from + 1; last < len(text) && last-from-1 <= longestSpan; last++ {
		if !space(text[last]) && (text[last] != sign || signs == "**") && ends(last+1) {
			return last + 1
		}
		if text[last] == '\n' || len(signs) == 1 && text[last] == sign {
			break
		}
	}
	if ends(from + 1) {
		return from + 1
	}
	return 0
}
