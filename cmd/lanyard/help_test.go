package main

import (
	"strings"
	"testing"
)

// The sentences of the help are that wide at least, where the next word would have fitted, and at most.
const helpLeast, helpMost = 120, 150

// TestHelpIsFilled: the sentences of every command's help fill their lines: none is too long, and none ends where the next word would have fitted.
func TestHelpIsFilled(t *testing.T) {
	for _, c := range commands() {
		var b strings.Builder
		if err := help(&b, c); err != nil {
			t.Fatal(err)
		}
		before := ""
		for line := range strings.Lines(b.String()) {
			line = strings.TrimSuffix(line, "\n")
			if sentence := line != "" && !strings.HasPrefix(line, " ") && !strings.HasPrefix(line, "-") && !strings.HasPrefix(line, "lanyard "); !sentence {
				before = ""
				continue
			}
			if len(line) > helpMost {
				t.Errorf("help of %q: longer than %d: %s", c.full(), helpMost, line)
			}
			first, _, _ := strings.Cut(line, " ")
			if before != "" && !strings.HasSuffix(before, ".") && len(before)+1+len(first) < helpLeast {
				t.Errorf("help of %q: %q would fit behind: %s", c.full(), first, before)
			}
			before = line
		}
	}
}
