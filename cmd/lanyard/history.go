package main

import (
	"context"
	"slices"
	"strings"
	"time"

	"lanyard/internal/api"
	"lanyard/internal/name"
)

// pageSize is how many messages are asked for at once.
const pageSize = 1000

func historyCommand() command {
	return command{name: "history", args: "CONVERSATION [--since T] [--search TEXT]", summary: "Show what was said, oldest first", flags: []string{"since", "search"},
		min: 1, max: 1,
		about: `
CONVERSATION is the person's name or ID, a room's name, the word office, or the conversation's ID; 8 or more characters of an ID are enough.
Of a room, who made it, came, went or renamed it is shown, too, in lines without an author; with --json they are of the kind change.
The further lines of a text stand under its first one.

--since T      2026-11-21, "2026-11-21 09:30", 14:30 (today), or how long ago: 90m, 2h, 3d
--search TEXT  only messages with these words, in any case, the last may be a beginning; if there are none, those that contain
               the letters or signs; that looks at every message, and tells meanwhile how far back it came`,
		run: func(ctx context.Context, c *call) error {
			since, err := c.flags.moment("since", time.Now())
			if err != nil {
				return err
			}
			return simple(func(ctx context.Context, a *api.Client, c *call) ([]api.Message, error) {
				told := searchTold{warn: c.warn, from: time.Now()}
				ask := func(q api.Query) (api.Page, error) {
					page, err := a.Messages(ctx, c.words[0], q)
					told.tell(page.Searched, time.Now())
					return page, err
				}
				return history(ask, api.Query{Since: since, Search: c.flags.text("search"), Limit: pageSize})
			}, func(c *call, messages []api.Message) { printHistory(c, messages, time.Now()) })(ctx, c)
		}}
}

// history gathers all pages and returns the messages oldest first. The agent begins with the newest page, with Since and without a search with the oldest one.
func history(ask func(api.Query) (api.Page, error), q api.Query) ([]api.Message, error) {
	pages := [][]api.Message{}
	forward := !q.Since.IsZero() && q.Search == ""
	for {
		p, err := ask(q)
		if err != nil {
			return nil, err
		}
		pages = append(pages, p.Messages)
		if !p.More || len(p.Messages) == 0 && p.Next == "" {
			break
		}
		switch {
		case forward:
			q.After = p.Messages[len(p.Messages)-1].ID
		case p.Next != "":
			q.Before = p.Next
		default:
			q.Before = p.Messages[0].ID
		}
	}
	if !forward {
		slices.Reverse(pages)
	}
	if all := slices.Concat(pages...); all != nil {
		return all, nil
	}
	return []api.Message{}, nil
}

// searchTold tells, once a second, how far a search that takes longer has come: signs and letters within words are in no index, and each message is looked at.
type searchTold struct {
	warn func(format string, args ...any)
	from time.Time // the begin of the search, then when it was last told
}

func (s *searchTold) tell(back *time.Time, now time.Time) {
	if back == nil || now.Sub(s.from) < time.Second {
		return
	}
	s.from = now
	s.warn("Searched back to %s so far.", when(*back, now))
}

func printHistory(c *call, messages []api.Message, now time.Time) {
	table := make([][]string, 0, len(messages))
	for _, m := range messages {
		if m.Change != nil {
			table = append(table, []string{when(m.Time, now), "", m.Change.Sentence(m.Author, name.Quote), ""})
			continue
		}
		table = append(table, []string{when(m.Time, now), m.Author.Distinct(), marked(m), far(m)})
	}
	c.texts(table, 2)
}

// said is what a message says, in words: those of a text with its line breaks, all else on one line.
func said(m api.Message) string {
	switch {
	case m.RefusedDeletion && m.Kind == "unknown" && m.Mine:
		return "(you deleted it when you had been removed: the others still see it, and are asked for its words)"
	case m.RefusedDeletion && m.Kind == "unknown":
		return "(" + m.Author.Distinct() + " deleted it when they had been removed: it stays, and others are asked for its words)"
	case m.Gone:
		return "(its words were taken away on this computer; lanyard verify-log says more)"
	case m.Kind == "unknown":
		return "(a newer Lanyard is needed to show this)"
	case m.Kind == "file" && m.File != nil:
		return "file " + name.Quote(m.Text) + " (" + size(m.File.Size) + ", " + m.File.State + leftOut(*m.File) + ")"
	case m.Kind == "file":
		return "file " + name.Quote(m.Text)
	}
	return m.Text
}

// leftOut says that things in a folder did not come with it, and which as far as that is known here.
func leftOut(f api.File) string {
	if f.LeftOut == 0 {
		return ""
	}
	text := ", " + count(f.LeftOut, "item", "items") + " left out"
	if len(f.LeftOutNames) > 0 {
		text += ": " + firstOf(f.LeftOutNames, f.LeftOut, "")
	}
	return text
}

// far is how far an own message got.
func far(m api.Message) string {
	if m.Reach != nil {
		return reached(m.Reach)
	}
	if m.Refused {
		return "refused: only you see it"
	}
	if !m.Mine || len(m.States) == 0 {
		return ""
	}
	if len(m.States) == 1 {
		return m.States[0].State + by(m.States[0].Through)
	}
	parts := make([]string, 0, len(m.States))
	for _, s := range m.States {
		parts = append(parts, s.Distinct()+" "+s.State+by(s.Through))
	}
	return strings.Join(parts, ", ")
}

// by names those who carry a message, after its state.
func by(through []api.Author) string {
	names := make([]string, 0, len(through))
	for _, one := range through {
		names = append(names, one.Distinct())
	}
	switch n := len(names); n {
	case 0:
		return ""
	case 1:
		return " by " + names[0]
	default:
		return " by " + strings.Join(names[:n-1], ", ") + " and " + names[n-1]
	}
}
