package main

import (
	"context"

	"lanyard/internal/api"
)

func sharePublishCommand() command {
	return command{name: "share publish", args: "ID [PATH...]", summary: "Share what lies in the folder on this machine only", min: 1, max: -1,
		about: `
What lay in a folder before it became the shared one, and the others have nothing of, is only on this machine until then: it may be what they have
deleted. lanyard share status lists it. Without PATH all of it is shared, with PATH these files and what lies in these folders.`,
		run: simple(func(ctx context.Context, a *api.Client, c *call) (api.Published, error) {
			return a.Publish(ctx, c.words[0], c.words[1:])
		}, func(c *call, p api.Published) {
			if p.Files == 0 {
				c.say("Empty folders are shared.")
				return
			}
			c.say("%s shared.", count(p.Files, "file is", "files are"))
		})}
}
