package main

import (
	"bytes"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"unicode/utf8"

	"lanyard/internal/api"
)

// TestHookListStaysReadable: what a failing address says at length makes no row of the table long, and one that says little is shown whole.
func TestHookListStaysReadable(t *testing.T) {
	var out bytes.Buffer
	c := newCall("", nil, flags{}, io.MultiReader(), &out, io.Discard)
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

// TestProgramOfAHook: it is looked up where the command is typed, which is said to who meant another folder, and only to them.
func TestProgramOfAHook(t *testing.T) {
	const here = "the folder that you are in"
	dir := t.TempDir()
	t.Chdir(dir)
	bot := filepath.Join(dir, "bot.exe") // a name that every system runs
	if err := os.WriteFile(bot, []byte("#!/bin/sh\n"), 0o700); err != nil {
		t.Fatal(err)
	}
	if got, err := program("./bot.exe"); err != nil || got != bot {
		t.Errorf("found is %q: %v", got, err)
	}
	for name, said := range map[string]bool{"./other.exe": true, "other.exe": true, filepath.Join(dir, "other.exe"): false} {
		if _, err := program(name); err == nil || strings.Contains(err.Error(), here) != said || !strings.Contains(err.Error(), "no program that can be run") {
			t.Errorf("%s: %v", name, err)
		}
	}
}
