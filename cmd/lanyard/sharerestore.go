package main

import (
	"context"
	"fmt"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"lanyard/internal/api"
	"lanyard/internal/name"
)

func shareVersionsCommand() command {
	return command{name: "share versions", args: "ID PATH", summary: "List what a file of a shared folder has and had, and who replaced it", min: 2, max: 2,
		about: `
The newest comes first. What colleagues have replaced or deleted is kept on this machine, for 30 days or a tenth of the disk; what you
overwrite yourself is kept by the colleagues who had it.`,
		run: simple(func(ctx context.Context, a *api.Client, c *call) ([]api.FileVersion, error) {
			return a.FileVersions(ctx, c.words[0], filepath.ToSlash(c.words[1]))
		}, func(c *call, versions []api.FileVersion) {
			if len(versions) == 0 {
				c.say("Nothing is known of this file on this machine.")
			}
			table := make([][]string, 0, len(versions))
			for _, v := range versions {
				table = append(table, []string{when(v.Time, time.Now()), versionWords(v), size(v.Size), v.ID})
			}
			c.rows(table)
		})}
}

func versionWords(v api.FileVersion) string {
	if v.Reason == "present" {
		return "now, by " + v.By.Distinct()
	}
	return v.Reason + " by " + v.By.Distinct()
}

func shareRestoreCommand() command {
	return command{name: "share restore", args: "ID [PATH] [--of V] [--replace] [--by P --since T]", summary: "Bring back what was replaced or deleted", flags: []string{"of", "replace", "by", "since"}, min: 1, max: 2,
		about: `
Of a file the newest comes back that was replaced or deleted; of a folder all that was deleted in it. Prints the path under which it is back:
another one if something lies there by now.

--of V       not the newest of that path but this one: its ID, as share versions and share trash list it
--replace    in place of what lies there by now, which goes to the trash
--by P       without a path: take back all that this person has replaced and deleted,
--since T    since then: a time, a date, or how long ago (2h, 3d); what others have changed after them is left`,
		run: func(ctx context.Context, c *call) error {
			if by := c.flags.has("by"); by != c.flags.has("since") || by == (len(c.words) > 1) || by && (c.flags.has("of") || c.flags.has("replace")) {
				return usage("lanyard share restore needs: ID PATH [--of V] [--replace], or: ID --by P --since T")
			}
			return simple(restore, printRestored)(ctx, c)
		}}
}

func restore(ctx context.Context, a *api.Client, c *call) (api.Restored, error) {
	share, version := c.words[0], c.flags.text("of")
	if c.flags.has("by") {
		since, err := c.flags.moment("since", time.Now())
		if err != nil {
			return api.Restored{}, err
		}
		return a.Restore(ctx, share, api.RestoreRequest{By: c.flags.text("by"), Since: &since})
	}
	what := api.RestoreRequest{Path: strings.TrimSuffix(filepath.ToSlash(c.words[1]), "/"), Trash: version, Replace: c.flags.has("replace")}
	if version == "" {
		return a.Restore(ctx, share, what)
	}
	entries, err := a.Trash(ctx, share)
	if err != nil {
		return api.Restored{}, err
	}
	if !slices.ContainsFunc(entries, func(e api.TrashEntry) bool { return e.ID == version && e.Path == what.Path }) {
		return api.Restored{}, fmt.Errorf("the trash has no version %s of %s: see lanyard share trash", name.Quote(version), name.Quote(what.Path))
	}
	return a.Restore(ctx, share, what)
}

func printRestored(c *call, r api.Restored) {
	switch {
	case r.Path != "" && r.Files == 1 && r.Skipped == 0:
		c.say("%s", r.Path)
	case r.Skipped == 0:
		c.say("%s back.", count(r.Files, "file is", "files are"))
	default:
		c.say("%s back; %s left as it is, since others have changed it.", count(r.Files, "file is", "files are"), count(r.Skipped, "more was", "more were"))
	}
}
