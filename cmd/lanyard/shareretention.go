package main

import (
	"context"
	"strconv"
	"time"

	"lanyard/internal/api"
)

func shareRetentionCommand() command {
	return command{name: "share retention", args: "[ID] [DAYS PERCENT|default]", summary: "Show or set how long shared folders keep what was replaced or deleted", max: 3,
		about: `
It is kept for so many days, in so many percent of the disk at most; then the oldest goes first, and nothing within a day. Without ID it is for all
shared folders (30 days, 10 percent unless set); default lets one be as all are, or all as usual.`,
		run: func(ctx context.Context, c *call) error {
			share, days, percent, set, err := retentionWords(c.words)
			if err != nil {
				return err
			}
			return simple(func(ctx context.Context, a *api.Client, _ *call) (api.ShareRetention, error) {
				if set {
					return a.SetShareRetention(ctx, share, days, percent)
				}
				return a.ShareRetention(ctx, share)
			}, func(c *call, r api.ShareRetention) { printShareRetention(c, share, r) })(ctx, c)
		}}
}

// retentionWords reads what is to be set, and for which share.
func retentionWords(words []string) (share string, days, percent int, set bool, err error) {
	wrong := usage("lanyard share retention takes: [ID] [DAYS PERCENT|default]")
	n := len(words)
	switch {
	case n > 0 && n < 3 && words[n-1] == "default":
		words, set = words[:n-1], true
	case n >= 2:
		var noDays, noPercent error
		days, noDays = strconv.Atoi(words[n-2])
		percent, noPercent = strconv.Atoi(words[n-1])
		if noDays != nil || noPercent != nil || days < 1 || percent < 1 {
			return "", 0, 0, false, wrong
		}
		words, set = words[:n-2], true
	}
	if len(words) > 0 {
		share = words[0]
	}
	return share, days, percent, set, nil
}

func printShareRetention(c *call, share string, r api.ShareRetention) {
	c.say("Kept for %s, in at most %d percent of the disk.", count(r.Days, "day", "days"), r.Percent)
	if share == "" {
		return
	}
	c.say("%s here, %s.", count(r.Files, "file is", "files are"), size(r.Bytes))
	if r.Purged != nil {
		c.say("%s dropped so far (%s), the last %s.", count(r.Purged.Files, "file was", "files were"), size(r.Purged.Bytes), when(r.Purged.Time, time.Now()))
	}
}
