package main

import (
	"context"
	"errors"

	"lanyard/internal/agent"
)

func stopCommand() command {
	return command{name: "stop", summary: "End the agent; returns when it has ended",
		about: "What waits for absent people is left with colleagues first, for 2 seconds at most.",
		run: func(ctx context.Context, c *call) error {
			a, err := c.client()
			if err != nil {
				return err
			}
			defer a.Close()
			if err := a.Stop(ctx); err != nil {
				return err
			}
			if err := agent.Ended(ctx, c.profile); err != nil {
				return errors.Join(err)
			}
			return c.print(struct {
				Stopped bool `json:"stopped"`
			}{true}, func() {})
		}}
}
