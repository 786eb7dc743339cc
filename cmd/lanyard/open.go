package main

import (
	"context"
	"errors"
	"path/filepath"

	"lanyard/internal/api"
	"lanyard/internal/desktop"
)

func openCommand() command {
	return command{name: "open", args: "[--print]", summary: "Open the window", flags: []string{"print"},
		about: "--print        print a one-time URL instead; it is good for 30 seconds",
		run: simple(func(ctx context.Context, a *api.Client, c *call) (api.WindowAnswer, error) {
			return openWindow(ctx, a, c, c.flags.has("print"))
		}, func(c *call, v api.WindowAnswer) {
			if !v.Opened {
				c.say("%s", v.URL)
			}
		})}
}

// openWindow has the agent open the window. One without a desktop, such as a headless one, cannot: then it is opened from here, if here is a
// desktop; else its URL is all there is.
func openWindow(ctx context.Context, a *api.Client, c *call, print bool) (api.WindowAnswer, error) {
	w, err := a.Window(ctx, print)
	if err != nil || w.Opened || print {
		return w, err
	}
	err = desktop.OpenWindow(ctx, w.URL, filepath.Join(c.profile, "browser"))
	if errors.Is(err, desktop.ErrNoSession) || errors.Is(err, desktop.ErrNoBrowser) {
		return w, nil
	}
	w.Opened = err == nil
	return w, err
}
