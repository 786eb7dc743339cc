package main

import (
	"context"
	"time"

	"lanyard/internal/api"
)

func filesCommand() command {
	verbs := map[string]func(*api.Client, context.Context, string) (api.File, error){
		"accept": (*api.Client).AcceptFile, "decline": (*api.Client).DeclineFile, "pause": (*api.Client).PauseFile, "resume": (*api.Client).ResumeFile,
		"cancel": (*api.Client).CancelFile,
	}
	return command{name: "files", args: "[accept|decline|pause|resume|cancel ID]", summary: "List files sent and received; accept, hold or end one", max: 2,
		about: `
pause holds a file that is on its way, also over restarts, until resume; either side can. cancel takes an own offer back, or ends receiving.`,
		run: func(ctx context.Context, c *call) error {
			if len(c.words) == 0 {
				return simple(func(ctx context.Context, a *api.Client, _ *call) ([]api.File, error) { return a.Files(ctx) }, printFiles)(ctx, c)
			}
			verb := verbs[c.words[0]]
			if verb == nil || len(c.words) != 2 {
				return usage("lanyard files takes nothing, or accept, decline, pause, resume or cancel and an ID")
			}
			return simple(func(ctx context.Context, a *api.Client, c *call) (api.File, error) { return verb(a, ctx, c.words[1]) }, func(*call, api.File) {})(ctx, c)
		}}
}

func printFiles(c *call, files []api.File) {
	if len(files) == 0 {
		c.say("No file was sent or received.")
		return
	}
	table := [][]string{{"NAME", "SIZE", "FROM", "TO", "STATE", "ID"}}
	for _, f := range files {
		state := f.State
		if f.Paused != "" {
			state += " " + f.Paused
		}
		if f.Problem != "" {
			state += ": " + f.Problem
		}
		if f.Progress.Total > 0 && f.Progress.Done < f.Progress.Total && f.Progress.Left > 0 {
			state += " " + percent(f.Progress)
		}
		table = append(table, []string{f.Name, size(f.Size), f.From.Name, f.To.Name, state, f.ID})
	}
	c.rows(table)
}

func percent(p api.Progress) string {
	return time.Duration(p.Left*float64(time.Second)).Round(time.Second).String() + " left"
}
