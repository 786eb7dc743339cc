package main

import (
	"context"
	"slices"
	"strings"

	"lanyard/internal/api"
)

func presenceCommand() command {
	choices := []string{"available", "away", "busy", "invisible"}
	return command{name: "presence", args: "[available|away|busy|invisible [TEXT]]", summary: "Show or change what others see of me", max: 2, empty: true,
		about: `
TEXT stands beside it, such as "back at 3"; without TEXT, or with an empty one (""), there is none any more.
Who is available is shown as away after five minutes without keyboard and mouse, until they are touched again. Busy holds notifications and tells them
as one when it ends. Invisible people look as if they were not here; they still get messages.`,
		run: func(ctx context.Context, c *call) error {
			if len(c.words) == 0 {
				return simple(func(ctx context.Context, a *api.Client, _ *call) (api.Me, error) {
					s, err := a.Status(ctx)
					return s.Me, err
				}, printPresence)(ctx, c)
			}
			if !slices.Contains(choices, c.words[0]) {
				return usage("presence is one of %s, not %q", strings.Join(choices, ", "), c.words[0])
			}
			return simple(func(ctx context.Context, a *api.Client, c *call) (api.Me, error) {
				return a.SetPresence(ctx, c.words[0], strings.Join(c.words[1:], ""))
			}, printPresence)(ctx, c)
		}}
}

func printPresence(c *call, me api.Me) { c.say("%s%s", me.Presence, beside(me.Text)) }
