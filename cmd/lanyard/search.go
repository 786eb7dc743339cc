package main

import (
	"context"
	"time"

	"lanyard/internal/api"
)

// searchLimit is how many hits are shown to people, and asked for at once.
const searchLimit = 1000

func searchCommand() command {
	return command{name: "search", args: "[TEXT] [--with P] [--from P] [--since T] [--until T] [--files]", summary: "Find messages and files in all conversations, newest first",
		flags: []string{"with", "from", "since", "until", "files"}, max: 1,
		about: `
All words of TEXT must be there, in any case, with or without accents; the last may be the beginning of one. "Words in quotes" follow each other.
An emoji is a word. A + or # directly behind a word must stand there, too: c++. Letters within a word are found in one
conversation: lanyard history CONVERSATION --search.

--with P   only in the conversation with this person, or in this room; may be given several times
--from P   only what this person wrote, wherever that was; several times: any of them; my own name: what I wrote
--since T  2026-11-21, "2026-11-21 09:30", 14:30 (today), or how long ago: 90m, 2h, 3d
--until T  before then
--files    only files that were offered, by their names; TEXT may be left out`,
		run: func(ctx context.Context, c *call) error {
			q := api.SearchQuery{With: c.flags["with"], From: c.flags["from"], Files: c.flags.has("files"), Limit: searchLimit}
			if len(c.words) > 0 {
				q.Text = c.words[0]
			}
			if q.Text == "" && !q.Files {
				return usage("lanyard search needs: TEXT, or --files")
			}
			var err error
			if q.Since, err = c.flags.moment("since", time.Now()); err != nil {
				return err
			}
			if q.Until, err = c.flags.moment("until", time.Now()); err != nil {
				return err
			}
			return simple(func(ctx context.Context, a *api.Client, c *call) ([]api.Hit, error) { return search(ctx, a, c, q) },
				func(c *call, hits []api.Hit) { printHits(c, hits, time.Now()) })(ctx, c)
		}}
}

// search gathers all pages. What is not indexed yet is waited for, as a script wants the whole answer.
func search(ctx context.Context, a *api.Client, c *call, q api.SearchQuery) ([]api.Hit, error) {
	all := []api.Hit{}
	told := false
	for {
		page, err := a.Search(ctx, q)
		if err != nil {
			return nil, err
		}
		if page.Indexed < page.Total && q.Before == "" {
			if !told {
				c.warn("Indexing: %d of %d messages can be found so far.", page.Indexed, page.Total)
				told = true
			}
			if err := wait(ctx, 200*time.Millisecond); err != nil {
				return nil, err
			}
			continue
		}
		all = append(all, page.Hits...)
		if !page.More {
			return all, nil
		}
		q.Before = page.Next
	}
}

func wait(ctx context.Context, d time.Duration) error {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-timer.C:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}

func printHits(c *call, hits []api.Hit, now time.Time) {
	if len(hits) == 0 {
		c.say("Nothing was found.")
		return
	}
	table := make([][]string, 0, len(hits))
	for _, h := range hits {
		table = append(table, []string{when(h.Time, now), h.In(), h.Author.Distinct(), h.Excerpt})
	}
	c.rows(table)
}
