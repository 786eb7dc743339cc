package main

import (
	"cmp"
	"context"
	"strconv"
	"strings"

	"lanyard/internal/api"
)

// setting is one thing that can be set.
type setting struct {
	name  string
	takes string                                               // in words
	set   func(r *api.SettingsRequest, value string) (ok bool) // reads a value
	word  func(s api.Settings) string                          // the value that is set
}

// settingsList are the settings in the order of the help.
func settingsList() []setting {
	return []setting{
		onOff("notifications", func(r *api.SettingsRequest) **bool { return &r.Notifications }, func(s api.Settings) bool { return s.Notifications }),
		onOff("read-marks", func(r *api.SettingsRequest) **bool { return &r.ReadMarks }, func(s api.Settings) bool { return s.ReadMarks }),
		onOff("typing", func(r *api.SettingsRequest) **bool { return &r.Typing }, func(s api.Settings) bool { return s.Typing }),
		onOff("last-seen", func(r *api.SettingsRequest) **bool { return &r.LastSeen }, func(s api.Settings) bool { return s.LastSeen }),
		{"accept-files", "a number of megabytes or off",
			func(r *api.SettingsRequest, value string) bool {
				n, err := strconv.Atoi(value)
				r.AcceptFiles = &n
				return err == nil || value == off
			},
			func(s api.Settings) string {
				if s.AcceptFiles == 0 {
					return off
				}
				return strconv.Itoa(s.AcceptFiles) + " MB"
			}},
		{"quiet", "a part of the day such as 22:00-07:00, or off",
			func(r *api.SettingsRequest, value string) bool {
				if value == off {
					value = ""
				}
				r.Quiet = &value
				return true
			},
			func(s api.Settings) string { return cmp.Or(s.Quiet, off) }},
		onOff("enter-breaks", func(r *api.SettingsRequest) **bool { return &r.EnterBreaks }, func(s api.Settings) bool { return s.EnterBreaks }),
		{"text-size", "a number of percent",
			func(r *api.SettingsRequest, value string) bool {
				n, err := strconv.Atoi(strings.TrimSuffix(value, "%"))
				r.TextSize = &n
				return err == nil
			},
			func(s api.Settings) string { return strconv.Itoa(s.TextSize) + " %" }},
		shareRate("share-up", func(r *api.SettingsRequest) **int { return &r.ShareUp }, func(s api.Settings) int { return s.ShareUp }),
		shareRate("share-down", func(r *api.SettingsRequest) **int { return &r.ShareDown }, func(s api.Settings) int { return s.ShareDown }),
	}
}

// shareRate is a limit of all shared folders together.
func shareRate(name string, place func(*api.SettingsRequest) **int, is func(api.Settings) int) setting {
	return setting{name, "a number of KiB in a second, at least 64, or off",
		func(r *api.SettingsRequest, value string) bool {
			n, err := strconv.Atoi(value)
			*place(r) = &n
			return err == nil || value == off
		},
		func(s api.Settings) string {
			if is(s) == 0 {
				return off
			}
			return strconv.Itoa(is(s)) + " KiB/s"
		}}
}

// off is the value of what is not to be.
const off = "off"

// onOff is a setting that is a switch; place is where a request has it.
func onOff(name string, place func(*api.SettingsRequest) **bool, is func(api.Settings) bool) setting {
	return setting{name, "on or off",
		func(r *api.SettingsRequest, value string) bool {
			on := value == "on"
			*place(r) = &on
			return on || value == off
		},
		func(s api.Settings) string {
			if is(s) {
				return "on"
			}
			return off
		}}
}

func settingsCommand() command {
	return command{name: "settings", args: "[NAME VALUE]", summary: "Show what is set, or set it", max: 2,
		about: `
NAME is notifications (on the desktop), read-marks (what I have read), typing (that I am writing) or last-seen (when I was last here), each on or off.
Who does not tell one of the last three is not shown it of others either.
accept-files takes a number of megabytes, or off: up to that size a file of somebody I know is taken by itself.
quiet takes a part of the day such as 22:00-07:00, or off: then notifications wait for its end, as they do while I am busy.
enter-breaks on has Enter begin a line in the window and Ctrl+Enter send; text-size is that of the window, 50 to 200 percent.
share-up and share-down take a number of KiB, at least 64, or off: all shared folders together send and take no more in a second.
Messages, and files in them, are not held back.`,
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
	var names []string
	for _, one := range settingsList() {
		names = append(names, one.name)
		if one.name != words[0] {
			continue
		}
		if len(words) != 2 || !one.set(&r, words[1]) {
			return r, usage("lanyard settings %s takes %s", one.name, one.takes)
		}
		return r, nil
	}
	return r, usage("lanyard settings takes one of %s, and what to set it to", strings.Join(names, ", "))
}

func printSettings(c *call, s api.Settings) {
	var table [][]string
	for _, one := range settingsList() {
		table = append(table, []string{one.name, one.word(s)})
	}
	c.rows(table)
}
