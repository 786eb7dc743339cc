package main

import (
	"context"
	"fmt"
	"path"
	"path/filepath"
	"strings"
	"time"

	"lanyard/internal/api"
)

func shareFilesCommand() command {
	return command{name: "share files", args: "ID [PATH] [--search TEXT]", summary: "List what lies in a shared folder, or find files in it, and who has them", flags: []string{"search"}, min: 1, max: 2,
		about: `
PATH is a folder in the share; without it the share itself is listed. Each line says how far a file has come to this machine, and how many
of the members have it.

--search TEXT  files at any depth whose paths contain these words`,
		run: simple(allFiles, printShared)}
}

// filesPage is how many files are asked for at a time.
const filesPage = 1000

func allFiles(ctx context.Context, a *api.Client, c *call) ([]api.SharedFile, error) {
	q := api.FilesQuery{Find: c.flags.text("search"), Limit: filesPage}
	if len(c.words) > 1 {
		q.Under = strings.TrimSuffix(filepath.ToSlash(c.words[1]), "/")
	}
	all := []api.SharedFile{}
	for {
		page, err := a.SharedFiles(ctx, c.words[0], q)
		if err != nil {
			return nil, err
		}
		if all, q.After = append(all, page.Files...), page.Next; page.Next == "" {
			return all, nil
		}
	}
}

func printShared(c *call, files []api.SharedFile) {
	if len(files) == 0 {
		c.say("There is nothing.")
		return
	}
	table := [][]string{{"FILE", "SIZE", "BY", "WHEN", "HERE", "REACHED"}}
	for _, f := range files {
		table = append(table, []string{shownPath(f, c.flags.has("search")), sizeOf(f), writer(f), writtenAt(f), stateOf(f), reachedBy(f)})
	}
	c.rows(table)
}

func shownPath(f api.SharedFile, whole bool) string {
	shown := path.Base(f.Path)
	if whole {
		shown = f.Path
	}
	if f.Folder {
		shown += "/"
	}
	return shown
}

func sizeOf(f api.SharedFile) string {
	if f.Folder {
		return ""
	}
	return size(f.Size)
}

func writer(f api.SharedFile) string {
	if f.By == nil || f.Folder {
		return ""
	}
	return f.By.Distinct()
}

func writtenAt(f api.SharedFile) string {
	if f.Time == nil || f.Folder {
		return ""
	}
	return when(*f.Time, time.Now())
}

func stateOf(f api.SharedFile) string {
	switch {
	case f.State == "blocked" || f.State == "away":
		return f.Why + remedy(f.Remedy)
	case f.State == "ignored":
		return "not shared"
	case f.State == "not-here":
		return "not taken here"
	case f.State == "coming" && f.Folder:
		return "coming"
	case f.State == "coming":
		return fmt.Sprintf("%s of %s", size(f.Done), size(f.Size))
	case f.Blocked > 0:
		return count(f.Blocked, "file", "files") + " blocked"
	case f.Coming > 0:
		return count(f.Coming, "file", "files") + " to come"
	case f.Beside != "":
		return "copy of a conflict"
	}
	return "yes"
}

// reachedBy says how many have a file, and who does not.
func reachedBy(f api.SharedFile) string {
	if f.Of == 0 {
		return ""
	}
	text := fmt.Sprintf("%d of %d", f.Reached, f.Of)
	if len(f.Lacking) == 0 {
		return text
	}
	names := make([]string, 0, len(f.Lacking))
	for _, who := range f.Lacking {
		names = append(names, who.Distinct())
	}
	text += ", not " + strings.Join(names, ", ")
	for _, r := range f.Refused {
		text += ": " + r.Why
	}
	return text
}
