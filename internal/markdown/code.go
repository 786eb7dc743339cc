package markdown

import "strings"

// WithoutCode is a text as it was written, but for what stands as code: a line break is in its place.
func WithoutCode(text string) string {
	if !strings.Contains(text, "`") {
		return text
	}
	all := []rune(text)
	var rest strings.Builder
	from := 0
	for _, found := range codeBlocks(all) {
		uncoded(&rest, all[from:found.from])
		rest.WriteByte('\n')
		from = found.to
	}
	uncoded(&rest, all[from:])
	return rest.String()
}

// uncoded writes what stands between blocks of code, without the code in it.
func uncoded(rest *strings.Builder, text []rune) {
	for i := 0; i < len(text); {
		if text[i] == '\\' && at(text, i+1) == '`' { // that sign stands for itself
			rest.WriteString("\\`")
			i += 2
			continue
		}
		end := 0
		if text[i] == '`' {
			end, _ = coded(text, i)
		}
		if end > 0 {
			rest.WriteByte('\n')
			i = end
			continue
		}
		rest.WriteRune(text[i])
		i++
	}
}
