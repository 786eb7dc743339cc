package main

import (
	"context"
	"fmt"
	"time"

	"lanyard/internal/api"
)

func verifyLogCommand() command {
	return command{name: "verify-log", args: "[CONVERSATION]", summary: "Find out whether conversations were altered", max: 1,
		about: `
Walks the logs of all conversations, or of one: the chain of hashes, every text, the signatures of who wrote it, and what each computer signed about
how far the logs go. Texts that were dropped because they were old or deleted are no alteration. The exit status is 1 if anything was altered.`,
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
		c.say("%s: %s (%s in %s, %s verified%s%s)", v.Name, verdict, count(v.Events, "event", "events"), count(v.Logs, "log", "logs"), count(v.Signatures, "signature", "signatures"),
			some(v.Dropped, "text", "texts", "dropped by retention or deletion"), some(v.Unverified, "event", "events", "whose author's key is not known here any more"))
		for _, a := range v.Alterations {
			c.say("  log of %s, %s%s", a.Author.Name, a.Text, written(a.Time))
		}
		if v.More > 0 {
			c.say("  and %d more", v.More)
		}
	}
}

func some(n int, one, many, which string) string {
	if n == 0 {
		return ""
	}
	return ", " + count(n, one, many) + " " + which
}

func written(at time.Time) string {
	if at.IsZero() {
		return ""
	}
	return " (written " + at.Local().Format("2006-01-02 15:04") + ")"
}
