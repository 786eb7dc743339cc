package name

import (
	"errors"
	"fmt"
	"strings"
	"testing"
)

// TestCheckOffered: what is offered has a name of one element, and none that some system takes for a place of its own.
func TestCheckOffered(t *testing.T) {
	for e, want := range map[string]bool{"plan.txt": true, "a b": true, "plan:b": true, "a:b": false, "a/b": false, "a\\b": false, "..": false, "": false, ".lanyard": false} {
		if err := CheckOffered(e); (err == nil) != want {
			t.Errorf("%q: %v", e, err)
		}
	}
}

// TestWhy: why a name is refused can be said without the name, which the whole error has, and what kind of refusal it is can be asked.
func TestWhy(t *testing.T) {
	for path, want := range map[string]string{
		"plans/a\rb":               "a name has a control character",
		"plans/a\\b":               "a name has a slash or backslash",
		"plans/a\u202eb":           "a name has a character that turns the text around",
		"plans/a\xff":              "a name is not valid UTF-8",
		"plans/e\u0301":            ErrDecomposed.Error(),
		"plans/.Lanyard":           "a name is kept for Lanyard itself",
		strings.Repeat("long", 61): "a name is longer than 240 bytes",
		"a:b":                      "the path begins with a drive",
	} {
		err := CheckPath(path)
		if err == nil || Why(err) != want || Why(fmt.Errorf("look at it: %w", err)) != want && path != "a:b" {
			t.Errorf("%q: %v", path, err)
			continue
		}
		if _, element, below := cutLast(path); below && !strings.HasSuffix(err.Error(), Quote(element)) {
			t.Errorf("%q is not named: %v", path, err)
		}
		if errors.Is(err, ErrDecomposed) != strings.Contains(path, "\u0301") {
			t.Errorf("%q: %v", path, err)
		}
	}
}
