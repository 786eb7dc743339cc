package chat

import (
	"context"
	"errors"
	"slices"

	"lanyard/chat/event"
	"lanyard/chat/frame"
	"lanyard/internal/peer"
	"lanyard/internal/store"
	"lanyard/internal/vector"
)

// What can be asked for by gaps is; from everybody else the words of what we lack come again with the events, if our vector names nothing behind the first of these: a plea. docs/protocol.md,
// section 6, rooms, "What is lacked".

// plea is that the other side of a session is to send again what is behind a point of a branch. Guarded by session.mu.
type plea struct {
	from uint64      // behind which something is lacked
	at   event.Point // up to where they sent it again
}

// takesBare reports whether the other side may have headers without words from who has not the words: it notes what it lacks, has others give it, and does not tell it as delivered.
func (s *session) takesBare() bool {
	return s.link.Offers(capabilityLacks) && s.link.Offers(capabilityWords)
}

// toldVector is what the other side is told that is here, and whether we lack something of that. Who is asked for words is told of all; who is not, of nothing that is lacked or behind it but what they sent
// again over this link themselves: each event once, whether or not they know that this does not tell what is delivered.
func (s *session) toldVector(ctx context.Context) (told vector.Vector, lacks bool, err error) {
	if s.v.room == nil {
		return s.v.vector(), false, nil
	}
	for ctx.Err() == nil {
		if err := s.chat.learnLacked(ctx, s.v); err != nil {
			return nil, false, err
		}
		l := s.v.room.lacked.now.Load()
		if !l.isKnown() {
			continue
		}
		all, asked := s.chat.lacks(s.v, l), s.takesBare() && s.bothIn()
		if told, lacks, ok := s.named(l, all, asked); ok {
			return told, lacks || s.v.room.rejudged.pending(), nil
		}
	}
	return nil, false, context.Cause(ctx)
}

// named is what the other side is told, unless something else is lacked by now than all: then more may be here as well.
func (s *session) named(l *lacked, all lacking, asked bool) (told vector.Vector, lacks, ok bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.v.mu.Lock()
	defer s.v.mu.Unlock()
	if s.v.room.lacked.now.Load() != l {
		return nil, false, false
	}
	ends, pleas := map[*branch]event.Point{}, map[*branch]plea{}
	for _, branches := range s.v.branches {
		for _, b := range branches {
			first, last := all.bounds(b, b.endLocked(nil).Number)
			if first == 0 {
				continue
			}
			lacks = lacks || asked
			if asked {
				continue
			}
			end := l.end(b, first)
			one := s.relay.pleas[b].after(end)
			pleas[b], lacks = one, lacks || one.at.Number > end.Number
			if one.at.Number < last {
				ends[b] = one.at
			}
		}
	}
	s.relay.pleas = pleas
	return s.v.vectorLocked(ends), lacks, true
}

// after is the plea for what is behind a point: the one that there is, unless it began behind that, or was not heard so far.
func (p plea) after(end event.Point) plea {
	if p.from > end.Number || p.at.Number <= end.Number {
		return plea{end.Number, end}
	}
	return p
}

// answersPlea notes that the other side of a link sent again what it was asked for so.
func (c *Chat) answersPlea(l *peer.Link, v *conversation, r event.Run) {
	s := c.session(l, v)
	if s == nil || v.room == nil {
		return
	}
	for b, one := range s.pleasOf(r) {
		is, err := c.holdsRun(l.Context(), v, b, one.at.Number+1, r)
		if err != nil {
			c.fails(l, "look for what was sent again; it is asked for once more", err)
		}
		if !is {
			continue
		}
		to, err := c.tookWords(l.Context(), b, one.at, r)
		if err != nil {
			c.fails(l, "look for what was sent again; it is asked for once more", err)
		}
		if to.Number > one.at.Number {
			s.raisePlea(b, one, to)
		}
	}
}

// pleasOf returns the pleas to which these events may be an answer.
func (s *session) pleasOf(r event.Run) map[*branch]plea {
	s.mu.Lock()
	defer s.mu.Unlock()
	var all map[*branch]plea
	for b, one := range s.relay.pleas {
		if b.log == r.First().VectorLog() && r.First().Number <= one.at.Number+1 && one.at.Number < r.Last().Number {
			if all == nil {
				all = map[*branch]plea{}
			}
			all[b] = one
		}
	}
	return all
}

// raisePlea raises how far a plea was answered, unless it is another one by now.
func (s *session) raisePlea(b *branch, was plea, to event.Point) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.relay.pleas[b] == was {
		s.relay.pleas[b] = plea{was.from, to}
	}
}

// holdsRun reports whether the events of a run are a branch's own history from a number on.
func (c *Chat) holdsRun(ctx context.Context, v *conversation, b *branch, from uint64, r event.Run) (bool, error) {
	for _, e := range []*event.Event{r.Events[from-r.First().Number], r.Last()} {
		if e.Number > v.tipOf(b) {
			return false, nil
		}
		id, err := c.idAt(ctx, v, b, e.Number)
		if errors.Is(err, errRaced) {
			return false, nil
		}
		if err != nil || id != e.ID {
			return false, err
		}
	}
	return true, nil
}

// tookWords returns up to where, from a point on, the words that a run brings of a branch's history are here: those that wait, or could not be stored, have to come once more.
func (c *Chat) tookWords(ctx context.Context, b *branch, from event.Point, r event.Run) (to event.Point, err error) {
	err = c.config.DB.Read(ctx, func(tx *store.Tx) error {
		to = from
		for _, e := range r.Events[from.Number+1-r.First().Number:] {
			if !e.Dropped() {
				if lacks, err := isGap(tx, place(b.owner(e.Number), e.Number)); lacks || err != nil {
					return err
				}
			}
			to = event.PointOf(e)
		}
		return nil
	})
	return to, err
}

func (v *conversation) tipOf(b *branch) uint64 {
	v.mu.Lock()
	defer v.mu.Unlock()
	return b.tip.Number
}

// untilLacked returns the first of these events of a branch that others may get from here where the history is closed: who would take for delivered what they get as a
// header alone is not given what is lacked here, too. What retention dropped, all were known to have.
func (s *session) untilLacked(tx *store.Tx, b *branch, events []*event.Event, read *readers) ([]*event.Event, error) {
	if s.v.room == nil || read.in.Closed != 1 || s.takesBare() {
		return events, nil
	}
	for i, e := range events {
		if !e.Dropped() || e.Kind.ChangesMembers() || !read.areFor(s.link.Person(), e) {
			continue
		}
		if is, err := isGap(tx, place(b, e.Number)); is || err != nil {
			return events[:i], err
		}
	}
	return events, nil
}

// fillFrom takes words that are missing from events that come again.
func (c *Chat) fillFrom(ctx context.Context, v *conversation, r event.Run) error {
	if !slices.ContainsFunc(r.Events, func(e *event.Event) bool { return !e.Dropped() }) {
		return nil
	}
	if err := c.ledger.settled(ctx); err != nil { // what came without words a moment before is no gap until it is stored
		return err
	}
	var missing bool
	err := c.config.DB.Read(ctx, func(tx *store.Tx) error {
		return tx.QueryRow(`SELECT EXISTS (SELECT 1 FROM chat_gap WHERE conversation = ?)`, v.key).Scan(&missing)
	})
	if err != nil || !missing {
		return err
	}
	var all []frame.Word
	for _, e := range r.Events {
		if !e.Dropped() {
			all = append(all, frame.Word{ID: e.ID[:], Salt: e.Salt, Body: e.Body})
		}
	}
	return c.fillWith(ctx, v, all)
}
