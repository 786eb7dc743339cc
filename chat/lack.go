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

// joined makes stretches few enough for a state: those next to each other become one.
func joined(all []span) []span {
	all = slices.Clone(all)
	for len(all) > frame.MaxStretches {
		at := 1
		for i := 2; i < len(all); i++ {
			if all[i].first-all[i-1].last < all[at].first-all[at-1].last {
				at = i
			}
		}
		all[at-1].last = all[at].last
		all = slices.Delete(all, at, at+1)
	}
	return all
}

// lacks finds the words of a room that are owed to us and not here, by a membership: of what others wrote since we are a member and, where the history is closed or
// we are none, for us. Not lacked is what was deleted, or is too old to be kept here. Of an edit without words it is not known what it edits: one before a deletion may be of that. In a room that our person forgot nothing is.
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

// owedHeaders reads the first events, as they lie, whose words may be lacked. If there may be more, behind is the place of the last one that was looked at.
func owedHeaders(tx *store.Tx, v *conversation, since uint64) (all []mute, behind int64, err error) {
	oldest, err := oldestKept(tx, v)
	if err != nil {
		return nil, 0, err
	}
	rows, err := tx.Query(`SELECT g.place, e.header FROM chat_gap g JOIN chat_event e ON e.place = g.place
		WHERE g.conversation = ? AND g.lamport >= ? AND e.deleted = 0 AND length(e.salt) = 0 AND e.time >= ? AND e.hidden <> ?
		AND NOT (e.kind = ? AND EXISTS (SELECT 1 FROM chat_event d WHERE d.place BETWEEN g.place AND (g.place | ?) AND d.kind = ?))
		ORDER BY g.place LIMIT ?`, v.key, int64(since), oldest, behindCut, int64(event.KindEdit), int64(event.MaxNumber), int64(event.KindDelete), gapStep)
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
			if len(ids) != 1 {
				return nil, fmt.Errorf("event %d of log %s is missing: %w", before, w.log.ID, store.ErrCorrupt)
			}
			held[w.branch] = event.Point{Number: before, ID: ids[0]}
		}
	}
	return held, nil
}

// standing is how logs stand here once something is stored.
type standing struct {
	ends, held map[*branch]event.Point // where they end if not where they did, and where for who counts nothing behind the first event that is lacked
	lacks      lacking
}

// lacksLocked is what a state says of the branches that its vectors name only in part; read is how far our person has read them.
func (v *conversation) lacksLocked(at standing, read func(*branch) uint64) (told []frame.Lacking) {
	for log, branches := range v.branches {
		for _, b := range branches {
			end := b.endLocked(at.ends)
			missing := joined(at.lacks.upTo(b, end.Number))
			if len(missing) == 0 || end.Number <= b.fork || !v.tellsLocked(log) {
				continue
			}
			l := frame.Lacking{Peer: log.Peer, Log: log.ID, Number: end.Number, Hash: end.Mark().Hash, Read: min(read(b), end.Number)}
			for _, s := range missing {
				l.Missing = append(l.Missing, s.first, s.last)
			}
			told = append(told, l)
		}
	}
	slices.SortFunc(told, func(a, b frame.Lacking) int {
		if n := a.VectorLog().Compare(b.VectorLog()); n != 0 {
			return n
		}
		return a.Mark().Compare(b.Mark())
	})
	return told[:min(len(told), frame.MaxLacking)]
}

// readOf is how far a state said that a branch was read that it named only in part.
func readOf(told *frame.State, b *branch) (read uint64) {
	for i := range told.Lacks {
		if told.Lacks[i].VectorLog() == b.log {
			read = max(read, told.Lacks[i].Read)
		}
	}
	return read
}

// lackedOf works out what a state says to be lacked of the branches that are here, and raises how far it says that they were read.
func (c *Chat) lackedOf(ctx context.Context, v *conversation, s *frame.State, has, seen cover) (lacking, error) {
	all := lacking{}
	for i := range s.Lacks {
		l := &s.Lacks[i]
		views := v.views(l.VectorLog())
		at, err := c.branchWith(ctx, v, views, l.Mark())
		if err != nil {
			return nil, err
		}
		for _, w := range views {
			if at == nil || has[w.branch] == 0 {
				continue
			}
			seen.raise(w.branch, common(w.branch, w.tip.Number, at, l.Read))
			shared := common(w.branch, w.tip.Number, at, l.Number)
			for n := 0; n < len(l.Missing); n += 2 {
				if l.Missing[n] <= shared {
					all[w.branch] = append(all[w.branch], span{l.Missing[n], min(l.Missing[n+1], shared)})
				}
			}
		}
	}
	return all, nil
}

// branchWith returns the branch that a mark lies on; nil if it is not here.
func (c *Chat) branchWith(ctx context.Context, v *conversation, views []view, mark vector.Mark) (*branch, error) {
	for _, w := range views {
		if mark.Number <= w.fork || mark.Number > w.tip.Number {
			continue
		}
		if id, err := c.idAt(ctx, v, w.branch, mark.Number); err != nil || id == event.ID(mark.Hash) {
			return w.branch, err
		}
	}
	return nil, nil
}

// gained returns the numbers of a branch from which somebody got further: those that they have now, up to a number, and had not, up to another one, or lacked.
func gained(from, to uint64, before, now []span) (all []span) {
	if to > from {
		all = append(all, span{from + 1, to})
	}
	for _, s := range before {
		if s.first <= min(from, to) {
			all = append(all, span{s.first, min(s.last, from, to)})
		}
	}
	for _, gone := range now {
		var rest []span
		for _, s := range all {
			if gone.last < s.first || gone.first > s.last {
				rest = append(rest, s)
				continue
			}
			if s.first < gone.first {
				rest = append(rest, span{s.first, gone.first - 1})
			}
			if s.last > gone.last {
				rest = append(rest, span{gone.last + 1, s.last})
			}
		}
		all = rest
	}
	return all
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
		if here.Equal(before) { // else more may be lacked of what came meanwhile
			return told, lacks && held == nil, nil
		}
	}
	return nil, false, context.Cause(ctx)
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

// standsNow is how logs stand once this page is stored.
func (p *page) standsNow(tx *store.Tx) (standing, error) {
	at := standing{ends: p.endsCut()}
	at.held = at.ends
	if p.v.room == nil {
		return at, nil
	}
	m := p.v.room.members()
	if p.made.shift.now != nil {
		m = p.made.shift.now
	}
	var err error
	if at.lacks, err = p.chat.lacks(tx, p.v, m); err == nil && len(at.lacks) > 0 {
		at.held, err = p.v.heldEnds(tx, at.lacks, at.ends)
	}
	return at, err
}
