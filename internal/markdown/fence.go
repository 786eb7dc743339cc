package markdown

// fence is three signs that may begin or end a block of code.
type fence struct {
	line  int  // its line's number
	at    int  // where it stands
	body  int  // where the next line begins
	first bool // it begins its line
	opens bool // only the name of a language follows, or nothing
	alone bool // nothing else is on its line
}

// codeBlock is a block of code, with what surrounds it left out.
type codeBlock struct {
	from, to int
	code     string
}

// fences finds those signs: three, not four.
func fences(text []rune) (all []fence) {
	for n, start := 0, 0; start <= len(text); n++ {
		end := run(text, start, len(text), func(r rune) bool { return r != '\n' })
		for i := start; i < end; i++ {
			signs := run(text, i, end-i, func(r rune) bool { return r == '`' }) - i
			if signs == 3 {
				rest := text[i+3 : end]
				all = append(all, fence{line: n, at: i, body: end + 1, first: i == start, opens: text[start] != '>' && opening(rest), alone: i == start && blank(rest)})
			}
			i += signs
		}
		start = end + 1
	}
	return all
}

// opening tells whether nothing follows but the name of a language.
func opening(rest []rune) bool {
	return blank(rest[run(rest, 0, 20, func(r rune) bool { return ascii(r) || r == '+' || r == '-' }):])
}

func blank(rest []rune) bool { return run(rest, 0, len(rest), space) == len(rest) }

// codeBlocks are those of a text, in order. One that begins a line ends at the next fence that has a line of its own, if there is one; else, as where words stand before it
// on its line, at the next fence.
func codeBlocks(text []rune) (closed []codeBlock) {
	all := fences(text)
	lonely, end := 0, 0 // from where a fence alone on its line is looked for; where the last block ended
	for i := 0; i < len(all); i++ {
		f := all[i]
		if !f.opens {
			if i+1 < len(all) && all[i+1].line == f.line {
				i++ // both on one line: code within it
			}
			continue
		}
		if lonely = max(lonely, i+1); f.first {
			for lonely < len(all) && !all[lonely].alone {
				lonely++
			}
		}
		last := i + 1
		if f.first && lonely < len(all) {
			last = lonely
		}
		if last >= len(all) {
			return closed
		}
		body := text[f.body:max(f.body, before(text, all[last].at, f.body-1))]
		closed = append(closed, codeBlock{before(text, f.at, end), after(text, all[last].at+3), asWritten(body)})
		i, end = last, closed[len(closed)-1].to
	}
	return closed
}

// before is where the spaces before a place begin, with the line break before them, but no further than from.
func before(text []rune, i, from int) int {
	for i > from && (text[i-1] == ' ' || text[i-1] == '\t') {
		i--
	}
	if i > from && text[i-1] == '\n' {
		return i - 1
	}
	return i
}

// after is where the spaces after a place end, with the line break after them.
func after(text []rune, i int) int {
	for at(text, i) == ' ' || at(text, i) == '\t' {
		i++
	}
	if at(text, i) == '\n' {
		return i + 1
	}
	return i
}
