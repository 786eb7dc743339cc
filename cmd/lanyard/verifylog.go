package main

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"lanyard/internal/api"
)

func verifyLogCommand() command {
	return command{name: "verify-log", args: "[CONVERSATION]", summary: "Find out whether conversations were altered", max: 1,
		about: `
Walks the logs of all conversations, or of one: the chain of hashes, every text, the signatures of who wrote it, and what each computer signed about
how far the logs go. What is shown is worked out anew from what was signed: the order, edits, reactions, pins, what was deleted and what is hidden. Of
what has no words here is told why: deleted, too old for how long you keep messages, forgotten with a room, not for you, or asked of others. Where
nobody knows why, you kept messages for a shorter time once, or somebody emptied them. That is no alteration. The exit status is 1 if anything was
altered. It also counts what you wrote when you had been removed from a room, which is kept and shown to you only.

Nobody signs how far they have announcements: whoever cuts off the newest ones, and the notes of them as well, is not found. Not looked at is what is
yours alone (drafts, stars, settings, what you have read, which rooms are listed), how far files got and where they lie, who has seen your
announcements, and the index by which is searched.`,
		run: func(ctx context.Context, c *call) error {
			to := ""
			if len(c.words) > 0 {
				to = c.words[0]
			}
			altered := 0
			err := simple(func(ctx context.Context, a *api.Client, _ *call) ([]api.Verification, error) {
				all, err := a.Verify(ctx, to)
				for _, v := range all {
					if v.Altered {
						altered++
					}
				}
				return all, err
			}, printVerified)(ctx, c)
			if err == nil && altered > 0 {
				err = fmt.Errorf("%s altered on this computer", count(altered, "conversation was", "conversations were"))
			}
			return err
		}}
}

func printVerified(c *call, all []api.Verification) {
	if len(all) == 0 {
		c.say("There is no conversation yet.")
	}
	for _, v := range all {
		verdict := "as it was written"
		if v.Altered {
			verdict = "ALTERED"
		}
		c.say("%s: %s (%s in %s, %s verified%s%s%s)", v.Name, verdict, count(v.Events, "event", "events"), count(v.Logs, "log", "logs"), count(v.Signatures, "signature", "signatures"),
			wordless(v.Dropped, v.Gone), some(v.Refused, "message", "messages", "of yours behind your removal, kept and shown to you only"), some(v.Unverified, "event", "events", "whose author's key is not known here any more"))
		for _, a := range v.Alterations {
			c.say("  log of %s, %s%s", a.Author.Distinct(), a.Text, written(a.Time))
		}
		if v.More > 0 {
			c.say("  and %d more", v.More)
		}
	}
	if slices.ContainsFunc(all, func(v api.Verification) bool { return v.Altered }) {
		c.say(afterAltered)
	}
}

// afterAltered is what to do about it. What is said of backups and colleagues is in docs/guide.md.
const afterAltered = `
What was altered stays so here, and others do not get it from this computer. Stop Lanyard and put back a copy of the profile folder from before, if you
have one: what was said since comes from your colleagues. If you have none, what is whole can be kept with lanyard export, and a colleague's computer
has its own copy, which lanyard verify-log checks and lanyard export writes there. See whether the disk is failing, and who else can open the folder.`

func some(n int, one, many, which string) string {
	if n == 0 {
		return ""
	}
	return ", " + count(n, one, many) + " " + which
}

// wordless tells of events without words why they have none.
func wordless(n int, by api.Gone) string {
	if n == 0 {
		return ""
	}
	var why []string
	for _, one := range []struct {
		n    int
		what string
	}{{by.Deleted, "deleted"}, {by.TooOld, "too old"}, {by.Forgotten, "forgotten with the room"}, {by.NotOurs, "not for you"}, {by.Awaited, "asked of others"}, {by.Unexplained, "nobody knows why"}} {
		if one.n > 0 {
			why = append(why, fmt.Sprintf("%d %s", one.n, one.what))
		}
	}
	return fmt.Sprintf(", without words here: %s", strings.Join(why, ", "))
}

func written(at time.Time) string {
	if at.IsZero() {
		return ""
	}
	return " (written " + at.Local().Format("2006-01-02 15:04") + ")"
}
