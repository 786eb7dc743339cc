package main

import (
	"context"
	"strings"
	"time"

	"lanyard/internal/api"
)

func shareHeldCommand() command {
	return command{name: "share held", args: "[ID]", summary: "List the changes that wait for my word, since they delete or rewrite very much", max: 1,
		run: simple(func(ctx context.Context, a *api.Client, c *call) ([]heldIn, error) {
			shares, err := a.Shares(ctx)
			if len(c.words) > 0 {
				var one api.Share
				one, err = a.Share(ctx, c.words[0])
				shares = []api.Share{one}
			}
			return heldOf(shares), err
		}, printHeld)}
}

// heldIn is what waits in one share.
type heldIn struct {
	Share string        `json:"share"`
	Name  string        `json:"name"`
	Held  []api.HeldSet `json:"held"`
}

func heldOf(shares []api.Share) []heldIn {
	all := []heldIn{}
	for _, s := range shares {
		if len(s.Held) > 0 {
			all = append(all, heldIn{s.ID, s.Name, s.Held})
		}
	}
	return all
}

func printHeld(c *call, all []heldIn) {
	if len(all) == 0 {
		c.say("Nothing waits for your word.")
	}
	for _, one := range all {
		for _, h := range one.Held {
			c.say("%s: %s", one.Name, heldWords(h, time.Now()))
		}
	}
}

// heldWords tells of what is held: who did what to how many files, where, and since when it waits.
func heldWords(h api.HeldSet, now time.Time) string {
	var deeds, folders []string
	if h.Deleted > 0 {
		deeds = append(deeds, count(h.Deleted, "file", "files")+" deleted")
	}
	if h.Rewritten > 0 {
		deeds = append(deeds, count(h.Rewritten, "file", "files")+" rewritten")
	}
	for _, f := range h.Folders {
		if f.Path != "" {
			folders = append(folders, f.Path)
		}
	}
	text := strings.Join(deeds, ", ") + " of " + count(h.Of, "file", "files") + " by " + h.By.Distinct()
	if h.Here {
		text += " on this machine"
	}
	if len(folders) > 0 {
		text += ", in " + strings.Join(folders, ", ")
	}
	return text + ", " + when(h.Since, now)
}

func shareApplyCommand() command {
	return command{name: "share apply", args: "ID [P]", summary: "Let the changes go on that wait for my word, all of them or those of one person", min: 1, max: 2,
		run: answerHeld((*api.Client).ApplyHeld)}
}

func shareUndoCommand() command {
	return command{name: "share undo", args: "ID [P]", summary: "Have what was there before the changes that wait for my word, for everybody", min: 1, max: 2,
		about: `
Brings back also what the same person deleted or rewrote in the minutes before, which went on. What was written over files lies in the trash.`,
		run: answerHeld((*api.Client).UndoHeld)}
}

func answerHeld(do func(*api.Client, context.Context, string, string) (api.Share, error)) func(context.Context, *call) error {
	return simple(func(ctx context.Context, a *api.Client, c *call) (api.Share, error) {
		by := ""
		if len(c.words) > 1 {
			by = c.words[1]
		}
		return do(a, ctx, c.words[0], by)
	}, func(*call, api.Share) {})
}
