package main

import (
	"context"
	"path/filepath"

	"lanyard/internal/api"
)

func shareConflictsCommand() command {
	return command{name: "share conflicts", args: "[ID]", summary: "List the files that two people changed at the same time and nobody has settled", max: 1,
		run: simple(func(ctx context.Context, a *api.Client, c *call) ([]api.ShareConflict, error) {
			if len(c.words) == 0 {
				return a.ShareConflicts(ctx, "")
			}
			return a.ShareConflicts(ctx, c.words[0])
		}, func(c *call, conflicts []api.ShareConflict) {
			if len(conflicts) == 0 {
				c.say("No conflict is open.")
				return
			}
			table := [][]string{{"FILE", "BY", "COPY", "BY", "SHARE"}}
			for _, one := range conflicts {
				table = append(table, []string{one.Path, one.Named.By.Distinct(), one.Copy, one.Copied.By.Distinct(), short(one.Share)})
			}
			c.rows(table)
		})}
}

func shareSettleCommand() command {
	return command{name: "share settle", args: "ID COPY name|copy|both", summary: "Say which content of a conflict stays, for everybody", min: 3, max: 3,
		about: `
COPY is the path of the copy, as share conflicts lists it. With name what has the file's name stays, with copy the copy takes that name, with
both the copy gets a name of its own. What gives way goes to the trash. Prints the path of what was kept.`,
		run: simple(func(ctx context.Context, a *api.Client, c *call) (api.Settled, error) {
			return a.Settle(ctx, c.words[0], filepath.ToSlash(c.words[1]), c.words[2])
		}, func(c *call, s api.Settled) { c.say("%s", s.Path) })}
}
