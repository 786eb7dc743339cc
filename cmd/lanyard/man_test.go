package main

import (
	"maps"
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"
)

// manPage is the manual page with its escapes for dashes undone.
func manPage(t *testing.T) string {
	t.Helper()
	text, err := os.ReadFile("../../docs/lanyard.1")
	if err != nil {
		t.Fatal(err)
	}
	return strings.ReplaceAll(string(text), `\-`, "-")
}

// TestManPageHasEveryCommand: the manual page and the help show the same commands, with the same words after them, in the same order.
func TestManPageHasEveryCommand(t *testing.T) {
	_, section, ok := strings.Cut(manPage(t), ".SH COMMANDS\n")
	section, _, more := strings.Cut(section, ".SH ")
	if !ok || !more {
		t.Fatal("docs/lanyard.1 has no section COMMANDS with another after it")
	}
	var told []string
	for line := range strings.Lines(section) {
		if synopsis, ok := strings.CutPrefix(line, ".B lanyard "); ok {
			told = append(told, strings.TrimSpace(synopsis))
		}
	}
	var have []string
	for _, c := range commands()[1:] {
		have = append(have, strings.TrimSpace(c.name+" "+c.args))
	}
	if !slices.Equal(told, have) {
		t.Errorf("docs/lanyard.1 shows\n  %s\nthe help shows\n  %s", strings.Join(told, "\n  "), strings.Join(have, "\n  "))
	}
}

// TestManPageHasEveryFlag: each flag has an entry in the manual page, and the page names no other.
func TestManPageHasEveryFlag(t *testing.T) {
	page := manPage(t)
	told := map[string]bool{}
	for _, m := range regexp.MustCompile(`--([a-z][a-z-]*)`).FindAllStringSubmatch(page, -1) {
		told[m[1]] = true
	}
	have := flagKinds()
	for _, long := range slices.Sorted(maps.Keys(told)) {
		if _, known := have[long]; !known {
			t.Errorf("docs/lanyard.1 names --%s, which no command has", long)
		}
	}
	for _, long := range slices.Sorted(maps.Keys(have)) {
		if !told[long] {
			t.Errorf("docs/lanyard.1 does not name --%s", long)
		}
	}
}
