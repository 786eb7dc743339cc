package main

import (
	"context"

	"lanyard/internal/api"
)

func readCommand() command {
	return command{name: "read", args: "CONVERSATION", summary: "Mark everything in a conversation as read", min: 1, max: 1,
		run: simple(func(ctx context.Context, a *api.Client, c *call) (api.Conversation, error) {
			return a.Read(ctx, c.words[0], "")
		}, func(*call, api.Conversation) {})}
}
