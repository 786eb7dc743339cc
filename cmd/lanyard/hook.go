package main

import (
	"context"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"

	"lanyard/internal/api"
)

func hookAddCommand() command {
	return command{name: "hook add", args: "CONVERSATION [--own] --url URL | -- COMMAND...", summary: "Give each new message to a program of this computer", flags: []string{"own", "url"}, min: 1, max: -1,
		about: `
Each message that comes into the conversation from now on is given, in order and at least once, to COMMAND on its standard input, or posted to URL,
as one JSON object as in lanyard watch --json. COMMAND is looked up where you type this, and runs without a shell, with your rights, in the folder
hooks of the profile: what it writes there it can send. It finds LANYARD_PROFILE and LANYARD_CONVERSATION in its environment, so that
lanyard send "$LANYARD_CONVERSATION" TEXT answers.
It has taken the message when it ends with status 0, URL when it answers 2xx, within 30 seconds; redirects are not followed. What fails is tried
again, ten times within some minutes; then the hook stops and says so. Prints the hook's ID.

--own      also what I write myself, and what comes through my webhooks: a program that answers to that talks to itself
--url URL  on this computer only, such as http://127.0.0.1:8080/message`,
		run: simple(addHook, func(c *call, h api.Hook) { c.say("%s", h.ID) })}
}

func addHook(ctx context.Context, a *api.Client, c *call) (api.Hook, error) {
	r := api.NewHookRequest{URL: c.flags.text("url"), Own: c.flags.has("own"), Command: c.words[1:]}
	if (r.URL == "") == (len(r.Command) == 0) {
		return api.Hook{}, usage("lanyard hook add needs --url URL, or -- and a command")
	}
	if len(r.Command) > 0 {
		found, err := program(r.Command[0])
		if err != nil {
			return api.Hook{}, err
		}
		r.Command[0] = found
	}
	return a.AddHook(ctx, c.words[0], r)
}

// program finds what a hook shall run: as here, not as where the agent runs it.
func program(name string) (string, error) {
	path, err := exec.LookPath(name)
	if err == nil {
		path, err = filepath.Abs(path)
	}
	switch {
	case err == nil:
		return path, nil
	case filepath.IsAbs(name):
		return "", usage("%q is no program that can be run: %v", name, err)
	}
	return "", usage("%q is no program that can be run: %v; say ./NAME for one in the folder that you are in, or its whole path", name, err)
}

func hookListCommand() command {
	return command{name: "hook list", summary: "List my hooks, and what became of their last message",
		about: "Of what a command or an address said the beginning is shown; with --json all that is kept.",
		run: simple(func(ctx context.Context, a *api.Client, _ *call) ([]api.Hook, error) {
			return a.Hooks(ctx)
		}, printHooks)}
}

func printHooks(c *call, all []api.Hook) {
	if len(all) == 0 {
		c.say("There is no hook; lanyard hook add makes one.")
		return
	}
	table := [][]string{{"ID", "ON", "STATE", "GIVEN", "WAITING", "LAST", "TO"}}
	for _, h := range all {
		state, to := h.State, h.URL
		if h.Result != "" {
			state += " (" + beginning(h.Result) + ")"
		}
		if to == "" {
			to = strings.Join(h.Command, " ")
		}
		table = append(table, []string{h.ID, intoOf(h.To), state, strconv.Itoa(h.Given), strconv.Itoa(h.Waiting), usedOf(h.Last), to})
	}
	c.rows(table)
}

// maxResult is how many characters of what was wrong a row of the table has room for.
const maxResult = 80

// beginning is a text on one line of a table, or as much of it as there is room for.
func beginning(text string) string {
	line := []rune(strings.Join(strings.Fields(text), " "))
	if len(line) <= maxResult {
		return string(line)
	}
	return strings.TrimSpace(string(line[:maxResult-1])) + "…"
}

func hookResumeCommand() command {
	return command{name: "hook resume", args: "ID", summary: "Let a hook go on that stopped", about: "It begins with the message that it failed at.", min: 1, max: 1,
		run: simple(func(ctx context.Context, a *api.Client, c *call) (api.Hook, error) {
			return a.ResumeHook(ctx, c.words[0])
		}, func(*call, api.Hook) {})}
}

func hookRemoveCommand() command {
	return command{name: "hook remove", args: "ID", summary: "End a hook", about: "What it does at the moment is broken off.", min: 1, max: 1,
		run: simple(func(ctx context.Context, a *api.Client, c *call) (struct{}, error) {
			return struct{}{}, a.RemoveHook(ctx, c.words[0])
		}, func(*call, struct{}) {})}
}
