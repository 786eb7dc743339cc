package desktop

import (
	"strings"
	"unicode"
)

// maxTitlePart is how much of a name a notification shows, in bytes before the cut at a character: a whole one with what tells it apart.
const maxTitlePart = 240

// title is what stands above a notification: what Lanyard says of it in square brackets, then who did it. No name brings such brackets along, so that nobody is called
// what another's announcement looks like.
func title(h Happening) string {
	var parts []string
	for _, label := range h.Labels {
		parts = append(parts, "["+titlePart(label)+"]")
	}
	if h.Name != "" {
		parts = append(parts, titlePart(h.Name))
	}
	return strings.Join(parts, " ")
}

func titlePart(s string) string { return cutAt(rounded(oneLine(s)), maxTitlePart) }

// rounded makes brackets of all kinds round.
func rounded(s string) string {
	return strings.Map(func(r rune) rune {
		switch {
		case r == '‚' || r == '„': // quotation marks, whatever Unicode says
			return r
		case unicode.Is(unicode.Ps, r):
			return '('
		case unicode.Is(unicode.Pe, r):
			return ')'
		}
		return r
	}, s)
}
