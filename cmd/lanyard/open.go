package main

import (
	"context"

	"lanyard/internal/api"
)

func openCommand() command {
	return command{name: "open", args: "[--print]", summary: "Open the window", flags: []string{"print"},
		about: "--print        print a one-time URL instead; it is good for 30 seconds",
		run: simple(func(ctx context.Context, a *api.Client, c *call) (api.WindowAnswer, error) {
			return a.Window(ctx, c.flags.has("print"))
		}, func(c *call, v api.WindowAnswer) {
			if !v.Opened {
				c.say("%s", v.URL)
			}
		})}
}
