package main

import (
	"context"
	"fmt"
	"strconv"

	"lanyard/internal/api"
)

func retentionCommand() command {
	return command{name: "retention", args: "[CONVERSATION] [DAYS|forever|default]", summary: "Show or set for how long messages are kept on this computer", max: 2,
		about: `
Messages are kept for ever unless a number of days is set, for all conversations or for one; default lets a conversation be kept as all are. What is
older is dropped from this computer, from search and export too; others keep theirs. What they have not got and what is not read stays. A file that
was received stays in its folder, only its line in the conversation goes. What others wrote is as old as its author's clock says, and never older
than it has been here.`,
		run: func(ctx context.Context, c *call) error {
			if len(c.words) == 0 || len(c.words) == 1 && !isRetention(c.words[0]) {
				return simple(showRetention, printRetention)(ctx, c)
			}
			r, err := retentionRequest(c.words)
			if err != nil {
				return err
			}
			return simple(func(ctx context.Context, a *api.Client, _ *call) (api.Retention, error) {
				return a.SetRetention(ctx, r)
			}, func(*call, api.Retention) {})(ctx, c)
		}}
}

// isRetention tells what is set from the name of a conversation, which is shown.
func isRetention(word string) bool {
	_, err := strconv.Atoi(word)
	return err == nil || word == "forever" || word == "default"
}

func showRetention(ctx context.Context, a *api.Client, c *call) (api.Retention, error) {
	if len(c.words) == 0 {
		return a.Retention(ctx, "")
	}
	r, err := a.Retention(ctx, c.words[0])
	if api.CodeOf(err) == api.CodeUnknown {
		return r, fmt.Errorf("%w; to set it, give a number of days, forever or default", err)
	}
	return r, err
}

func retentionRequest(words []string) (api.RetentionRequest, error) {
	var r api.RetentionRequest
	if len(words) == 2 {
		r.Conversation = words[0]
	}
	switch last := words[len(words)-1]; last {
	case "forever":
	case "default":
		if r.Default = true; r.Conversation == "" {
			return r, usage("default is for one conversation: lanyard retention CONVERSATION default")
		}
	default:
		days, err := strconv.Atoi(last)
		if err != nil || days < 1 {
			return r, usage("lanyard retention needs a number of days, forever or default, not %q", last)
		}
		r.Days = days
	}
	return r, nil
}

func printRetention(c *call, r api.Retention) {
	switch {
	case len(c.words) == 0:
		c.say("Messages are kept %s.", keptFor(r.Days))
	case len(r.Conversations) == 0:
		c.say("With %s they are kept as all are, %s.", c.words[0], keptFor(r.Days))
	}
	for _, v := range r.Conversations {
		c.say("With %s they are kept %s.", v.Name, keptFor(v.Days))
	}
}

func keptFor(days int) string {
	switch days {
	case 0:
		return "for ever"
	case 1:
		return "for a day"
	}
	return fmt.Sprintf("for %d days", days)
}
