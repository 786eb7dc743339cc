package main

import (
	"context"
	"strconv"
	"strings"

	"lanyard/internal/api"
)

// acceptFiles is the one setting that is no switch.
const acceptFiles = "accept-files"

// settingNames are the settings in the order of the help, and of those that are switches the place in a request and in an answer.
func settingNames(r *api.SettingsRequest, s *api.Settings) ([]string, map[string]**bool, map[string]*bool) {
	return []string{"notifications", "read-marks", "typing", "last-seen", acceptFiles},
		map[string]**bool{"notifications": &r.Notifications, "read-marks": &r.ReadMarks, "typing": &r.Typing, "last-seen": &r.LastSeen},
		map[string]*bool{"notifications": &s.Notifications, "read-marks": &s.ReadMarks, "typing": &s.Typing, "last-seen": &s.LastSeen}
}

func settingsCommand() command {
	return command{name: "settings", args: "[NAME on|off|MB]", summary: "Show what is set, or set it", max: 2,
		about: `
NAME is notifications (on the desktop), read-marks (what I have read), typing (that I am writing) or last-seen (when I was last here).
Who does not tell one of the last three is not shown it of others either.
accept-files takes a number of megabytes, or off: up to that size a file of somebody I know is taken by itself.`,
		run: func(ctx context.Context, c *call) error {
			if len(c.words) == 0 {
				return simple(func(ctx context.Context, a *api.Client, _ *call) (api.Settings, error) { return a.Settings(ctx) }, printSettings)(ctx, c)
			}
			r, err := settingOf(c.words)
			if err != nil {
				return err
			}
			return simple(func(ctx context.Context, a *api.Client, _ *call) (api.Settings, error) { return a.SetSettings(ctx, r) }, printSettings)(ctx, c)
		}}
}

// settingOf reads NAME and its value.
func settingOf(words []string) (api.SettingsRequest, error) {
	var r api.SettingsRequest
	names, places, _ := settingNames(&r, &api.Settings{})
	wrong := usage("lanyard settings takes one of %s, and on or off (%s: a number of megabytes or off)", strings.Join(names, ", "), acceptFiles)
	if len(words) != 2 {
		return r, wrong
	}
	name, value := words[0], words[1]
	switch place := places[name]; {
	case name == acceptFiles:
		megabytes, err := strconv.Atoi(value)
		if err != nil && value != "off" {
			return r, wrong
		}
		r.AcceptFiles = &megabytes
	case place == nil || value != "on" && value != "off":
		return r, wrong
	default:
		on := value == "on"
		*place = &on
	}
	return r, nil
}

func printSettings(c *call, s api.Settings) {
	names, _, values := settingNames(&api.SettingsRequest{}, &s)
	table := make([][]string, 0, len(names))
	for _, name := range names {
		word := "off"
		switch value := values[name]; {
		case value != nil && *value:
			word = "on"
		case name == acceptFiles && s.AcceptFiles > 0:
			word = strconv.Itoa(s.AcceptFiles) + " MB"
		}
		table = append(table, []string{name, word})
	}
	c.rows(table)
}
