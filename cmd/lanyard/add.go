package main

import (
	"context"

	"lanyard/internal/api"
)

func addCommand() command {
	return command{name: "add", args: "HOST[:PORT]", summary: "Reach a colleague whom Lanyard does not find by itself", min: 1, max: 1,
		run: simple(func(ctx context.Context, a *api.Client, c *call) (api.Peer, error) {
			return a.Add(ctx, c.words[0])
		}, func(c *call, p api.Peer) { c.say("%s on %s (%s)", p.Name, p.Machine, p.ID) })}
}
