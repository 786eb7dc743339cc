package main

import (
	"context"
	"strings"
	"time"

	"lanyard/internal/api"
)

func statusCommand() command {
	return command{name: "status", args: "[--watch]", summary: "Show me, my addresses, who is here, what is shared and what is wrong", flags: []string{"watch"},
		about: "--watch        again whenever something changes",
		run: func(ctx context.Context, c *call) error {
			a, err := c.client()
			if err != nil {
				return err
			}
			defer a.Close()
			if c.flags.has("watch") {
				return watchStatus(ctx, a, c)
			}
			return showStatus(ctx, a, c)
		}}
}

// watchStatus shows the status at once and after every event.
func watchStatus(ctx context.Context, a *api.Client, c *call) error {
	events, err := a.Events(ctx)
	if err != nil {
		return err
	}
	defer events.Close()
	for {
		if _, err := events.Next(); err != nil {
			return ended(ctx, err)
		}
		if events.Waiting() {
			continue // one picture for all that happened together
		}
		if err := showStatus(ctx, a, c); err != nil {
			return ended(ctx, err)
		}
		if err := c.out.Flush(); err != nil {
			return err
		}
	}
}

func showStatus(ctx context.Context, a *api.Client, c *call) error {
	s, err := a.Status(ctx)
	if err != nil {
		return err
	}
	return c.print(s, func() { printStatus(c, s, time.Now()) })
}

func printStatus(c *call, s api.Status, now time.Time) {
	c.say("%s on %s, %s%s", s.Me.Name, s.Me.Machine, s.Me.Presence, beside(s.Me.Text))
	table := [][]string{{"ID", s.Me.ID}, {"Addresses", strings.Join(s.Me.Addresses, ", ")}, {"Folder", s.Me.Folder}, {"Version", s.Version}}
	c.rows(table)
	c.say("")
	if len(s.Peers) == 0 {
		c.say("Nobody else has been met yet.")
	} else {
		printPeers(c, s.Peers, now)
	}
	if len(s.Shares) > 0 {
		c.say("")
		printShares(c, s.Shares)
	}
	for _, w := range s.Words {
		c.say("\n%s", comparing(w))
	}
	for _, p := range s.Problems {
		c.say("\n%s%s", p.Text, remedy(p.Remedy))
	}
}

// comparing tells of a comparison under way, and how its words are shown. The command names the person by their ID: a name may hold what a shell runs.
func comparing(w api.Words) string {
	who := "You want to make sure who " + w.Name + " is"
	if !w.Mine {
		who = w.Name + " wants to make sure who you are"
	}
	return who + ": lanyard verify " + w.Person + " shows the words to compare."
}

func beside(text string) string {
	if text == "" {
		return ""
	}
	return " (" + text + ")"
}

func remedy(text string) string {
	if text == "" {
		return ""
	}
	return " " + text
}
