package main

import (
	"context"

	"lanyard/internal/api"
)

func personCommands() []command {
	return []command{verifyCommand(), blockCommand(), unblockCommand(), forgetCommand()}
}

func blockCommand() command {
	return onPerson("block", "Take nothing from a person; in common rooms they make no notice, and bring me into none that I see", func(ctx context.Context, a *api.Client, p string) error { return a.Block(ctx, p) })
}

func unblockCommand() command {
	return onPerson("unblock", "Undo block", func(ctx context.Context, a *api.Client, p string) error { return a.Unblock(ctx, p) })
}

func forgetCommand() command {
	return onPerson("forget", "Take a person off the list until they are met again; who is blocked stays so and off it", func(ctx context.Context, a *api.Client, p string) error { return a.Forget(ctx, p) })
}

func onPerson(name, summary string, do func(context.Context, *api.Client, string) error) command {
	return command{name: name, args: "P", summary: summary, min: 1, max: 1,
		run: simple(func(ctx context.Context, a *api.Client, c *call) (struct{}, error) {
			return struct{}{}, do(ctx, a, c.words[0])
		}, func(*call, struct{}) {})}
}
