package main

import (
	"context"
	"fmt"
	"path/filepath"
	"strconv"
	"strings"
	"time"

	"lanyard/internal/api"
)

func shareCommands() []command {
	return []command{shareAddCommand(), shareListCommand(), shareInvitesCommand(), shareAcceptCommand(), shareDeclineCommand(), shareStatusCommand(),
		sharePauseCommand(), shareResumeCommand(), shareLimitCommand(), shareLeaveCommand(), shareInviteCommand(), shareRoleCommand(), shareRemoveCommand(), shareOwnerCommand(), shareTakeCommand(), shareContinueCommand(), shareFilesCommand(), shareProblemsCommand(), shareConflictsCommand(), shareSettleCommand(), shareTrashCommand(), shareVersionsCommand(), shareRestoreCommand(), shareRetentionCommand(), shareIgnoreCommand(), shareSelectCommand(), shareDeselectCommand(),
		sharePublishCommand(), shareHeldCommand(), shareApplyCommand(), shareUndoCommand()}
}

func shareAddCommand() command {
	return command{name: "share add", args: "DIR [--name N] --with P... [--role R]", summary: "Share a folder with people: it stays equal everywhere",
		flags: []string{"name", "with", "role"}, min: 1, max: 1,
		about: `
Prints the share's ID. The folder itself is shared where it lies; each person is asked and chooses where it lies on their machine.

--with P       a person; needed, and may stand several times
--name N       what it is called; otherwise as the folder
--role R       what they may do: rw, everything (as without --role); ro, only read; keeper, keep a copy`,
		run: func(ctx context.Context, c *call) error {
			if !c.flags.has("with") {
				return usage("lanyard share add needs: DIR --with P...")
			}
			return simple(addShare, func(c *call, s api.Share) { c.say("%s", s.ID) })(ctx, c)
		}}
}

func addShare(ctx context.Context, a *api.Client, c *call) (api.Share, error) {
	path, err := filepath.Abs(c.words[0])
	if err != nil {
		return api.Share{}, fmt.Errorf("find %s: %w", c.words[0], err)
	}
	return a.AddShareAs(ctx, path, c.flags.text("name"), c.flags["with"], c.flags.text("role"))
}

func shareListCommand() command {
	return command{name: "share list", summary: "List the shared folders",
		run: simple(func(ctx context.Context, a *api.Client, _ *call) ([]api.Share, error) {
			return a.Shares(ctx)
		}, func(c *call, shares []api.Share) {
			if len(shares) == 0 {
				c.say("No folder is shared.")
				return
			}
			printShares(c, shares)
		})}
}

func printShares(c *call, shares []api.Share) {
	table := [][]string{{"FOLDER", "STATE", "FILES", "SIZE", "WITH", "PATH", "ID"}}
	for _, s := range shares {
		table = append(table, []string{s.Name, s.State, strconv.Itoa(s.Files), size(s.Bytes), strings.Join(others(s), ", "), s.Path, short(s.ID)})
	}
	c.rows(table)
}

func others(s api.Share) []string {
	names := make([]string, 0, len(s.Members))
	for _, m := range s.Members {
		names = append(names, m.Distinct())
	}
	return names
}

func shareInvitesCommand() command {
	return command{name: "share invites", summary: "List the folders that others offer to share",
		run: simple(func(ctx context.Context, a *api.Client, _ *call) ([]api.Invite, error) {
			return a.Invites(ctx)
		}, func(c *call, invites []api.Invite) {
			if len(invites) == 0 {
				c.say("No invitation waits.")
				return
			}
			table := [][]string{{"FOLDER", "FROM", "FILES", "SIZE", "ID"}}
			for _, i := range invites {
				table = append(table, []string{i.Name, i.From.Distinct(), strconv.Itoa(i.Files), size(i.Bytes), i.ID})
			}
			c.rows(table)
		})}
}

func shareAcceptCommand() command {
	return command{name: "share accept", args: "ID [--at DIR]", summary: "Accept an invitation", flags: []string{"at"}, min: 1, max: 1,
		about: `
--at DIR       DIR itself becomes the shared folder, made if missing; what lies in it is adopted or kept aside.
               Otherwise it is a new folder under ~/Lanyard.`,
		run: simple(func(ctx context.Context, a *api.Client, c *call) (api.Share, error) {
			path := c.flags.text("at")
			if path != "" {
				var err error
				if path, err = filepath.Abs(path); err != nil {
					return api.Share{}, fmt.Errorf("find %s: %w", c.flags.text("at"), err)
				}
			}
			return a.AcceptShare(ctx, c.words[0], path)
		}, func(c *call, s api.Share) { c.say("%s", s.Path) })}
}

func shareDeclineCommand() command {
	return onShare("decline", "Decline an invitation", func(ctx context.Context, a *api.Client, id string) error { return a.DeclineShare(ctx, id) })
}

func shareLeaveCommand() command {
	return onShare("leave", "Leave a shared folder; it stays on this machine as it is, and one of mine is offered to a member", func(ctx context.Context, a *api.Client, id string) error { return a.LeaveShare(ctx, id) })
}

func sharePauseCommand() command {
	return onShare("pause", "Stop exchanging changes until resume", func(ctx context.Context, a *api.Client, id string) error {
		_, err := a.PauseShare(ctx, id)
		return err
	})
}

func shareResumeCommand() command {
	return onShare("resume", "Undo pause", func(ctx context.Context, a *api.Client, id string) error {
		_, err := a.ResumeShare(ctx, id)
		return err
	})
}

func shareLimitCommand() command {
	return command{name: "share limit", args: "ID [--up N] [--down N]", summary: "Bound how much a shared folder sends and takes on this machine", flags: []string{"up", "down"}, max: 1, min: 1,
		about: `
--up N, --down N   KiB in a second, at least 64; without one there is no limit that way, without both none at all

It counts at once. Messages, and files in them, are not held back. For all shared folders together: lanyard settings share-up, share-down.`,
		run: simple(func(ctx context.Context, a *api.Client, c *call) (api.Share, error) {
			var l api.Limits
			for name, to := range map[string]*int{"up": &l.Up, "down": &l.Down} {
				if !c.flags.has(name) {
					continue
				}
				n, err := strconv.Atoi(c.flags.text(name))
				if err != nil {
					return api.Share{}, usage("--%s takes a number of KiB in a second, not %q", name, c.flags.text(name))
				}
				*to = n
			}
			return a.LimitShare(ctx, c.words[0], l)
		}, func(*call, api.Share) {})}
}

func onShare(verb, summary string, do func(context.Context, *api.Client, string) error) command {
	return command{name: "share " + verb, args: "ID", summary: summary, min: 1, max: 1,
		run: simple(func(ctx context.Context, a *api.Client, c *call) (struct{}, error) {
			return struct{}{}, do(ctx, a, c.words[0])
		}, func(*call, struct{}) {})}
}

func shareStatusCommand() command {
	return command{name: "share status", args: "ID", summary: "Show who has what of a shared folder, who has which document open, and what is wrong", min: 1, max: 1,
		run: simple(func(ctx context.Context, a *api.Client, c *call) (api.Share, error) {
			return a.Share(ctx, c.words[0])
		}, printShare)}
}

func printShare(c *call, s api.Share) {
	c.say("%s, %s, %s in %s", s.Name, s.State, size(s.Bytes), count(s.Files, "file", "files"))
	c.rows([][]string{{"Path", s.Path}, {"ID", s.ID}})
	if s.Progress.Total > 0 && s.Progress.Done < s.Progress.Total {
		c.say("%s of %s%s", size(s.Progress.Done), size(s.Progress.Total), left(s.Progress.Left))
	}
	table := [][]string{}
	for _, m := range s.Members {
		behind := "has everything"
		switch {
		case m.State != "owner" && m.State != "member":
			behind = m.State
		case m.Paused:
			behind = "has paused"
		case !m.InSync && m.PendingFiles == 0:
			behind = "may lack changes"
		case !m.InSync:
			behind = "misses " + count(m.PendingFiles, "file", "files") + " (" + size(m.PendingBytes) + ")"
		}
		table = append(table, []string{m.Distinct(), m.Role, behind})
	}
	c.rows(table)
	if len(s.NotHere) > 0 {
		c.say("Not taken on this machine: %s.", strings.Join(s.NotHere, ", "))
	}
	if s.Limit != nil {
		c.say("Limit: sends %s, takes %s.", rate(s.Limit.Up), rate(s.Limit.Down))
	}
	for _, m := range s.Members {
		if m.Role == "keeper" && m.State == "member" {
			c.say("%s keeps a copy of it for the others.", m.Distinct())
		}
	}
	if s.Role == "ro" || s.Role == "keeper" {
		c.say("You may only read this folder: what you change in it stays on this machine.")
	}
	switch {
	case s.Offered != nil:
		c.say("Offered to %s, who owns it after lanyard share take.", s.Offered.Distinct())
	case s.Deserted:
		c.say("Its owner has left: lanyard share continue goes on with it as a folder of yours.")
	}
	if s.OnlyHere != nil {
		c.say("Only on this machine: %s", count(s.OnlyHere.Files, "file", "files"))
		for _, p := range s.OnlyHere.Paths {
			c.say("  %s", p)
		}
	}
	for _, e := range s.Editing {
		c.say("%s has %s open, since %s", e.By.Distinct(), e.Path, when(e.Since, time.Now()))
	}
	for _, h := range s.Held {
		c.say("Waits for your word: %s. See lanyard share apply and lanyard share undo.", heldWords(h, time.Now()))
	}
	for _, p := range s.Problems {
		c.say("%s%s", p.Text, remedy(p.Remedy))
	}
}

func rate(kib int) string {
	if kib == 0 {
		return "all it can"
	}
	return size(int64(kib)<<10) + "/s"
}

func shareInviteCommand() command {
	return command{name: "share invite", args: "ID --with P... [--role R]", summary: "Invite more people to a shared folder", flags: []string{"with", "role"}, min: 1, max: 1,
		about: `
--role R       what they may do: rw, everything (as without --role); ro, only read; keeper, keep a copy`,
		run: func(ctx context.Context, c *call) error {
			if !c.flags.has("with") {
				return usage("lanyard share invite needs: ID --with P...")
			}
			return simple(func(ctx context.Context, a *api.Client, c *call) (api.Share, error) {
				return a.InviteToShare(ctx, c.words[0], c.flags["with"], c.flags.text("role"))
			}, func(*call, api.Share) {})(ctx, c)
		}}
}

func shareRoleCommand() command {
	return command{name: "share role", args: "ID P R", summary: "Say what a member of a folder of mine may do", min: 3, max: 3,
		about: `
R is one of
  rw      change everything
  ro      only read: what they change stays on their machine, beside what the others have
  keeper  as ro, on a machine that is always on: it passes on what others change when they do not meet`,
		run: simple(func(ctx context.Context, a *api.Client, c *call) (api.Share, error) {
			return a.SetRole(ctx, c.words[0], c.words[1], c.words[2])
		}, func(*call, api.Share) {})}
}

func shareOwnerCommand() command {
	return command{name: "share owner", args: "ID P", summary: "Offer a folder of mine to a member, who owns it once they take it", min: 2, max: 2,
		about: `
P may change everything in it. Offered to myself, it is offered to nobody any more.`,
		run: simple(func(ctx context.Context, a *api.Client, c *call) (api.Share, error) {
			return a.HandOverShare(ctx, c.words[0], c.words[1])
		}, func(*call, api.Share) {})}
}

func shareTakeCommand() command {
	return onShare("take", "Own a shared folder that its owner has offered to me", func(ctx context.Context, a *api.Client, id string) error {
		_, err := a.TakeShare(ctx, id)
		return err
	})
}

func shareContinueCommand() command {
	return command{name: "share continue", args: "ID", summary: "Go on with a folder whose owner is gone for good, as a new one of mine", min: 1, max: 1,
		about: `
Prints the new share's ID. All others who take part are invited to it with what they may do; who accepts keeps their folder.`,
		run: simple(func(ctx context.Context, a *api.Client, c *call) (api.Share, error) {
			return a.ContinueShare(ctx, c.words[0])
		}, func(c *call, s api.Share) { c.say("%s", s.ID) })}
}

func shareRemoveCommand() command {
	return command{name: "share remove", args: "ID P", summary: "End a person's part in a folder of mine", min: 2, max: 2,
		run: simple(func(ctx context.Context, a *api.Client, c *call) (api.Share, error) {
			return a.RemoveFromShare(ctx, c.words[0], c.words[1])
		}, func(*call, api.Share) {})}
}

func shareTrashCommand() command {
	return command{name: "share trash", args: "ID", summary: "List what was replaced or deleted and can come back", min: 1, max: 1,
		run: simple(func(ctx context.Context, a *api.Client, c *call) ([]api.TrashEntry, error) {
			return a.Trash(ctx, c.words[0])
		}, func(c *call, entries []api.TrashEntry) {
			if len(entries) == 0 {
				c.say("Nothing lies in the trash of this share.")
			}
			table := make([][]string, 0, len(entries))
			for _, e := range entries {
				table = append(table, []string{when(e.Time, time.Now()), e.Reason + " by " + e.By.Distinct(), size(e.Size), e.Path, e.ID})
			}
			c.rows(table)
		})}
}
