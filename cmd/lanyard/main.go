// Command lanyard is the agent and its command line.
//
// Without a command it starts the agent: window, tray and all that runs behind them. With a command it talks to the running agent over the
// local API and ends. What scripts rely on is in docs/api.md and in the help of each command:
//
//   - flags may stand anywhere, -- ends them; --profile and --json belong to every command;
//   - with --json the answer is one JSON value, or one per line for streams; without, it is for people, and what other people wrote is
//     made harmless for terminals first;
//   - exit status 0 is success, 1 failure with one line on stderr, 2 wrong use, 3 stored but not in the awaited state in time.
//
// Each command is a file of its own; command.go lists them.
package main

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/signal"
	"path/filepath"
	"strings"
	"syscall"

	"lanyard/internal/api"
	"lanyard/internal/name"
)

// version is set by the linker (-X main.version=...).
var version = "development"

// Exit statuses.
const (
	exitFailure = 1
	exitUsage   = 2
	exitTimeout = 3
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	context.AfterFunc(ctx, stop) // a second signal ends a program that does not end by itself
	status := run(ctx, os.Args[1:], os.Stdin, os.Stdout, os.Stderr)
	stop()
	os.Exit(status)
}

// run is the whole program but its process.
func run(ctx context.Context, args []string, in io.Reader, out, errs io.Writer) int {
	err := execute(ctx, args, in, out, errs)
	if err == nil {
		return 0
	}
	fmt.Fprintln(errs, sentence(err))
	var used *usageError
	var late *timeoutError
	switch {
	case errors.As(err, &used):
		return exitUsage
	case errors.As(err, &late):
		return exitTimeout
	}
	return exitFailure
}

func execute(ctx context.Context, args []string, in io.Reader, out, errs io.Writer) error {
	words, flags, err := parse(args)
	if err != nil {
		return err
	}
	if flags.has("version") {
		_, err := fmt.Fprintln(out, "lanyard", version)
		return err
	}
	helping := flags.has("help")
	if !helping && len(words) > 0 && words[0] == "help" { // what many people type first
		helping, words = true, words[1:]
	}
	cmd, words, err := find(words, helping)
	if err != nil {
		return err
	}
	if helping {
		return help(out, cmd)
	}
	if err := cmd.check(words, flags); err != nil {
		return err
	}
	profile := flags.text("profile")
	if profile == "" {
		profile = cmp.Or(os.Getenv("LANYARD_PROFILE"), api.DefaultProfile()) // a hook's command finds its own agent so
	}
	if profile, err = filepath.Abs(profile); err != nil {
		return fmt.Errorf("find the profile: %w", err)
	}
	c := newCall(profile, words, flags, in, out, errs)
	return errors.Join(cmd.run(ctx, c), c.out.Flush())
}

// sentence is an error as one line.
func sentence(err error) string {
	text := err.Error()
	var told *api.Error
	if errors.As(err, &told) && len(told.Candidates) > 0 && !strings.Contains(text, told.Candidates[0].ID) {
		text += ":" + candidates(told.Candidates)
	}
	if errors.Is(err, context.Canceled) {
		text = "interrupted"
	}
	return name.Quote(strings.TrimSpace(text))
}

func candidates(all []api.Candidate) string {
	var b strings.Builder
	for i, c := range all {
		if i > 0 {
			b.WriteByte(',')
		}
		b.WriteString(" " + c.Name)
		if c.Machine != "" {
			b.WriteString(" on " + c.Machine)
		}
		if c.By != "" {
			b.WriteString(" by " + c.By)
		}
		b.WriteString(" (" + c.ID + ")")
	}
	return b.String()
}

// usageError is wrong use of the command line: exit status 2.
type usageError struct{ text string }

func (e *usageError) Error() string { return e.text }

func usage(format string, args ...any) error {
	for i, a := range args {
		if text, ok := a.(string); ok && len(text) > echoed {
			args[i] = name.Brief(text)
		}
	}
	return &usageError{fmt.Sprintf(format, args...)}
}

// echoed is how much of what was typed is said again in whole; the longest list of what could have been typed instead is shorter.
const echoed = 240

// timeoutError says that something is stored but did not get to the awaited state in time: exit status 3.
type timeoutError struct{ text string }

func (e *timeoutError) Error() string { return e.text }
