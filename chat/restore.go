package chat

import (
	"context"
	"errors"
	"slices"

	"lanyard/chat/event"
	"lanyard/chat/frame"
	"lanyard/internal/store"
	"lanyard/internal/vector"
)

// A profile that was put back from a copy, or that runs twice, shows by others having more of our logs, or a newer state of ours, than we have. What
// is missing comes back by the ordinary exchange. Here is the rest: the log is not written any more, the state's counter is lifted above the one
// seen, and what we wrote after the last common point is re-issued in a new log, so that it stands in one that nobody else writes.
//
// Only what our own key signed makes us give up a log. What others say they have of it makes us ask them, and no more: a mark proves nothing, and who could
// make us begin log after log would silence us, since others take few logs of one machine.

// putDownPen ends writing a log that our own key signed more of than is here, if it is the one that we write.
func (c *Chat) putDownPen(v *conversation, log vector.Log) {
	if v.writesNoMore(log) {
		c.config.Log.Warn("this profile was put back from a copy or runs twice: what is missing is fetched back", "conversation", v.id)
	}
}

// writesNoMore ends writing a log: the next event begins a new one. It reports whether it was the one that we write.
func (v *conversation) writesNoMore(log vector.Log) bool {
	v.mu.Lock()
	defer v.mu.Unlock()
	wrote := v.pen.branch != nil && v.pen.branch.log == log
	if wrote {
		v.pen.branch = nil
	}
	return wrote
}

// outrun takes a state of our own machine that is newer than ours. A log that it does not name is younger than that state, and goes on.
func (c *Chat) outrun(ctx context.Context, v *conversation, s frame.State) error {
	for log := range s.Here() {
		c.putDownPen(v, log)
	}
	v.mu.Lock()
	v.pen.counter = max(v.pen.counter, s.Counter)
	v.pen.ahead = true
	v.pen.lost = s.ReadHere()
	v.mu.Unlock()
	return c.readAgain(ctx, v)
}

// readAgain marks as read what our person had read, as far as the events are back.
func (c *Chat) readAgain(ctx context.Context, v *conversation) error {
	v.mu.Lock()
	lost := v.pen.lost
	v.mu.Unlock()
	read, err := c.marksHere(ctx, v, lost)
	if err != nil {
		return err
	}
	v.mu.Lock()
	if len(read) == len(lost) {
		v.pen.lost = nil
	}
	v.mu.Unlock()
	return c.ledger.add(func(b *batch) {
		b.marks = append(b.marks, &readMark{in: v, direct: read, done: make(chan error, 1)})
	})
}

// marksHere returns the marks of a vector that lie on branches we have.
func (c *Chat) marksHere(ctx context.Context, v *conversation, all vector.Vector) (map[*branch]vector.Mark, error) {
	here := map[*branch]vector.Mark{}
	for log, marks := range all {
		for _, mark := range marks {
			for _, w := range v.views(log) {
				if mark.Number <= w.fork || mark.Number > w.kept.Number {
					continue
				}
				id, err := c.idAt(ctx, v, w.branch, mark.Number)
				if err != nil {
					return nil, err
				}
				if id == event.ID(mark.Hash) {
					here[w.branch] = mark
				}
			}
		}
	}
	return here, nil
}

// arrived looks at events just stored for what concerns our own logs.
func (c *Chat) arrived(v *conversation, arrivals []*arrival) {
	if len(arrivals) == 0 {
		return
	}
	c.compareAgain(v)
	ours := slices.ContainsFunc(arrivals, func(a *arrival) bool { return a.branch.log.Peer == c.self() })
	if ours || v.forgot() {
		c.begin(func() { c.recover(c.life, v) })
	}
	if ours && c.isOut(v) {
		c.begin(func() { c.hearAll(c.life, v) })
	}
}

// recover does what becomes possible when events come back.
func (c *Chat) recover(ctx context.Context, v *conversation) {
	err := c.understand(ctx, v)
	if err == nil && v.forgot() {
		err = c.readAgain(ctx, v)
	}
	if err == nil {
		err = c.reissue(ctx, v)
	}
	if err == nil {
		err = c.takeBackAgain(ctx, v)
	}
	if err != nil && ctx.Err() == nil && !errors.Is(err, errEnded) {
		c.config.Log.Warn("recover what was lost when the profile was put back; it is tried again at the next start", "error", err)
	}
}

// forgot reports whether our person had read more than we know.
func (v *conversation) forgot() bool {
	v.mu.Lock()
	defer v.mu.Unlock()
	return len(v.pen.lost) > 0
}

// reissue writes again, in a new log, what stands only in a history of our logs that was forked: events after the last common point that no event
// re-issues yet; and what stands in a log that counts nothing, since who had invited us was no member any more, now that we are one. It is done again at
// start, in case the program ended in between. What lies behind the cut of a removal or leaving is not written again, also once we are a member again: it was refused.
func (c *Chat) reissue(ctx context.Context, v *conversation) error {
	if v.room != nil && !v.room.members().Has(c.config.Identity.Person()) {
		return nil // it would stand behind the cut, too, and be missed there at the next start
	}
	var again []writing
	err := c.config.DB.Read(ctx, func(tx *store.Tx) error {
		again = nil
		for _, w := range v.allViews() {
			more, err := c.unissuedOf(tx, v, w)
			if err != nil {
				return err
			}
			again = append(again, more...)
		}
		return nil
	})
	if err == nil && len(again) > 0 {
		_, err = c.enter(ctx, v, again)
	}
	return err
}

// unissuedOf returns what is to be written again because of a branch.
func (c *Chat) unissuedOf(tx *store.Tx, v *conversation, w view) (again []writing, err error) {
	if w.log.Peer != c.self() {
		return nil, nil
	}
	counts, vain := uint64(event.MaxNumber), false
	if v.room != nil {
		m, self := v.room.members(), c.config.Identity.Person()
		counts, vain = min(counts, m.UpTo(w.log, self)), m.Vain(w.log, self)
	}
	switch {
	case vain:
		again, err = unissued(tx, w.branch, w.fork, event.MaxNumber, v.reissuable)
		for i := range again {
			again[i].anew = true
		}
	case w.base != nil:
		again, err = unissued(tx, w.base, w.fork, counts, v.reissuable)
	}
	return again, err
}

// unissued returns what a branch holds after one number, up to another one, and no event re-issues.
func unissued(tx *store.Tx, b *branch, number, upTo uint64, may func(*event.Event) bool) (again []writing, err error) {
	var all []*event.Event
	err = eachStored(tx, func(e *event.Event, err error) error {
		all = append(all, e)
		return err
	}, `SELECT header, salt, body FROM chat_event WHERE place BETWEEN ? AND ? AND again IS NULL ORDER BY place`, place(b, number+1), place(b, upTo))
	if err != nil {
		return nil, err
	}
	for _, e := range all {
		var n int
		if err := tx.QueryRow(`SELECT count(*) FROM chat_event WHERE again = ? AND hidden NOT IN (?, ?)`, e.ID[:], behindCut, refused).Scan(&n); err != nil {
			return nil, err
		}
		if n == 0 && len(e.Body) > 0 && !e.Kind.ChangesMembers() && may(e) { // a change stays one where it stands
			again = append(again, writing{kind: e.Kind, body: e.Body, again: e.ID[:], edits: e.Edits})
		}
	}
	return again, nil
}
