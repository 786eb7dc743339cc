package chat

import (
	"context"
	"errors"
	"fmt"
	"slices"

	"lanyard/chat/event"
	"lanyard/chat/membership"
	"lanyard/internal/identity"
	"lanyard/internal/store"
)

// mute is an event without its words, and where it lies.
type mute struct {
	place int64
	event *event.Event
}

// owing tells of events without words whether these are owed to us: of what others wrote since we are a member and, where the history is closed or we are none, for us. Not owed is
// what was deleted; what is too old to be kept here is, though nobody is asked for it: it was never delivered.
type owing struct {
	self identity.PersonID
	one  membership.Member
	read readers
}

// owingOf prepares to tell that of some events, by a membership.
func (c *Chat) owingOf(tx *store.Tx, m *membership.State, events []*event.Event) (owing, error) {
	self := c.config.Identity.Person()
	one, _ := m.Member(self)
	read, err := c.readersIn(tx, m, events)
	return owing{self, one, read}, err
}

func (o *owing) isOwed(e *event.Event) bool {
	return o.one.Since.Compare(e.Position()) < 0 && o.read.areFor(o.self, e)
}

// awaited are the events that tell for whom some of these are, and are not here.
func (o *owing) awaited(events []*event.Event) map[event.ID]bool {
	all := map[event.ID]bool{}
	for _, e := range events {
		if o.read.in.Closed != 1 {
			continue
		}
		for _, old := range repeated(e) {
			if _, here := o.read.origins[old]; !here {
				all[old] = true
			}
		}
	}
	return all
}

// isSure reports whether all changes are here that these name: which that are decides for whom they are.
func (o *owing) isSure(events []*event.Event) bool {
	return !slices.ContainsFunc(events, func(e *event.Event) bool { return !o.read.in.Here(e.Heads()...) })
}

// findLacked finds the words of a room that are owed to us and not here, by a membership; from is what was known before, if anything was.
// Of an edit without words it is not known what it edits: one before a deletion may be of that.
func (c *Chat) findLacked(tx *store.Tx, v *conversation, m *membership.State, from *lacked) (*lacked, error) {
	l := &lacked{by: m, all: lacking{}, before: map[*branch]event.Point{}, edits: map[*branch][]uint64{}}
	one, _ := m.Member(c.config.Identity.Person())
	noted, behind, err := notedHeaders(tx, v, one.Since.Lamport)
	if err != nil {
		return nil, err
	}
	if l.looked = len(noted); from != nil {
		l.looked += from.looked
	}
	events := make([]*event.Event, len(noted))
	for i := range noted {
		events[i] = noted[i].event
	}
	owed, err := c.owingOf(tx, m, events)
	if err != nil {
		return nil, err
	}
	branches := v.branchKeys()
	for _, one := range noted {
		if b := branches[placeBranch(one.place)]; b != nil && owed.isOwed(one.event) {
			l.all.add(b, span{one.event.Number, one.event.Number})
			if one.event.Kind == event.KindEdit {
				l.edits[b] = append(l.edits[b], one.event.Number)
			}
		}
	}
	l.origins, l.unsure = owed.awaited(events), !owed.isSure(events)
	if err := tx.QueryRow(`SELECT count(*) FROM chat_gap WHERE conversation = ?`, v.key).Scan(&l.noted); err != nil {
		return nil, err
	}
	if behind > 0 {
		l.rough = true
		if err := lacksBehind(tx, v, l.all, one.Since.Lamport, behind); err != nil {
			return nil, err
		}
	}
	for b := range l.all {
		if err := l.findBefore(tx, b); err != nil {
			return nil, err
		}
	}
	return l, nil
}

// notedQuery finds events whose words may be lacked. It names the kinds of edits (4) and deletions (5) as they are: with bound ones no use is made of the index of deletions.
const notedQuery = `SELECT g.place, e.header FROM chat_gap g JOIN chat_event e ON e.place = g.place
	WHERE g.conversation = ? AND g.lamport >= ? AND e.deleted = 0 AND length(e.salt) = 0 AND e.hidden <> ?
	AND NOT (e.kind = 4 AND EXISTS (SELECT 1 FROM chat_event d WHERE d.place BETWEEN g.place AND (g.place | ?) AND d.kind = 5))
	ORDER BY g.place LIMIT ?`

// notedHeaders reads the first events, as they lie, whose words may be lacked. If there may be more, behind is the place of the last one that was looked at.
func notedHeaders(tx *store.Tx, v *conversation, since uint64) (all []mute, behind int64, err error) {
	rows, err := tx.Query(notedQuery, v.key, int64(since), behindCut, int64(event.MaxNumber), gapStep)
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
func lacksBehind(tx *store.Tx, v *conversation, all lacking, since uint64, behind int64) (err error) {
	rows, err := tx.Query(`SELECT min(place), max(place) FROM chat_gap WHERE conversation = ? AND lamport >= ? AND place > ? GROUP BY place >> ? ORDER BY 1`, v.key, int64(since), behind, numberBits)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, rows.Close()) }()
	branches := v.branchKeys()
	for rows.Next() {
		var first, last int64
		if err := rows.Scan(&first, &last); err != nil {
			return err
		}
		if b := branches[placeBranch(first)]; b != nil {
			all.add(b, span{placeNumber(first), placeNumber(last)})
		}
	}
	return rows.Err()
}

// learnLacked finds what is lacked in a room, if that is not known.
func (c *Chat) learnLacked(ctx context.Context, v *conversation) error {
	from := v.room.lacked.now.Load() // before the look, so that what is stored meanwhile is not passed over
	if from.isKnown() {
		return nil
	}
	err := c.config.DB.Read(ctx, func(tx *store.Tx) error {
		l, err := c.findLacked(tx, v, v.room.members(), from)
		if err == nil {
			v.room.lacked.now.CompareAndSwap(from, l)
		}
		return err
	})
	if err != nil {
		return fmt.Errorf("look for what is lacked %s: %w", v.in(), err)
	}
	return nil
}

// lacks is what our person lacks of that: nothing that they wrote themselves, and nothing in a room that they forgot.
func (c *Chat) lacks(v *conversation, l *lacked) lacking {
	self := c.config.Identity.Person()
	if len(l.all) == 0 || !l.by.Has(self) && v.room.memory.is.Load() == forgotten {
		return nil
	}
	theirs := lacking{}
	for b, all := range l.all {
		if c.config.Roster.PersonOf(b.log.Peer) != self {
			theirs[b] = all
		}
	}
	return theirs
}

// heldEnds is where branches end for who counts nothing behind the first event that is lacked, of those that have one: ends is as in vectorLocked.
func (v *conversation) heldEnds(l *lacked, all lacking, ends map[*branch]event.Point) map[*branch]event.Point {
	held := map[*branch]event.Point{}
	for b, end := range ends {
		held[b] = end
	}
	for _, w := range v.allViews() {
		if first, _ := all.bounds(w.branch, event.MaxNumber); first > 0 {
			held[w.branch] = l.end(w.branch, first)
		}
	}
	return held
}
