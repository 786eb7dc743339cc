package desktop

import (
	"strings"
	"testing"
)

func TestTitle(t *testing.T) {
	for _, c := range []struct {
		labels     []string
		name, want string
	}{
		{nil, "Anna Berg", "Anna Berg"},
		{nil, "Anna Berg (anna-pc)", "Anna Berg (anna-pc)"},
		{nil, "Anna „Berg“", "Anna „Berg“"},
		{[]string{"to everybody in the office"}, "Anna Berg", "[to everybody in the office] Anna Berg"},
		{[]string{"in Budget", "through CI"}, "Anna Berg", "[in Budget] [through CI] Anna Berg"},
		{[]string{"in Budget] [through CI"}, "Anna Berg", "[in Budget) (through CI] Anna Berg"},
		{[]string{"Reminder"}, "", "[Reminder]"},
		{nil, "[to everybody in the office] Anna Berg", "(to everybody in the office) Anna Berg"},
		{nil, "［to everybody in the office］ Anna\nBerg", "(to everybody in the office) Anna Berg"},
		{nil, "【in Budget】 Anna", "(in Budget) Anna"},
	} {
		if got := title(Happening{Labels: c.labels, Name: c.name}); got != c.want {
			t.Errorf("%q and %q: %q, not %q", c.labels, c.name, got, c.want)
		}
	}
	long := strings.Repeat("ä", 80) // as long as a name can be
	if got, want := title(Happening{Labels: []string{"in " + long}, Name: long + " (anna-pc)"}), "[in "+long+"] "+long+" (anna-pc)"; got != want {
		t.Errorf("a long name in a long room: %q", got)
	}
}
