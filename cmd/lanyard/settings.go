package main

import (
	"context"
	"strings"

	"lanyard/internal/api"
)

// settingNames are the settings in the order of the help, each with its place in a request and in an answer.
func settingNames(r *api.SettingsRequest, s *api.Settings) ([]string, map[string]**bool, map[string]*bool) {
	return []string{"notifications", "read-marks", "typing", "last-seen"},
		map[string]**bool{"notifications": &r.Notifications, "read-marks": &r.ReadMarks, "typing": &r.Typing, "last-seen": &r.LastSeen},
		map[string]*bool{"notifications": &s.Notifications, "read-marks": &s.ReadMarks, "typing": &s.Typing, "last-seen": &s.LastSeen}
}

func settingsCommand() command {
	return command{name: "settings", args: "[NAME on|off]", summary: "Show what is switched on, or switch it", max: 2,
		about: `
NAME is notifications (on the desktop), read-marks (what I have read), typing (that I am writing) or last-seen (when I was last here).
Who does not tell one of the last three is not shown it of others either.`,
		run: func(ctx context.Context, c *call) error {
			var r api.SettingsRequest
			names, places, _ := settingNames(&r, &api.Settings{})
			switch {
			case len(c.words) == 0:
				return simple(func(ctx context.Context, a *api.Client, _ *call) (api.Settings, error) { return a.Settings(ctx) }, printSettings)(ctx, c)
			case len(c.words) == 1 || places[c.words[0]] == nil || c.words[1] != "on" && c.words[1] != "off":
				return usage("lanyard settings takes one of %s, and on or off", strings.Join(names, ", "))
			}
			on := c.words[1] == "on"
			*places[c.words[0]] = &on
			return simple(func(ctx context.Context, a *api.Client, _ *call) (api.Settings, error) { return a.SetSettings(ctx, r) }, printSettings)(ctx, c)
		}}
}

func printSettings(c *call, s api.Settings) {
	names, _, values := settingNames(&api.SettingsRequest{}, &s)
	table := make([][]string, 0, len(names))
	for _, name := range names {
		word := "off"
		if *values[name] {
			word = "on"
		}
		table = append(table, []string{name, word})
	}
	c.rows(table)
}
