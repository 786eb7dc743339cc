package main

import (
	"context"
	"slices"
	"strings"

	"lanyard/internal/api"
)

func shareIgnoreCommand() command {
	return command{name: "share ignore", args: "ID [add|remove PATTERN...]", summary: "Show or change what a shared folder does not share, for all its members", min: 1, max: -1,
		about: `
The rules lie in the file .lanyardignore of the folder, one in each line, as git's: *.log leaves out files and folders by name in any folder,
build/ folders only, /plan.txt what lies at the top; !keep.log takes back what a rule before it leaves out. Capitals and small letters are one.
What was shared and is left out by a later rule stays where it is, on each machine, and is synchronized no more.`,
		run: func(ctx context.Context, c *call) error {
			change, err := rulesChange(c.words[1:])
			if err != nil {
				return err
			}
			return simple(func(ctx context.Context, a *api.Client, c *call) (api.ShareRules, error) {
				now, err := a.ShareRules(ctx, c.words[0])
				if err != nil || change == nil {
					return now, err
				}
				text, err := change(now.Text)
				if err != nil {
					return now, err
				}
				return a.SetShareRules(ctx, c.words[0], text, &now.Text)
			}, printShareRules)(ctx, c)
		}}
}

// rulesChange reads what is to be done with the rules, nil: nothing.
func rulesChange(words []string) (func(text string) (string, error), error) {
	if len(words) == 0 {
		return nil, nil
	}
	patterns := words[1:]
	wrong := func(p string) bool { return strings.TrimSpace(p) == "" || strings.ContainsAny(p, "\r\n") }
	if len(patterns) == 0 || slices.ContainsFunc(patterns, wrong) {
		return nil, usage("lanyard share ignore takes: ID [add|remove PATTERN...]")
	}
	switch words[0] {
	case "add":
		return func(text string) (string, error) { return withRules(text, patterns), nil }, nil
	case "remove":
		return func(text string) (string, error) { return withoutRules(text, patterns) }, nil
	}
	return nil, usage("lanyard share ignore takes: ID [add|remove PATTERN...]")
}

// withRules adds lines that are not there yet.
func withRules(text string, patterns []string) string {
	lines := strings.Split(text, "\n")
	for _, p := range patterns {
		if slices.ContainsFunc(lines, func(l string) bool { return strings.TrimRight(l, " \r") == p }) {
			continue
		}
		if text != "" && !strings.HasSuffix(text, "\n") {
			text += "\n"
		}
		text += p + "\n"
	}
	return text
}

// withoutRules takes lines out.
func withoutRules(text string, patterns []string) (string, error) {
	lines := strings.SplitAfter(text, "\n")
	for _, p := range patterns {
		before := len(lines)
		lines = slices.DeleteFunc(lines, func(l string) bool { return strings.TrimRight(l, " \r\n") == p })
		if len(lines) == before {
			return "", usage("there is no rule %q: list them with \"lanyard share ignore\"", p)
		}
	}
	return strings.Join(lines, ""), nil
}

func printShareRules(c *call, r api.ShareRules) {
	if r.Text == "" && r.Problem == "" {
		c.say("No rules: everything is shared but what programs leave behind.")
		return
	}
	for line := range strings.Lines(r.Text) {
		c.say("%s", strings.TrimRight(line, "\r\n"))
	}
	if r.Problem != "" {
		c.say("These are not in force, but those before them: %s.", r.Problem)
	}
	if r.Left > 0 {
		c.say("%s left out that the share once had.", count(r.Left, "file is", "files are"))
	}
}
