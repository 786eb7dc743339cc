package main

import (
	"bytes"
	"strings"
	"testing"
)

// TestNotUTF8: bytes that are no text are wrong use, in every command alike, before anything is asked of an agent; the path of a profile may have them.
func TestNotUTF8(t *testing.T) {
	const bad = "Caf\xe9"
	for _, args := range [][]string{
		{"send", "Ben", bad}, {"edit", "ID", bad}, {"later", "Ben", bad, "2099-01-01"}, {"name", bad}, {"room", "create", bad}, {"room", "rename", "Plans", bad},
		{"presence", "busy", bad}, {"card", "--role", bad}, {"group", "add", bad, "Ben"}, {"webhook", "create", "Ben", "--name", bad}, {"react", "ID", bad}, {"announce", bad},
		{"room", "create", "Plans", "--with", "Ben", "--with", bad}, {"send", bad, "hello"},
	} {
		var out, errs bytes.Buffer
		status := run(t.Context(), append(args, "--profile", t.TempDir()), strings.NewReader(""), &out, &errs)
		if told := errs.String(); status != exitUsage || !strings.Contains(told, `Caf\xe9 is not UTF-8: nothing was done`) || strings.Count(told, "\n") != 1 {
			t.Errorf("lanyard %q: exit status %d, %q", args, status, told)
		}
	}
	var out, errs bytes.Buffer
	if status := run(t.Context(), []string{"send", "Ben", "\u200b\u2060", "--profile", t.TempDir()}, strings.NewReader(""), &out, &errs); status != exitUsage || !strings.Contains(errs.String(), "only blanks") {
		t.Errorf("a text of invisible characters: exit status %d, %q", status, errs.String())
	}
	if status := run(t.Context(), []string{"peers", "--profile", t.TempDir() + "/" + bad}, strings.NewReader(""), &out, &errs); status != exitFailure {
		t.Errorf("in a profile of such a name: exit status %d, %q", status, errs.String())
	}
}
