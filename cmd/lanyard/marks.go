package main

import (
	"context"
	"strings"

	"lanyard/internal/api"
)

// marksCommands are about what we note about people.
func marksCommands() []command {
	return []command{favouriteCommand(), groupListCommand(), groupAddCommand(), groupRemoveCommand(), groupRenameCommand(), liveCommand()}
}

func favouriteCommand() command {
	return command{name: "favourite", args: "P [--off]", summary: "Show a person first in the list, or no more", flags: []string{"off"}, min: 1, max: 1,
		about: "Nobody else sees it.",
		run: simple(func(ctx context.Context, a *api.Client, c *call) (api.Marks, error) {
			on := !c.flags.has("off")
			return a.Mark(ctx, c.words[0], api.MarksRequest{Favourite: &on})
		}, func(*call, api.Marks) {})}
}

func groupListCommand() command {
	return command{name: "group list", summary: "List the groups of my list of people",
		run: simple(func(ctx context.Context, a *api.Client, _ *call) ([]api.Group, error) { return a.Groups(ctx) }, printGroups)}
}

func groupAddCommand() command {
	return command{name: "group add", args: "NAME P...", summary: "Put people into a group of my list, made if missing", min: 2, max: -1, about: "Nobody else sees it.",
		run: simple(func(ctx context.Context, a *api.Client, c *call) ([]api.Group, error) {
			return a.ChangeGroup(ctx, api.GroupRequest{Name: c.words[0], Add: c.words[1:]})
		}, printGroups)}
}

func groupRemoveCommand() command {
	return command{name: "group remove", args: "NAME P...", summary: "Take people out of a group; an empty one is gone", min: 2, max: -1,
		run: simple(func(ctx context.Context, a *api.Client, c *call) ([]api.Group, error) {
			return a.ChangeGroup(ctx, api.GroupRequest{Name: c.words[0], Remove: c.words[1:]})
		}, printGroups)}
}

func groupRenameCommand() command {
	return command{name: "group rename", args: "NAME NEW", summary: "Give a group of my list another name", min: 2, max: 2,
		run: simple(func(ctx context.Context, a *api.Client, c *call) ([]api.Group, error) {
			return a.RenameGroup(ctx, c.words[0], c.words[1])
		}, printGroups)}
}

func printGroups(c *call, groups []api.Group) {
	if len(groups) == 0 {
		c.say("There is no group; lanyard group add makes one.")
		return
	}
	table := make([][]string, 0, len(groups))
	for _, g := range groups {
		names := make([]string, len(g.People))
		for i, p := range g.People {
			names[i] = p.Distinct()
		}
		table = append(table, []string{g.Name, strings.Join(names, ", ")})
	}
	c.rows(table)
}

func liveCommand() command {
	return command{name: "live", args: "P [--off]", summary: "Let a person see what I write to them as I type it", flags: []string{"off"}, min: 1, max: 1,
		about: `
It begins when they have switched it on for me, too; then each sees the letters of the other. They are told that it is on.
While I am invisible, or do not tell that I write, it is off with everybody.`,
		run: simple(func(ctx context.Context, a *api.Client, c *call) (api.Marks, error) {
			on := !c.flags.has("off")
			return a.Mark(ctx, c.words[0], api.MarksRequest{Live: &on})
		}, func(*call, api.Marks) {})}
}
