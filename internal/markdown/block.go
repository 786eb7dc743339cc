package markdown

import (
	"slices"
	"strconv"
)

// blocks reads a whole text; there is always at least one.
func blocks(text []rune) (all []block) {
	from := 0
	for _, found := range codeBlocks(text) {
		all = append(append(all, paragraphs(text[from:found.from])...), block{kind: fenced, text: found.code})
		from = found.to
	}
	all = append(all, paragraphs(text[from:])...)
	if len(all) == 0 {
		return []block{{kind: plain, items: [][]part{nil}}}
	}
	return all
}

// paragraphs reads what stands between blocks of code: lines of one kind belong together.
func paragraphs(text []rune) (all []block) {
	lines := split(text)
	for from := 0; from < len(lines); {
		k, _ := lineKind(lines[from])
		to := from + 1
		for to < len(lines) && is(lines[to], k) {
			to++
		}
		if b := together(k, lines[from:to]); b.kind != plain || len(b.items[0]) > 0 {
			all = append(all, b)
		}
		from = to
	}
	return all
}

func is(line []rune, k kind) bool {
	other, _ := lineKind(line)
	return other == k
}

// together makes one block of lines of one kind.
func together(k kind, lines [][]rune) block {
	b := block{kind: k, start: 1}
	if k == numbers {
		first, err := strconv.Atoi(string(lines[0][:run(lines[0], 0, 6, digit)]))
		if err == nil {
			b.start = first
		}
	}
	for i, line := range lines {
		_, sign := lineKind(line)
		lines[i] = line[sign:]
	}
	if k == bullets || k == numbers {
		for _, line := range lines {
			b.items = append(b.items, inline(line))
		}
		return b
	}
	var whole []rune
	for i, line := range lines {
		if i > 0 {
			whole = append(whole, '\n')
		}
		whole = append(whole, line...)
	}
	b.items = [][]part{inline(whole)}
	return b
}

// lineKind tells what a line is of, and how many runes say so.
func lineKind(line []rune) (k kind, sign int) {
	switch first := at(line, 0); {
	case first == '>' && at(line, 1) == ' ':
		return quote, 2
	case first == '>':
		return quote, 1
	case slices.Contains([]rune("-*•"), first):
		if sign = item(line, 1); sign > 0 {
			return bullets, sign
		}
	case digit(first):
		dot := run(line, 0, 6, digit)
		if sign = item(line, dot+1); sign > 0 && (line[dot] == '.' || line[dot] == ')') {
			return numbers, sign
		}
	}
	return plain, 0
}

// item returns where the words of a list's item begin, 0 if there are none: after at least one space.
func item(line []rune, i int) int {
	words := run(line, min(i, len(line)), len(line), func(r rune) bool { return r == ' ' })
	if words <= i || words >= len(line) || space(line[words]) {
		return 0
	}
	return words
}

func split(text []rune) (lines [][]rune) {
	for {
		end := slices.Index(text, '\n')
		if end < 0 {
			return append(lines, text)
		}
		lines, text = append(lines, text[:end]), text[end+1:]
	}
}
