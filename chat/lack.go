package chat

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"

	"lanyard/chat/event"
	"lanyard/chat/frame"
	"lanyard/chat/membership"
	"lanyard/internal/store"
	"lanyard/internal/vector"
)

// What a machine lacks is words of events of a room that are owed to its person: it has their headers alone. That is not delivered: docs/protocol.md, section 6,
// rooms, "What is lacked".

// capabilityLacks says that what is lacked is not told as delivered. Who offers it gets headers without words from who was not to have the words themselves.
const capabilityLacks = "lacks"

// span is numbers of a branch.
type span struct{ first, last uint64 }

// lacking are the events that somebody lacks, by the branch that holds them: stretches in order that do not touch.
type lacking map[*branch][]span

func (l lacking) has(b *branch, number uint64) bool {
	return slices.ContainsFunc(l[b], func(s span) bool { return s.first <= number && number <= s.last })
}

// add adds a stretch behind those that are there of a branch.
func (l lacking) add(b *branch, s span) {
	if last := len(l[b]) - 1; last >= 0 && l[b][last].last+1 >= s.first {
		l[b][last].last = max(l[b][last].last, s.last)
		return
	}
	l[b] = append(l[b], s)
}

// upTo returns what is lacked of a branch's history: also of what it has in common with those that it forked from.
func (l lacking) upTo(b *branch, number uint64) (all []span) {
	if b.base != nil {
		all = l.upTo(b.base, min(b.fork, number))
	}
	for _, s := range l[b] {
		if s.first <= number {
			all = append(all, span{s.first, min(s.last, number)})
		}
	}
	return all
}

// lacks finds the words of a room that are owed to us and not here, by a membership: of what others wrote since we are a member and, where the history is closed or
// we are none, for us. Not lacked is what was deleted; what is too old to be kept here is, though nobody is asked for it: it was never delivered.
// Of an edit without words it is not known what it edits: one before a deletion may be of that. In a room that our person forgot nothing is.
func (c *Chat) lacks(tx *store.Tx, v *conversation, m *membership.State) (lacking, error) {
	one, is := m.Member(c.config.Identity.Person())
	if !is && c.gone(v) {
		return nil, nil
	}
	owed, behind, err := owedHeaders(tx, v, one.Since.Lamport)
	if err != nil || len(owed) == 0 {
		return nil, err
	}
	events := make([]*event.Event, len(owed))
	for i := range owed {
		events[i] = owed[i].event
	}
	read, err := c.readersIn(tx, m, events)
	if err != nil {
		return nil, err
	}
	all, branches, self := lacking{}, v.branchKeys(), c.config.Identity.Person()
	for _, o := range owed {
		e, b := o.event, branches[placeBranch(o.place)]
		if b != nil && c.config.Roster.PersonOf(e.Peer) != self && one.Since.Compare(e.Position()) < 0 && (is && m.Closed != 1 || read.meant(self, e)) {
			all.add(b, span{e.Number, e.Number})
		}
	}
	if behind > 0 {
		err = c.lacksBehind(tx, v, all, one.Since.Lamport, behind)
	}
	return all, err
}

// mute is an event without its words, and where it lies.
type mute struct {
	place int64
	event *event.Event
}

// owedQuery finds events whose words may be lacked. It names the kinds of edits (4) and deletions (5) as they are: with bound ones no use is made of the index of deletions.
const owedQuery = `SELECT g.place, e.header FROM chat_gap g JOIN chat_event e ON e.place = g.place
	WHERE g.conversation = ? AND g.lamport >= ? AND e.deleted = 0 AND length(e.salt) = 0 AND e.hidden <> ?
	AND NOT (e.kind = 4 AND EXISTS (SELECT 1 FROM chat_event d WHERE d.place BETWEEN g.place AND (g.place | ?) AND d.kind = 5))
	ORDER BY g.place LIMIT ?`

// owedHeaders reads the first events, as they lie, whose words may be lacked. If there may be more, behind is the place of the last one that was looked at.
func owedHeaders(tx *store.Tx, v *conversation, since uint64) (all []mute, behind int64, err error) {
	rows, err := tx.Query(owedQuery, v.key, int64(since), behindCut, int64(event.MaxNumber), gapStep)
	if err != nil {
		return nil, 0, err
	}
	defer func() { err = errors.Join(err, rows.Close()) }()
	looked, last := 0, int64(0)
	for ; rows.Next(); looked++ {
		var raw []byte
		if err := rows.Scan(&last, &raw); err != nil {
			return nil, 0, err
		}
		if e, err := event.Read(raw, nil, nil); err == nil { // else it was altered here
			all = append(all, mute{last, e})
		}
	}
	if looked == gapStep {
		behind = last
	}
	return all, behind, rows.Err()
}

// lacksBehind adds what may be lacked behind a place, as one stretch of each branch: where so much is missing it is not looked at one by one.
func (c *Chat) lacksBehind(tx *store.Tx, v *conversation, all lacking, since uint64, behind int64) (err error) {
	rows, err := tx.Query(`SELECT min(place), max(place) FROM chat_gap WHERE conversation = ? AND lamport >= ? AND place > ? GROUP BY place >> ? ORDER BY 1`, v.key, int64(since), behind, numberBits)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, rows.Close()) }()
	branches, self := v.branchKeys(), c.config.Identity.Person()
	for rows.Next() {
		var first, last int64
		if err := rows.Scan(&first, &last); err != nil {
			return err
		}
		if b := branches[placeBranch(first)]; b != nil && c.config.Roster.PersonOf(b.log.Peer) != self {
			all.add(b, span{placeNumber(first), placeNumber(last)})
		}
	}
	return rows.Err()
}

// heldEnds is where branches end for who counts nothing behind the first event that is lacked, of those that have one: ends is as in vectorLocked.
func (v *conversation) heldEnds(tx *store.Tx, all lacking, ends map[*branch]event.Point) (map[*branch]event.Point, error) {
	held := maps.Clone(ends)
	if held == nil {
		held = map[*branch]event.Point{}
	}
	for _, w := range v.allViews() {
		missing := all.upTo(w.branch, event.MaxNumber)
		if len(missing) == 0 {
			continue
		}
		held[w.branch] = event.Point{}
		if before := missing[0].first - 1; before > w.fork {
			ids, err := idsFrom(tx, w.branch, before, before)
			if err != nil {
				return nil, err
			}
			if len(ids) == 1 { // else the file was altered: less counts
				held[w.branch] = event.Point{Number: before, ID: ids[0]}
			}
		}
	}
	return held, nil
}

// takesBare reports whether the other side may have headers without words from who has not the words: it notes what it lacks, has others give it, and does not tell it as delivered.
func (s *session) takesBare() bool {
	return s.link.Offers(capabilityLacks) && s.link.Offers(capabilityWords)
}

// toldVector is what the other side is told that is here, and whether something of that is lacked. Who takes it as delivered, or is not asked for words, is told of nothing behind what
// is lacked, and so sends that again if they have it.
func (s *session) toldVector(ctx context.Context) (told vector.Vector, lacks bool, err error) {
	here := s.v.vector()
	if s.v.room == nil {
		return here, false, nil
	}
	for ctx.Err() == nil {
		var held map[*branch]event.Point
		err = s.chat.config.DB.Read(ctx, func(tx *store.Tx) error {
			all, err := s.chat.lacks(tx, s.v, s.v.room.members())
			if lacks = len(all) > 0; err == nil && lacks && !(s.takesBare() && s.bothIn()) {
				held, err = s.v.heldEnds(tx, all, nil)
			}
			return err
		})
		if err != nil {
			return nil, false, fmt.Errorf("look for what is lacked %s: %w", s.v.in(), err)
		}
		before := here
		here, told = s.v.vectors(held)
		if !here.Equal(before) {
			continue // more may be lacked of what came meanwhile
		}
		if held != nil && !s.pleads(held) {
			return here, true, nil
		}
		return told, lacks && held == nil, nil
	}
	return nil, false, context.Cause(ctx)
}

// pleads reports whether the other side is told of less than is here so that they send the rest again: of one lack once over a link, if they know not to take more for delivered. What nobody has
// would else come again, with all behind it, at each vector.
func (s *session) pleads(held map[*branch]event.Point) bool {
	if !s.link.Offers(capabilityLacks) {
		return true
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.relay.pleaded != nil && maps.Equal(s.relay.pleaded, held) {
		return false
	}
	s.relay.pleaded = held
	return true
}

// vectors is what is here, and the same where branches end otherwise.
func (v *conversation) vectors(held map[*branch]event.Point) (here, told vector.Vector) {
	v.mu.Lock()
	defer v.mu.Unlock()
	return v.vectorLocked(nil), v.vectorLocked(held)
}

// untilLacked returns the first of these events of a branch that others may get from here where the history is closed: who would take for delivered what they get as a
// header alone is not given what is lacked here, too. What retention dropped, all were known to have.
func (s *session) untilLacked(tx *store.Tx, b *branch, events []*event.Event, read *readers) ([]*event.Event, error) {
	if s.v.room == nil || read.in.Closed != 1 || s.takesBare() {
		return events, nil
	}
	for i, e := range events {
		if !e.Dropped() || e.Kind.ChangesMembers() || !read.meant(s.link.Person(), e) {
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
