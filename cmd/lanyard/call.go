package main

import (
	"bufio"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"os"
	"strings"
	"text/tabwriter"

	"lanyard/internal/api"
	"lanyard/internal/name"
)

// call is one use of a command.
type call struct {
	profile  string // absolute
	words    []string
	flags    flags
	in       io.Reader
	out      *bufio.Writer // flushed at the end, and by streams after each line
	errs     io.Writer     // for what is told beside the answer
	json     bool
	terminal bool // out is a terminal
}

func newCall(profile string, words []string, given flags, in io.Reader, out, errs io.Writer) *call {
	c := &call{profile: profile, words: words, flags: given, in: in, out: bufio.NewWriter(out), errs: errs, json: given.has("json")}
	if f, ok := out.(*os.File); ok {
		info, err := f.Stat()
		c.terminal = err == nil && info.Mode()&os.ModeCharDevice != 0
	}
	return c
}

// client returns the way to the running agent.
func (c *call) client() (*api.Client, error) { return api.Open(c.profile) }

// print writes the value as JSON, or what plain writes for people.
func (c *call) print(v any, plain func()) error {
	if c.json {
		return c.value(v)
	}
	plain()
	return nil
}

// value writes one JSON value on a line.
func (c *call) value(v any) error {
	e := json.NewEncoder(c.out)
	e.SetEscapeHTML(false)
	return e.Encode(v)
}

// say writes a line for people. Arguments of type string are quoted for terminals: they may come from others. Errors of out show at Flush.
func (c *call) say(format string, args ...any) {
	fmt.Fprintf(c.out, format+"\n", harmless(args)...)
}

// warn writes a line beside the answer, on the standard error. Strings are quoted as say does.
func (c *call) warn(format string, args ...any) {
	fmt.Fprintf(c.errs, format+"\n", harmless(args)...)
}

// rows writes aligned columns: one row per line of cells, quoted for terminals.
func (c *call) rows(table [][]string) { c.texts(table, -1) }

// texts is rows of which the cells of one column may have several lines: those after the first stand under it, where no row can begin.
func (c *call) texts(table [][]string, column int) {
	w := tabwriter.NewWriter(c.out, 0, 0, 2, ' ', 0)
	for _, row := range table {
		var more []string
		for i, cell := range row {
			if i == column {
				cell, more = firstLine(cell)
			}
			row[i] = name.Quote(cell)
		}
		fmt.Fprintln(w, strings.TrimRight(strings.Join(row, "\t"), "\t"))
		for _, line := range more {
			fmt.Fprintln(w, strings.Repeat("\t", column)+name.Quote(line))
		}
	}
	_ = w.Flush() // out keeps its error until its own Flush
}

// asShown is what a text shows where it may have lines.
var asShown = strings.NewReplacer("\r\n", "\n", "\t", "    ")

// firstLine takes a text apart at its line breaks, of which those at its end show nothing.
func firstLine(text string) (first string, more []string) {
	lines := strings.Split(strings.TrimRight(asShown.Replace(text), "\n"), "\n")
	return lines[0], lines[1:]
}

func harmless(args []any) []any {
	safe := make([]any, len(args))
	for i, a := range args {
		if text, ok := a.(string); ok {
			a = name.Quote(text)
		}
		safe[i] = a
	}
	return safe
}

// simple makes the run function of a command that asks the agent once and prints the answer.
func simple[T any](ask func(ctx context.Context, a *api.Client, c *call) (T, error), plain func(c *call, v T)) func(context.Context, *call) error {
	return func(ctx context.Context, c *call) error {
		a, err := c.client()
		if err != nil {
			return err
		}
		defer a.Close()
		v, err := ask(ctx, a, c)
		if err != nil {
			return err
		}
		return c.print(v, func() { plain(c, v) })
	}
}
