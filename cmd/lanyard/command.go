package main

import (
	"context"
	"slices"
	"strings"
	"unicode/utf8"

	"lanyard/internal/name"
)

// command is one command of the command line.
type command struct {
	name     string   // one or two words
	args     string   // as shown in the help
	summary  string   // one line
	about    string   // the rest of its help
	flags    []string // besides --profile, --json and --help
	min, max int      // how many words follow the name; max -1: any number
	empty    bool     // the last of max words may be empty
	run      func(ctx context.Context, c *call) error
}

// commands lists all commands in the order of the help. The first, without name, starts the agent.
func commands() []command {
	return slices.Concat([]command{startCommand()}, everydayCommands(), messageCommands(), laterCommands(), roomCommands(), hookCommands(), fileCommands(), recordCommands(), shareCommands(), marksCommands(), personCommands(), agentCommands())
}

func everydayCommands() []command {
	return []command{openCommand(), statusCommand(), nameCommand(), presenceCommand(), cardCommand(), settingsCommand(), peersCommand(), addCommand(), sendCommand(), announceCommand(), historyCommand(),
		searchCommand(), readCommand(), watchCommand()}
}

func fileCommands() []command { return []command{sendFileCommand(), filesCommand()} }

func recordCommands() []command {
	return []command{exportCommand(), verifyLogCommand(), retentionCommand()}
}

func agentCommands() []command { return []command{doctorCommand(), stopCommand()} }

// find returns the command that the words begin with, and the words after its name.
func find(words []string, helping bool) (command, []string, error) {
	all := commands()
	if len(words) == 0 {
		return all[0], nil, nil
	}
	var group []string
	for _, c := range all[1:] {
		first, second, two := strings.Cut(c.name, " ")
		switch {
		case words[0] != first:
		case !two:
			return c, words[1:], nil
		case len(words) > 1 && words[1] == second:
			return c, words[2:], nil
		default:
			group = append(group, second)
		}
	}
	switch {
	case len(group) > 0 && helping:
		return command{name: words[0]}, nil, nil
	case len(group) > 0:
		return command{}, nil, usage("lanyard %s needs one of: %s", words[0], strings.Join(group, ", "))
	}
	return command{}, nil, usage("unknown command %q; see lanyard --help", words[0])
}

// check refuses flags that the command does not have, and a wrong number of words.
func (c command) check(words []string, given flags) error {
	for long := range given {
		if !slices.Contains(c.flags, long) && long != "profile" && long != "json" && long != "help" {
			return usage("%s has no flag --%s; see %s --help", c.full(), long, c.full())
		}
	}
	if err := readable(words, given); err != nil {
		return err
	}
	for i, w := range words {
		if c.empty && w == "" && i == c.max-1 {
			continue
		}
		if strings.ContainsRune(w, 0) || w == "" {
			return usage("%s: word %d is empty; it needs: %s", c.full(), i+1, c.args)
		}
	}
	switch {
	case len(words) < c.min:
		return usage("%s needs: %s", c.full(), c.args)
	case c.max >= 0 && len(words) > c.max:
		return usage("%s takes: %s; put quotes around what contains blanks", c.full(), c.takes())
	}
	return nil
}

// readable refuses what is no UTF-8: on its way to the agent it would silently become something else. Paths that only this program opens are bytes.
func readable(words []string, given flags) error {
	all := slices.Clone(words)
	for long, values := range given {
		if !slices.Contains([]string{"profile", "output", "picture", "folder"}, long) {
			all = append(all, values...)
		}
	}
	for _, one := range all {
		if !utf8.ValidString(one) {
			return usage("%s is not UTF-8: nothing was done", one)
		}
	}
	return nil
}

// worded refuses a text of the command line that shows nothing.
func worded(text, done string) error {
	if name.Blank(text) {
		return usage("the text is only blanks: nothing was %s", done)
	}
	return nil
}

func (c command) takes() string {
	if c.args == "" {
		return "nothing more"
	}
	return c.args
}

func (c command) full() string { return strings.TrimSpace("lanyard " + c.name) }
