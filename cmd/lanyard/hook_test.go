package main

import (
	"bytes"
	"io"
	"strings"
	"testing"
	"unicode/utf8"

	"lanyard/internal/api"
)

// TestHookListStaysReadable: what a failing address says at length makes no row of the table long, and one that says little is shown whole.
func TestHookListStaysReadable(t *testing.T) {
	var out bytes.Buffer
	c := newCall("", nil, flags{}, io.MultiReader(), &out)
	printHooks(c, []api.Hook{
		{ID: "aaaa", To: "Ben", State: "failing", URL: "http://127.0.0.1/", Result: "the address answered 500 Internal Server Error: " + strings.Repeat("ä\tö ", 200)},
		{ID: "bbbb", To: "Ben", State: "failing", URL: "http://127.0.0.1/", Result: "the command ended with exit status 1: paper jam"},
	})
	if err := c.out.Flush(); err != nil {
		t.Fatal(err)
	}
	for line := range strings.Lines(out.String()) {
		if n := utf8.RuneCountInString(line); n > 200 {
			t.Errorf("a row of %d characters: %q", n, line)
		}
	}
	if !strings.Contains(out.String(), "…)") || !strings.Contains(out.String(), "exit status 1: paper jam)") {
		t.Errorf("shown are\n%s", out.String())
	}
}
