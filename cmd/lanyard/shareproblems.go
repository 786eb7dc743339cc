package main

import (
	"context"

	"lanyard/internal/api"
)

func shareProblemsCommand() command {
	return command{name: "share problems", args: "ID", summary: "List what is wrong in a shared folder, by who can do something about it", min: 1, max: 1,
		about: `
First what you can do something about, then what each of the others can, then what ends by itself. With --json each has "act" (you, member or
nobody) and, of a member, "who".`,
		run: simple(func(ctx context.Context, a *api.Client, c *call) ([]api.Problem, error) {
			s, err := a.Share(ctx, c.words[0])
			return s.Problems, err
		}, func(c *call, problems []api.Problem) {
			if len(problems) == 0 {
				c.say("Nothing is wrong.")
				return
			}
			for _, g := range byActor(problems) {
				c.say("%s", g.title)
				for _, p := range g.problems {
					c.say("  %s%s", p.Text, remedy(p.Remedy))
				}
			}
		})}
}

// actor is somebody who can act, and on what.
type actor struct {
	title    string
	problems []api.Problem
}

// byActor groups problems by who can do something about them.
func byActor(problems []api.Problem) []actor {
	you, nobody := actor{title: "You can do something:"}, actor{title: "Ends by itself:"}
	var members []string
	of := map[string]*actor{}
	for _, p := range problems {
		switch {
		case p.Act == "nobody":
			nobody.problems = append(nobody.problems, p)
		case p.Act == "member" && p.Who != nil:
			if of[p.Who.ID] == nil {
				members, of[p.Who.ID] = append(members, p.Who.ID), &actor{title: p.Who.Distinct() + " can do something:"}
			}
			of[p.Who.ID].problems = append(of[p.Who.ID].problems, p)
		default:
			you.problems = append(you.problems, p)
		}
	}
	var out []actor
	if len(you.problems) > 0 {
		out = append(out, you)
	}
	for _, id := range members {
		out = append(out, *of[id])
	}
	if len(nobody.problems) > 0 {
		out = append(out, nobody)
	}
	return out
}
