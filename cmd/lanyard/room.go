package main

import (
	"context"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"lanyard/internal/api"
	"lanyard/internal/name"
)

func roomCommands() []command {
	return []command{roomCreateCommand(), roomListCommand(), roomInviteCommand(), roomJoinCommand(), roomLeaveCommand(), roomRemoveCommand(), roomRenameCommand(), roomForgetCommand(),
		roomEntrustCommand(), roomMoreCommand(), roomGroupCommand()}
}

func roomCreateCommand() command {
	return command{name: "room create", args: "NAME [--with P...] [--open] [--closed-history]", summary: "Make a room: a conversation of many",
		flags: []string{"with", "open", "closed-history"}, min: 1, max: 1,
		about: `
Prints the room's ID. Those named are members at once; any member may invite others, rename the room, and leave it.

--with P          a person; may stand several times
--open            anybody in the office finds and joins it
--closed-history  who comes later does not get what was written before`,
		run: simple(func(ctx context.Context, a *api.Client, c *call) (api.Room, error) {
			return a.CreateRoom(ctx, api.NewRoomRequest{Name: c.words[0], With: c.flags["with"], Open: c.flags.has("open"), ClosedHistory: c.flags.has("closed-history")})
		}, func(c *call, r api.Room) { c.say("%s", r.ID) })}
}

func roomListCommand() command {
	return command{name: "room list", summary: "List my rooms, those that I may join, and those that I left",
		about: `
Rooms that I left, or was removed from, stand last, marked (left) or (removed), until lanyard room forget takes them off. Each can be read by its name
as long as no person and no room of mine has that name, else by its ID.`,
		run: simple(func(ctx context.Context, a *api.Client, _ *call) ([]api.Room, error) {
			return a.Rooms(ctx)
		}, func(c *call, rooms []api.Room) {
			if len(rooms) == 0 {
				c.say("There is no room; lanyard room create makes one.")
				return
			}
			table := [][]string{{"ROOM", "MEMBERS", "WHO", "ID"}}
			for _, r := range rooms {
				table = append(table, []string{r.Name + ending(r) + apart(r), strconv.Itoa(r.Size), whoIsIn(r), short(r.ID)})
			}
			c.rows(table)
		})}
}

// apart tells a room from whatever else its name is, or looks like.
func apart(r api.Room) string {
	what := map[string]string{"office": "looks like the Office, and is a room", "person": "looks like a person", "room": "looks like another"}[r.LookalikeOf]
	if what == "" {
		return ""
	}
	return " (by " + r.Creator.Distinct() + ", " + what + ")"
}

// ending marks a room that we are no member of any more.
func ending(r api.Room) string {
	switch {
	case !r.Over:
		return ""
	case r.Ended != nil && r.Ended.What == "left":
		return " (left)"
	}
	return " (removed)"
}

// endWords says how our part in a room ended.
func endWords(r api.Room) string {
	switch {
	case r.Ended == nil:
		return "the invitation does not count any more"
	case r.Ended.What == "left":
		return "you left it, " + when(r.Ended.Time, time.Now())
	}
	return r.Ended.By.Distinct() + " removed you, " + when(r.Ended.Time, time.Now())
}

// whoIsIn names the members, or says that the room may be joined, or how it ended.
func whoIsIn(r api.Room) string {
	if r.Over && r.Refused > 0 {
		return endWords(r) + "; only you see " + count(r.Refused, "message", "messages") + " of yours" + alsoRefused(r.RefusedChanges)
	}
	if r.Over {
		return endWords(r) + alsoRefused(r.RefusedChanges)
	}
	if !r.Member {
		return "open, by " + r.Creator.Distinct() + "; lanyard room join " + short(r.ID)
	}
	names := make([]string, 0, len(r.Members))
	for _, m := range r.Members {
		names = append(names, m.Distinct())
	}
	return strings.Join(names, ", ")
}

// onRoom is a command that changes a room; with --json it prints the room.
func onRoom(name, args, summary, about string, words int, do func(ctx context.Context, a *api.Client, words []string) (api.Room, error)) command {
	return command{name: "room " + name, args: args, summary: summary, about: about, min: words, max: words,
		run: simple(func(ctx context.Context, a *api.Client, c *call) (api.Room, error) {
			return do(ctx, a, c.words)
		}, func(*call, api.Room) {})}
}

func roomInviteCommand() command {
	return onRoom("invite", "ROOM P", "Make a person a member of a room", "", 2, func(ctx context.Context, a *api.Client, w []string) (api.Room, error) {
		return a.InviteToRoom(ctx, w[0], w[1])
	})
}

func roomJoinCommand() command {
	return onRoom("join", "ROOM", "Join a room that is open to the office", "", 1, func(ctx context.Context, a *api.Client, w []string) (api.Room, error) {
		return a.JoinRoom(ctx, w[0])
	})
}

func roomLeaveCommand() command {
	return command{name: "room leave", args: "ROOM", summary: "End my part in a room", min: 1, max: 1,
		about: `
What was said stays here and can be read. Once its maker is gone, nobody can let others remove members: let somebody do so first, by
lanyard room entrust.`,
		run: simple(func(ctx context.Context, a *api.Client, c *call) (api.Room, error) {
			return a.LeaveRoom(ctx, c.words[0])
		}, func(c *call, r api.Room) {
			if isMakerless(r) {
				c.say("You made this room: until you are back, nobody can remove anybody from it. To leave somebody in charge: lanyard room join %[1]s, lanyard room entrust %[1]s P, and leave again.", short(r.ID))
			}
		})}
}

// isMakerless reports whether a room that we left was made by us and goes on without anybody who may remove members.
func isMakerless(r api.Room) bool {
	ours := r.Ended != nil && r.Ended.By.ID == r.Creator.ID
	return ours && len(r.Members) > 0 && !slices.ContainsFunc(r.Members, func(m api.RoomMember) bool { return m.MayRemove })
}

func roomRemoveCommand() command {
	return onRoom("remove", "ROOM P", "End a member's part in a room",
		"Only who made the room may, and whom they named by lanyard room entrust. The person gets nothing that is written by anybody who knows of it.", 2,
		func(ctx context.Context, a *api.Client, w []string) (api.Room, error) {
			return a.RemoveFromRoom(ctx, w[0], w[1])
		})
}

func roomForgetCommand() command {
	return command{name: "room forget", args: "ROOM", summary: "Take a room that I left off the list", min: 1, max: 1,
		about: `
What was said in it is deleted on this machine, with drafts, stars, reminders, texts to be sent later and programs of it; received files stay in their
folder. It comes back only by a new invitation, or by lanyard room join, and without what was deleted.`,
		run: simple(func(ctx context.Context, a *api.Client, c *call) (struct{}, error) {
			return struct{}{}, a.ForgetRoom(ctx, c.words[0])
		}, func(*call, struct{}) {})}
}

func roomRenameCommand() command {
	return onRoom("rename", "ROOM NEW", "Give a room another name, for everybody", "", 2, func(ctx context.Context, a *api.Client, w []string) (api.Room, error) {
		return a.RenameRoom(ctx, w[0], w[1])
	})
}

func roomEntrustCommand() command {
	return onRoom("entrust", "ROOM P", "Let a member remove others from a room of mine", "", 2, func(ctx context.Context, a *api.Client, w []string) (api.Room, error) {
		return a.EntrustInRoom(ctx, w[0], w[1])
	})
}

func roomMoreCommand() command {
	return onRoom("more", "ROOM P", "Fetch what waits of a member who wrote very much",
		"Once 64 MB of one member came into a room within a day, their further messages wait until I say so. They stay with who has them, and are not lost.", 2,
		func(ctx context.Context, a *api.Client, w []string) (api.Room, error) {
			return a.MoreOfMember(ctx, w[0], w[1])
		})
}

func roomGroupCommand() command {
	return command{name: "room group", args: "ROOM [NAME [P... | --remove]]", summary: "Name a group of members, to be mentioned together", flags: []string{"remove"}, min: 1, max: -1,
		about: `
From then on @NAME in a text mentions each of them; any member may name groups, for everybody in the room. With ROOM alone the groups are listed, with
NAME alone who is in that one. @everyone mentions all members.

--remove  take the group away, for everybody`,
		run: func(ctx context.Context, c *call) error {
			remove := c.flags.has("remove")
			switch {
			case remove && len(c.words) != 2:
				return usage("lanyard room group --remove needs: ROOM NAME, and nobody else")
			case !remove && len(c.words) < 3:
				return simple(roomWithGroups, printRoomGroups)(ctx, c)
			}
			return simple(func(ctx context.Context, a *api.Client, c *call) (api.Room, error) {
				return a.NameGroup(ctx, c.words[0], c.words[1], c.words[2:])
			}, func(*call, api.Room) {})(ctx, c)
		}}
}

// roomWithGroups is the room that the first word means; where a second one names a group, with that one alone.
func roomWithGroups(ctx context.Context, a *api.Client, c *call) (api.Room, error) {
	r, err := a.Room(ctx, c.words[0])
	if err != nil || len(c.words) == 1 {
		return r, err
	}
	r.Groups = slices.DeleteFunc(r.Groups, func(g api.RoomGroup) bool { return !name.Same(g.Name, c.words[1]) })
	if len(r.Groups) == 0 {
		return r, fmt.Errorf("this room has no group called %s: lanyard room group with the room alone lists them", name.Quote(c.words[1]))
	}
	return r, nil
}

func printRoomGroups(c *call, r api.Room) {
	if len(r.Groups) == 0 {
		c.say("This room has no groups; @everyone mentions all members.")
		return
	}
	called := map[string]string{}
	for _, m := range r.Members {
		called[m.ID] = m.Distinct()
	}
	table := [][]string{{"GROUP", "MEMBERS"}}
	for _, g := range r.Groups {
		var names []string
		for _, id := range g.Members {
			names = append(names, called[id])
		}
		slices.Sort(names)
		table = append(table, []string{g.Name, strings.Join(names, ", ")})
	}
	c.rows(table)
}
