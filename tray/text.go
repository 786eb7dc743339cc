package tray

import (
	"runtime"
	"strconv"
	"strings"
	"unicode/utf16"
)

// maxTooltip is what Windows shows of a tooltip, in UTF-16 units.
const maxTooltip = 127

// label makes one line of at most max characters of a text that came from somebody else.
func label(s string, max int) string {
	runes := []rune(strings.Join(strings.Fields(s), " "))
	if len(runes) > max {
		return string(runes[:max-1]) + "…"
	}
	return string(runes)
}

// escape doubles the ampersand, which Windows takes for the mark of an accelerator key.
func escape(title string) string {
	if runtime.GOOS == "windows" {
		return strings.ReplaceAll(title, "&", "&&")
	}
	return title
}

// tooltip says who waits for an answer.
func tooltip(s State) string {
	text := "Lanyard"
	switch {
	case s.Problem != "":
		text += " – " + s.Problem
	case s.Unread > 0:
		var names []string
		for _, p := range s.Recent {
			if p.Unread > 0 {
				names = append(names, label(p.Name, 30))
			}
		}
		text += " – " + strconv.Itoa(s.Unread) + " unread"
		if len(names) > 0 {
			text += " from " + strings.Join(names, ", ")
		}
	}
	units := utf16.Encode([]rune(text))
	if len(units) > maxTooltip {
		return string(utf16.Decode(units[:maxTooltip-1])) + "…"
	}
	return text
}
