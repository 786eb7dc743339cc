package main

import (
	"context"
	"strconv"
	"time"

	"lanyard/internal/api"
)

// laterCommands are about what happens at a time.
func laterCommands() []command {
	about := `
TIME is "2026-11-21 09:30", 2026-11-21 (nine in the morning), 14:30 (today), or how long from now: 90m, 2h, 3d. It is this computer's clock that
counts; what is due while Lanyard does not run happens as soon as it runs again. Of what is due and did not happen the list says why; what you may
not send (you left the room, or blocked the person) stays, and goes once you may, within a day of its time; after that it stays until you
cancel it, or give it another time in the window.`
	mentionAbout := `

--mention P  tell that person of it even if they muted the conversation; may stand several times`
	printID := func(c *call, l api.Later) { c.say("%s", l.ID) }
	return []command{
		{name: "remind", args: "ID TIME", summary: "Be reminded of a message at a time", min: 2, max: 2, about: about,
			run: simple(func(ctx context.Context, a *api.Client, c *call) (api.Later, error) {
				at, err := coming(c.words[1], time.Now())
				if err != nil {
					return api.Later{}, err
				}
				return a.Remind(ctx, c.words[0], at)
			}, printID)},
		{name: "later", args: "[TO TEXT TIME [--mention P...] | cancel NUMBER]", summary: "Send a text at a time; list or cancel what is to happen", flags: []string{"mention"}, max: 3, about: about + mentionAbout,
			run: func(ctx context.Context, c *call) error {
				switch {
				case c.flags.has("mention") && len(c.words) != 3:
					return usage("--mention belongs to TO TEXT TIME")
				case len(c.words) == 0:
					return simple(func(ctx context.Context, a *api.Client, _ *call) ([]api.Later, error) { return a.Laters(ctx) }, printLaters)(ctx, c)
				case len(c.words) == 2 && c.words[0] == "cancel":
					return simple(func(ctx context.Context, a *api.Client, c *call) (struct{}, error) {
						return struct{}{}, a.CancelLater(ctx, c.words[1])
					}, func(*call, struct{}) {})(ctx, c)
				case len(c.words) == 3:
					if err := worded(c.words[1], "kept"); err != nil {
						return err
					}
					return simple(func(ctx context.Context, a *api.Client, c *call) (api.Later, error) {
						at, err := coming(c.words[2], time.Now())
						if err != nil {
							return api.Later{}, err
						}
						l, err := a.SendLater(ctx, c.words[0], api.LaterRequest{Text: c.words[1], Mentions: c.flags["mention"], Time: at, OnlyInside: true})
						if err == nil {
							warnOfDiffering(ctx, a, c, c.words[0])
						}
						return l, err
					}, printID)(ctx, c)
				}
				return usage("lanyard later takes nothing, TO TEXT TIME, or cancel NUMBER")
			}},
	}
}

func printLaters(c *call, all []api.Later) {
	if len(all) == 0 {
		c.say("Nothing waits to be sent or to remind of.")
	}
	table := make([][]string, 0, len(all))
	for _, l := range all {
		what := l.Text
		if l.Text == "" {
			what = "reminder of " + reminding(&l)
			if l.Rung {
				what = "reminded of " + reminding(&l)
			}
		}
		switch {
		case l.Again:
			what += " (not yet: " + l.Problem + "; it is tried again each minute)"
		case l.Problem != "":
			what += " (not sent: " + l.Problem + ")"
		}
		table = append(table, []string{l.ID, l.Time.Local().Format("2006-01-02 15:04"), l.In(), what})
	}
	c.texts(table, 3)
}

// reminding is what a reminder is about: its words and the beginning of its ID.
func reminding(l *api.Later) string {
	switch {
	case l.About != nil && l.About.Deleted:
		return "message " + short(l.Message) + ", which was deleted"
	case l.About == nil || !l.About.Here || l.About.Text == "":
		return "message " + short(l.Message)
	}
	return strconv.Quote(l.About.Text) + " by " + l.About.Author.Distinct() + " (" + short(l.Message) + ")"
}

// coming reads a time to come, as remind and later take it.
func coming(text string, now time.Time) (time.Time, error) {
	at, err := ahead.moment(text, now)
	if err == nil && (at.IsZero() || at.Equal(now)) {
		err = usage("%q is no time to come such as \"2026-11-21 09:30\", 14:30 or 2h", text)
	}
	return at, err
}
