package words

import (
	"strings"
	"testing"
)

func TestExcerpt(t *testing.T) {
	for _, c := range []struct{ what, query, text, want string }{
		{"short", "lunch", "Lunch at noon?", "[Lunch] at noon?"},
		{"a beginning", "lun no", "Lunch at noon?", "Lunch at [noon]?"},
		{"accents and lines", "cafe", "one\ntwo\tCafé\u0301 x", "one two [Café\u0301] x"},
		{"a phrase", `"at noon"`, "Lunch at noon at Noon", "Lunch [at noon] [at Noon]"},
		{"far inside", "needle", strings.Repeat("hay ", 100) + "needle" + strings.Repeat(" hay", 100),
			"…" + strings.Repeat("hay ", 9) + "[needle]" + strings.Repeat(" hay", 39) + " h…"},
		{"nothing to mark", "", "plain", "plain"},
	} {
		e := Read(c.query).Excerpt(c.text)
		var b strings.Builder
		for i, r := range []rune(e.Text) {
			for _, m := range e.Matches {
				if m[0] == i {
					b.WriteByte('[')
				}
			}
			b.WriteRune(r)
			for _, m := range e.Matches {
				if m[1] == i+1 {
					b.WriteByte(']')
				}
			}
		}
		if b.String() != c.want {
			t.Errorf("%s: %q, not %q", c.what, b.String(), c.want)
		}
	}
}
