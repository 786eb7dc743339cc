package main

import (
	"context"
	"strings"
	"time"

	"lanyard/internal/api"
)

func peersCommand() command {
	return command{name: "peers", args: "[--blocked]", flags: []string{"blocked"}, summary: "List everybody met, here or not",
		about: `
--blocked  those whom you blocked, also who was taken off the list since`,
		run: simple(func(ctx context.Context, a *api.Client, c *call) ([]api.Peer, error) {
			if c.flags.has("blocked") {
				return a.Blocked(ctx)
			}
			return a.Peers(ctx)
		}, func(c *call, peers []api.Peer) {
			switch {
			case len(peers) > 0:
				printPeers(c, peers, time.Now())
			case c.flags.has("blocked"):
				c.say("You blocked nobody.")
			default:
				c.say("Nobody else has been met yet. \"lanyard doctor\" says what may be in the way.")
			}
		})}
}

func printPeers(c *call, peers []api.Peer, now time.Time) {
	table := [][]string{{"NAME", "MACHINE", "PRESENCE", "LAST SEEN", "ID", "ADDRESS"}}
	for _, p := range peers {
		seen, address := when(p.LastSeen, now), ""
		switch {
		case p.Presence != "offline":
			seen = "now"
		case p.LastSeen.IsZero():
			seen = "not told"
		}
		if len(p.Addresses) > 0 {
			address = p.Addresses[0]
		}
		table = append(table, []string{p.Name + mark(p), p.Machine, p.Presence + beside(p.Text), seen, short(p.ID), address})
	}
	c.rows(table)
}

// mark tells blocked people apart, verified ones and those with whom compared words differed, and warns of a profile that was copied, of a wrong clock and of a name that another row
// has too, or one that looks like it.
func mark(p api.Peer) string {
	var about []string
	switch p.Trust {
	case "blocked":
		if p.Forgotten {
			return " (blocked; off the list)"
		}
		return " (blocked)"
	case "differs":
		about = append(about, "words differ")
	case "verified":
		about = append(about, "verified")
	}
	if p.Copied {
		about = append(about, "runs twice")
	}
	if p.Clock != "" {
		about = append(about, "clock "+p.Clock)
	}
	switch {
	case p.Lookalike && len(about) == 0:
		about = append(about, "looks like another")
	case p.Lookalike:
		about = append(about, "another looks like them")
	case len(about) == 0:
		return ""
	}
	return " (" + strings.Join(about, "; ") + ")"
}
