package main

import (
	"context"
	"time"

	"lanyard/internal/api"
)

func filesCommand() command {
	return command{name: "files", args: "[accept|decline ID]", summary: "List files sent and received; accept or decline one", max: 2,
		run: func(ctx context.Context, c *call) error {
			switch {
			case len(c.words) == 0:
				return simple(func(ctx context.Context, a *api.Client, _ *call) ([]api.File, error) { return a.Files(ctx) }, printFiles)(ctx, c)
			case len(c.words) == 2 && c.words[0] == "accept":
				return simple(func(ctx context.Context, a *api.Client, c *call) (api.File, error) {
					return a.AcceptFile(ctx, c.words[1])
				}, func(*call, api.File) {})(ctx, c)
			case len(c.words) == 2 && c.words[0] == "decline":
				return simple(func(ctx context.Context, a *api.Client, c *call) (api.File, error) {
					return a.DeclineFile(ctx, c.words[1])
				}, func(*call, api.File) {})(ctx, c)
			}
			return usage("lanyard files takes nothing, accept ID or decline ID")
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
		if f.Problem != "" {
			state += ": " + f.Problem
		}
		if f.Progress.Total > 0 && f.Progress.Done < f.Progress.Total && f.Progress.Done > 0 {
			state += " " + percent(f.Progress)
		}
		table = append(table, []string{f.Name, size(f.Size), f.From.Name, f.To.Name, state, f.ID})
	}
	c.rows(table)
}

func percent(p api.Progress) string {
	return time.Duration(p.Left*float64(time.Second)).Round(time.Second).String() + " left"
}
