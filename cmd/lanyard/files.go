package main

import (
	"context"
	"slices"
	"strconv"
	"strings"

	"lanyard/internal/api"
)

func filesCommand() command {
	verbs := map[string]func(*api.Client, context.Context, string) (api.File, error){
		"accept": (*api.Client).AcceptFile, "decline": (*api.Client).DeclineFile, "pause": (*api.Client).PauseFile, "resume": (*api.Client).ResumeFile,
		"cancel": (*api.Client).CancelFile,
	}
	return command{name: "files", args: "[accept|decline|pause|resume|cancel ID | unasked [MB|off]]", summary: "List files sent and received; accept, hold or end one", max: 2,
		about: `
pause holds a file that is on its way, also over restarts, until resume; either side can. resume also tries again what could not be
received; for lack of room that happens by itself. cancel takes an own offer back, or ends receiving.
unasked shows or sets up to how many megabytes a file is taken by itself (20 at first) from people whom I verified, wrote to, or took a file
of before; larger ones, strangers' and what the disk has no room for wait to be accepted.`,
		run: func(ctx context.Context, c *call) error {
			if len(c.words) == 0 {
				return simple(func(ctx context.Context, a *api.Client, _ *call) ([]api.File, error) { return a.Files(ctx) }, printFiles)(ctx, c)
			}
			if c.words[0] == "unasked" {
				return unasked(ctx, c)
			}
			verb := verbs[c.words[0]]
			if verb == nil || len(c.words) != 2 {
				return usage("lanyard files takes nothing, or accept, decline, pause, resume or cancel and an ID, or unasked")
			}
			return simple(func(ctx context.Context, a *api.Client, c *call) (api.File, error) { return verb(a, ctx, c.words[1]) }, func(*call, api.File) {})(ctx, c)
		}}
}

// unasked is "lanyard files unasked [MB|off]".
func unasked(ctx context.Context, c *call) error {
	if len(c.words) == 1 {
		return simple(func(ctx context.Context, a *api.Client, _ *call) (api.Unasked, error) { return a.Unasked(ctx) }, printUnasked)(ctx, c)
	}
	megabytes, err := strconv.Atoi(c.words[1])
	if c.words[1] == "off" {
		megabytes, err = 0, nil
	}
	if err != nil || megabytes < 0 {
		return usage("lanyard files unasked needs a number of megabytes or off, not %q", c.words[1])
	}
	return simple(func(ctx context.Context, a *api.Client, _ *call) (api.Unasked, error) {
		return a.SetUnasked(ctx, api.Unasked{Megabytes: megabytes})
	}, func(*call, api.Unasked) {})(ctx, c)
}

func printUnasked(c *call, u api.Unasked) {
	if u.Megabytes == 0 {
		c.say("No file is taken unasked.")
		return
	}
	c.say("Files of people I know are taken unasked up to %d MB.", u.Megabytes)
}

func printFiles(c *call, files []api.File) {
	if len(files) == 0 {
		c.say("No file was sent or received.")
		return
	}
	table := [][]string{{"NAME", "SIZE", "FROM", "TO", "STATE", "ID"}}
	for _, f := range files {
		state := howFar(f)
		state += moving(f.Progress) + leftOut(f)
		table = append(table, []string{f.Name, size(f.Size), f.From.Distinct(), f.To.Distinct(), state, f.ID})
	}
	c.rows(table)
}

// howFar says in which state a file is, and of what we sent who has it, who is still to get it, who has not answered and whose disk has no room. A pause of our own says only that.
func howFar(f api.File) string {
	state := f.State
	if f.Paused != "" {
		state += " " + f.Paused
	}
	if f.Paused == "here" {
		return state
	}
	var more []string
	if len(f.Has) > 0 && f.State != "received" {
		more = append(more, "received"+by(f.Has))
	}
	short := func(a api.Author) bool { return slices.Contains(f.NoRoom, a) }
	if taking := slices.DeleteFunc(slices.Clone(f.Taking), short); len(taking) > 0 {
		more = append(more, "still to be received"+by(taking))
	}
	if len(f.Asked) > 0 {
		more = append(more, "not answered"+by(f.Asked))
	}
	if len(f.NoRoom) > 0 {
		more = append(more, "no room on the disk"+strings.Replace(by(f.NoRoom), " by", " of", 1))
	}
	if f.Problem != "" {
		more = append(more, f.Problem)
	}
	if len(more) == 0 {
		return state
	}
	return state + ": " + strings.Join(more, "; ")
}

// moving is how much of what is on its way is there, how fast it comes and how long it takes; nothing of what is not, or not yet known.
func moving(p api.Progress) string {
	if p.Done <= 0 || p.Done >= p.Total {
		return ""
	}
	text := ", " + size(p.Done) + " of " + size(p.Total)
	if p.Rate > 0 {
		text += ", " + size(int64(p.Rate)) + "/s"
	}
	return text + left(p.Left)
}
