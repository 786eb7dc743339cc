package main

import (
	"context"

	"lanyard/internal/api"
)

func nameCommand() command {
	return command{name: "name", args: "NEW", summary: "Change my name, at once for everybody", min: 1, max: 1,
		run: simple(func(ctx context.Context, a *api.Client, c *call) (api.Me, error) {
			return a.SetName(ctx, c.words[0])
		}, func(c *call, me api.Me) { c.say("%s", me.Name) })}
}
