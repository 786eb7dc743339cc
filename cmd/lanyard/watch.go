package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"time"

	"lanyard/internal/api"
	"lanyard/internal/name"
)

func watchCommand() command {
	return command{name: "watch", summary: "Show what happens, as it happens",
		about: `
With --json, one line per event; the first is {"type":"ready"}, and nothing that happens after it is missed by who reads it as fast as it comes. Of
what waits for a slower reader Lanyard keeps some 64 MB; then the last line is {"type":"behind"}, and the command ends with status 1: begin again, and
read what was said meanwhile by lanyard history.`,
		run: func(ctx context.Context, c *call) error {
			a, err := c.client()
			if err != nil {
				return err
			}
			defer a.Close()
			events, err := a.Events(ctx)
			if err != nil {
				return err
			}
			defer events.Close()
			return watch(ctx, c, a, events)
		}}
}

func watch(ctx context.Context, c *call, a *api.Client, events *api.Stream[api.Event]) error {
	if c.json {
		return pass(ctx, c, events)
	}
	w := newWatched(a.Conversation)
	for {
		e, err := events.Next()
		if err != nil {
			return ended(ctx, err)
		}
		if err := w.hears(e); err != nil {
			return err
		}
		if err := errors.Join(tellEvent(ctx, c, w, e, time.Now()), c.out.Flush()); err != nil {
			return ended(ctx, err)
		}
	}
}

// pass passes the lines on as they came: each at once, several together only when they have arrived together.
func pass(ctx context.Context, c *call, events *api.Stream[api.Event]) error {
	for {
		line, err := events.Raw()
		if err != nil {
			return ended(ctx, err)
		}
		if _, err := c.out.Write(line); err != nil {
			return err
		}
		if events.Waiting() {
			continue
		}
		if err := c.out.Flush(); err != nil {
			return err
		}
	}
}

// ended says why a stream ended: being interrupted is how one ends watching.
func ended(ctx context.Context, err error) error {
	switch {
	case ctx.Err() != nil:
		return nil
	case errors.Is(err, io.EOF):
		return api.ErrNotRunning
	}
	return err
}

// tellEvent prints an event for people. What only a window needs is passed over.
func tellEvent(ctx context.Context, c *call, w *watched, e api.Event, now time.Time) error {
	switch e.Type {
	case api.EventMessage, api.EventAmended, api.EventReminder:
		return tellMessage(ctx, c, w, e, now)
	case api.EventReach:
		return told(e, func(r api.ReachChange) {
			c.say("%s  announcement %s is %s", now.Format("15:04"), short(r.ID), reached(&r.Reach))
		})
	case api.EventRoom:
		return told(e, func(r api.RoomChange) { c.say("%s  room %s: %s", when(r.Time, now), r.Name, changed(r)) })
	case api.EventState:
		return told(e, func(s api.StateChange) {
			c.say("%s  message %s %s", now.Format("15:04"), short(s.ID), got(s))
		})
	case api.EventPresence:
		return told(e, func(p api.Peer) {
			c.say("%s  %s on %s is %s%s", now.Format("15:04"), p.Name, p.Machine, p.Presence, beside(p.Text))
		})
	case api.EventShare:
		return told(e, func(s api.Share) {
			c.say("%s  folder %s is %s%s", now.Format("15:04"), s.Name, s.State, left(s.Progress.Left))
		})
	case api.EventFile:
		return told(e, func(f api.File) {
			c.say("%s  file %s is %s%s", now.Format("15:04"), f.Name, f.State, left(f.Progress.Left))
		})
	case api.EventProblem:
		return told(e, func(p api.ProblemChange) {
			if !p.Gone {
				c.say("%s  %s%s", now.Format("15:04"), p.Text, remedy(p.Remedy))
			}
		})
	case api.EventInvite:
		return told(e, func(i api.InviteChange) {
			if !i.Gone {
				c.say("%s  %s wants to share the folder %s (%s); lanyard share accept %s", now.Format("15:04"), i.From.Distinct(), i.Name, size(i.Bytes), i.ID)
			}
		})
	case api.EventWords:
		return told(e, func(w api.Words) {
			if w.State == "comparing" && !w.Mine {
				c.say("%s  %s wants to compare words with you: lanyard verify %s", now.Format("15:04"), w.Distinct(), w.Person)
			}
		})
	case api.EventNotice:
		return told(e, func(n api.Notice) { c.say("%s  %s", when(n.Time, now), happening(n)) })
	}
	return nil
}

// tellMessage prints what was said, or became of it, with where that is.
func tellMessage(ctx context.Context, c *call, w *watched, e api.Event, now time.Time) error {
	var m api.Message
	if err := e.Into(&m); err != nil {
		return err
	}
	where, err := w.where(ctx, m)
	if err != nil {
		return err
	}
	switch {
	case e.Type == api.EventAmended && m.Refused && !m.Deleted:
		c.say("%s  message %s of %s%s is refused: you were no member any more, and only you see it", now.Format("15:04"), short(m.ID), m.Author.Distinct(), where)
	case e.Type == api.EventAmended:
		c.say("%s  message %s of %s%s is now: %s", now.Format("15:04"), short(m.ID), m.Author.Distinct(), where, marked(m))
	case e.Type == api.EventReminder:
		c.say("%s  reminder: %s%s: %s", now.Format("15:04"), m.Author.Distinct(), where, marked(m))
	default:
		c.say("%s  %s%s: %s", when(m.Time, now), m.Author.Distinct(), where, marked(m))
	}
	return nil
}

// got says how far a message got, and with whom.
func got(s api.StateChange) string {
	switch s.State {
	case "carried":
		return "is carried" + by(s.Through) + " for " + s.Distinct()
	case "delivered":
		return "is delivered to " + s.Distinct()
	case "read":
		return "is read by " + s.Distinct()
	}
	return "waits for " + s.Distinct()
}

// changed says in words what changed in a room.
func changed(r api.RoomChange) string {
	switch r.What {
	case "renamed":
		return r.By.Distinct() + " gave it this name"
	case "grouped":
		return r.By.Distinct() + " changed a group"
	}
	change := api.MemberChange{What: r.What, Who: r.Who}
	return change.Sentence(r.By, name.Quote) + onlyYours(r.Refused) + alsoRefused(r.RefusedChanges)
}

// onlyYours tells of messages that were refused, and what helps.
func onlyYours(n int) string {
	if n == 0 {
		return ""
	}
	return fmt.Sprintf("; only you see %s that you wrote without knowing it: lanyard history marks them as refused, lanyard forward says them again", count(n, "message", "messages"))
}

// alsoRefused tells of what else was, after something else.
func alsoRefused(r *api.RefusedChanges) string {
	if words := r.Sentence(); words != "" {
		return "; " + words
	}
	return ""
}

// happening says in words what happened in a shared folder.
func happening(n api.Notice) string {
	if n.What == "conflict" && n.Other != nil {
		return fmt.Sprintf("%s and %s changed %s at the same time; %s's is kept as %s", n.Other.Distinct(), n.By.Distinct(), n.Path, n.By.Distinct(), n.Copy)
	}
	more := ""
	if n.More > 0 {
		more = fmt.Sprintf(" and %d more", n.More)
	}
	return fmt.Sprintf("%s %s %s%s", n.By.Distinct(), n.What, n.Path, more)
}

func told[T any](e api.Event, tell func(T)) error {
	var v T
	if err := e.Into(&v); err != nil {
		return err
	}
	tell(v)
	return nil
}
