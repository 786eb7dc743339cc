package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"strings"
	"unicode/utf8"

	"lanyard/internal/api"
)

func announceCommand() command {
	return command{name: "announce", args: "TEXT", summary: "Write to everybody in the office", flags: []string{"stdin"}, max: 1,
		about: `
Prints the announcement's ID once it is safe on this machine's disk. It goes to everybody who is here, and to who comes within 30 days through
whoever has it by then. To see whom it reached: lanyard history office. To answer one, write to its author: lanyard send NAME TEXT --reply ID.
Colleagues take none from a computer whose clock is more than a day ahead of theirs or a month behind; if it is, that is said here.

--stdin                instead of TEXT, announce the whole standard input, as one announcement`,
		run: func(ctx context.Context, c *call) error {
			text, err := announced(c)
			if err != nil {
				return err
			}
			return simple(func(ctx context.Context, a *api.Client, c *call) (api.Message, error) {
				m, err := a.Announce(ctx, text)
				if err == nil {
					warnOfUnheard(ctx, a, c)
				}
				return m, err
			}, func(c *call, m api.Message) { c.say("%s", m.ID) })(ctx, c)
		}}
}

// warnOfUnheard says on the standard error why nobody takes what was just announced. It is announced all the same, whatever comes of asking.
func warnOfUnheard(ctx context.Context, a *api.Client, c *call) {
	if office, err := a.Office(ctx); err == nil && office.Problem != "" {
		c.warn("%s %s", office.Problem, office.Remedy)
	}
}

// announced is what is to be announced.
func announced(c *call) (string, error) {
	if c.flags.has("stdin") == (len(c.words) == 1) {
		return "", usage("lanyard announce needs: TEXT, or --stdin")
	}
	text := strings.Join(c.words, "")
	if c.flags.has("stdin") {
		b, err := io.ReadAll(io.LimitReader(c.in, maxStdinLine))
		if err != nil {
			return "", fmt.Errorf("read the standard input: %w", err)
		}
		if text = strings.TrimRight(string(b), "\r\n"); len(b) == maxStdinLine {
			return "", errors.New("this is longer than any announcement: put it where all can read it, and announce where that is (nothing was announced)")
		}
	}
	if !utf8.ValidString(text) {
		return "", usage("the text is not UTF-8: nothing was announced")
	}
	return text, worded(text, "announced")
}

// reached says in words how far an announcement of ours got.
func reached(r *api.Reach) string {
	if r == nil {
		return ""
	}
	text := fmt.Sprintf("with %d of %s", r.Delivered, count(r.Of, "colleague", "colleagues"))
	if r.Read > 0 {
		text += fmt.Sprintf(", read by %d", r.Read)
	}
	return text
}
