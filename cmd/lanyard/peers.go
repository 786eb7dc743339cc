package main

import (
	"context"
	"time"

	"lanyard/internal/api"
)

func peersCommand() command {
	return command{name: "peers", summary: "List everybody met, here or not",
		run: simple(func(ctx context.Context, a *api.Client, _ *call) ([]api.Peer, error) {
			return a.Peers(ctx)
		}, func(c *call, peers []api.Peer) {
			if len(peers) == 0 {
				c.say("Nobody else has been met yet. \"lanyard doctor\" says what may be in the way.")
				return
			}
			printPeers(c, peers, time.Now())
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

// mark warns of a profile that was copied and of a name that another row has too, or one that looks like it, and tells blocked people apart, and verified ones.
func mark(p api.Peer) string {
	switch {
	case p.Trust == "blocked":
		return " (blocked)"
	case p.Copied:
		return " (runs twice)"
	case p.Lookalike && p.Trust == "verified":
		return " (verified; another looks like them)"
	case p.Lookalike:
		return " (looks like another)"
	case p.Trust == "verified":
		return " (verified)"
	}
	return ""
}
