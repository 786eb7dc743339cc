package main

import (
	"context"
	"errors"
	"fmt"
	"log"
	"log/slog"
	"os"
	"path/filepath"
	"strings"

	"lanyard/internal/agent"
	"lanyard/internal/api"
	"lanyard/internal/name"
)

func startCommand() command {
	return command{args: "[--headless] [--profile DIR] [--name NAME] [--port N] [--no-open] [--folder DIR] [--accept-shares]",
		summary: "Start Lanyard; if it runs already, open its window",
		flags:   []string{"headless", "name", "port", "no-open", "folder", "accept-shares"},
		about: `
--headless       without tray and window, for servers and scripts; lanyard open makes the window available
--profile DIR    where keys, conversations and settings lie, instead of this user's own place
--name NAME      my name from now on; otherwise what it was, at first the account's full name
--port N         accept colleagues on this TCP port instead of 26426
--no-open        do not open the window
--folder DIR     shared folders and received files lie here instead of in ~/Lanyard
--accept-shares  accept invitations of anybody who is not blocked (servers, tests)
--version        print the version

With LANYARD_DISCOVERY=off in the environment it neither announces itself on the network nor looks for others: they are reached by address
(lanyard add). With LANYARD_DEBUG=1 the log goes to the standard error, in full, instead of into the profile.`,
		run: start}
}

// start runs the agent until it is stopped, or hands over to the one that runs already.
func start(ctx context.Context, c *call) error {
	o, err := startOptions(c)
	if err != nil {
		return err
	}
	log.SetOutput(agent.Quiet(os.Stderr))
	life, stop := context.WithCancel(ctx)
	defer stop()
	go frugal(life)
	for {
		if err = agent.New(o).Run(ctx); !errors.Is(err, agent.ErrHeld) {
			return err
		}
		if err = handOver(ctx, c); !errors.Is(err, agent.ErrEnded) {
			return err
		}
	}
}

func startOptions(c *call) (agent.Options, error) {
	port, err := c.flags.number("port", 1, 65535, 0)
	if err != nil {
		return agent.Options{}, err
	}
	folder := c.flags.text("folder")
	if folder != "" {
		if folder, err = filepath.Abs(folder); err != nil {
			return agent.Options{}, fmt.Errorf("find the folder: %w", err)
		}
	}
	called := c.flags.text("name")
	if c.flags.has("name") {
		if called, err = name.Typed(called); err != nil {
			return agent.Options{}, usage("--name: %v", err)
		}
	}
	o := agent.Options{Profile: c.profile, Name: called, Port: port, Folder: folder, Headless: c.flags.has("headless"), NoOpen: c.flags.has("no-open"),
		AcceptShares: c.flags.has("accept-shares"), Version: version, Silent: silent(),
		Tell: func(line string) { fmt.Fprintln(os.Stderr, name.Quote(line)) }}
	if os.Getenv("LANYARD_DEBUG") != "" {
		o.Log = slog.New(slog.NewTextHandler(os.Stderr, &slog.HandlerOptions{Level: slog.LevelDebug}))
	}
	o.Ready = func(me api.Me) {
		if c.json {
			_ = c.value(me) // Flush returns its error
		} else {
			c.say("Lanyard runs as %s on %s. %s", me.Name, me.Machine, reach(me))
		}
		_ = c.out.Flush() // a closed output does not stop an agent
	}
	return o, nil
}

// silent reports whether the environment switches discovery off.
func silent() bool { return strings.EqualFold(os.Getenv("LANYARD_DISCOVERY"), "off") }

func reach(me api.Me) string {
	if len(me.Addresses) == 0 {
		return "There is no network yet."
	}
	return "Colleagues reach it at " + strings.Join(me.Addresses, ", ") + "."
}

// handOver asks the agent that runs already to open its window.
func handOver(ctx context.Context, c *call) error {
	running, err := agent.Running(ctx, c.profile)
	if err != nil {
		return err
	}
	defer running.Close()
	if c.flags.has("headless") || c.flags.has("no-open") {
		return sayRuns(c, api.WindowAnswer{}, "Lanyard is already running for this profile.")
	}
	w, err := openWindow(ctx, running, c, false)
	if err != nil {
		return err
	}
	if !w.Opened {
		return sayRuns(c, w, "Lanyard is already running, but no window can be opened from here; open %s in a browser within 30 seconds.", w.URL)
	}
	return sayRuns(c, w, "Lanyard is already running; its window opens.")
}

func sayRuns(c *call, w api.WindowAnswer, format string, args ...any) error {
	return c.print(w, func() { c.say(format, args...) })
}
