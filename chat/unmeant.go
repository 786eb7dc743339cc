package chat

import (
	"database/sql"
	"errors"
	"sync/atomic"

	"lanyard/chat/event"
	"lanyard/chat/membership"
	"lanyard/internal/store"
)

// Where the history is closed, events come without words that are for others. A change that comes later can say otherwise of whether our person was a member by what such an event
// has seen: a removal of theirs turns out void. Then it is ours, and what is lacked; or what seemed to be ours is not. So it is in any room with what comes to lie behind a cut, where nobody is
// asked for it, or does no more. So both sorts are noted, and judged anew: docs/protocol.md, section 6, rooms, "Words that are missing".

// rejudgeStep is how many events of either sort are judged anew in one transaction: more than can have the same time, as a room has fewer branches.
const rejudgeStep = 1024

// rejudged is from which time in a room on what came without words is still to be judged anew, 0 = all of it is judged: the column chat_room.rejudge.
type rejudged struct{ from atomic.Int64 }

func (r *rejudged) pending() bool { return r.from.Load() > 0 }

// judged is what a page found out by that.
type judged struct {
	moved  bool // something is noted otherwise than before
	turned bool // something of that is ours that was not
	ours   bool // something still is, is again, or may be by what came: who was asked for words when it was not was asked for others only
	goesOn bool // the rest follows
}

// noteUnmeant notes that an event came without words for which nobody is asked: they are for others, or it lies behind a cut.
func noteUnmeant(tx *store.Tx, at int64) error {
	_, err := tx.Exec(`INSERT INTO chat_unmeant (conversation, lamport, place) SELECT conversation, lamport, place FROM chat_event WHERE place = ? AND length(salt) = 0 AND deleted = 0 ON CONFLICT DO NOTHING`, at)
	return err
}

// rejudge judges a part of what came without words anew, if our person's membership or a cut turned by this page or one before and not all is judged yet. The rest follows with the next pages.
func (p *page) rejudge(tx *store.Tx, m *membership.State) error {
	r, s := &p.v.room.rejudged, &p.made.shift
	from := r.from.Load()
	if s.now != nil && m.Closed == 1 {
		if at, turns := m.TurnsFor(s.before, p.chat.config.Identity.Person()); turns {
			from = earlier(from, int64(at.Lamport))
		}
	}
	at, err := p.recutFrom(tx)
	if err != nil {
		return err
	}
	if from = earlier(from, at); from == 0 {
		return nil
	}
	next, err := p.rejudgeFrom(tx, m, from)
	if err != nil {
		return err
	}
	p.review = true
	p.made.judged.goesOn = next > 0
	tx.AfterCommit(func() { r.from.Store(next) })
	_, err = tx.Exec(`UPDATE chat_room SET rejudge = ? WHERE conversation = ?`, next, p.v.key)
	return err
}

// earlier is the earlier of two times in a room, of which 0 is none.
func earlier(a, b int64) int64 {
	if a == 0 || b != 0 && b < a {
		return b
	}
	return a
}

// recutFrom is from which time in the room on this page moves cuts over events without words, or others are asked for such events behind a cut, as an earlier version left it; 0 for nothing.
func (p *page) recutFrom(tx *store.Tx) (from int64, err error) {
	if p.made.shift.now == nil && !p.review {
		return 0, nil
	}
	for _, b := range p.branches() {
		cut, before := p.cutNow(b), p.cutOf(b)
		if cut == nil && before == nil {
			continue
		}
		behind := uint64(event.MaxNumber)
		for _, one := range []*event.Point{cut, before} {
			if one != nil {
				behind = min(behind, one.Number)
			}
		}
		var at int64
		switch moved := cut == nil || before == nil || cut.Number != before.Number; {
		case moved:
			at, err = firstBehind(tx, `chat_event`, b, behind)
		case p.review && !p.v.room.rejudged.pending(): // asked once: one whose header cannot be read stays where it is
			at, err = firstBehind(tx, `chat_gap`, b, behind)
		}
		if err != nil {
			return 0, err
		}
		from = earlier(from, at)
	}
	return from, nil
}

// firstBehind is the time in the room of the first event that a branch has in a table behind a number; 0 if there is none.
func firstBehind(tx *store.Tx, table string, b *branch, number uint64) (at int64, err error) {
	err = tx.QueryRow(`SELECT lamport FROM `+table+` WHERE place BETWEEN ? AND ? ORDER BY place LIMIT 1`, place(b, max(number, b.fork)+1), place(b, event.MaxNumber)).Scan(&at)
	if errors.Is(err, sql.ErrNoRows) {
		return 0, nil
	}
	return max(at, 1), err
}

// rejudgeFrom judges the first events from a time in the room on, and returns from which time on there are more; 0 when there are none.
func (p *page) rejudgeFrom(tx *store.Tx, m *membership.State, from int64) (next int64, err error) {
	unmeant, next, err := bareFrom(tx, `SELECT u.lamport, e.place, e.header FROM chat_unmeant u JOIN chat_event e ON e.place = u.place
		WHERE u.conversation = ? AND u.lamport >= ? ORDER BY u.lamport LIMIT ?`, p.v, from)
	if err != nil {
		return 0, err
	}
	gaps, also, err := bareFrom(tx, `SELECT g.lamport, e.place, e.header FROM chat_gap g JOIN chat_event e ON e.place = g.place
		WHERE g.conversation = ? AND g.lamport >= ? ORDER BY g.lamport LIMIT ?`, p.v, from)
	if err != nil {
		return 0, err
	}
	if next == 0 || also > 0 && also < next {
		next = also
	}
	branches := p.folder().branches
	ours := func(one unworded) bool {
		b := branches[placeBranch(one.place)]
		return b != nil && p.mayBeOurs(m, b, one.event)
	}
	for _, b := range unmeant {
		if ours(b) {
			p.made.judged.moved, p.made.judged.turned = true, true
			_, noted := noteGap(tx, b.place)
			err = errors.Join(err, deleteUnmeant(tx, b), noted)
		}
	}
	for _, b := range gaps {
		if ours(b) {
			p.made.judged.ours = true
		} else {
			p.made.judged.moved = true
			_, deleted := deleteGap(tx, b.place)
			err = errors.Join(err, deleted, noteUnmeant(tx, b.place))
		}
	}
	return next, err
}

// rejudged asks for what is ours now, tells that it is lacked, and has the rest judged.
func (c *Chat) rejudged(v *conversation, j *judged) {
	for _, s := range c.sessionsOf(v) {
		if j.turned {
			s.requestAgain() // what was told before counts it as here
		}
		if j.turned || j.ours {
			s.lookForWords(true)
		}
	}
	if !j.goesOn {
		return
	}
	if err := c.ledger.add(func(b *batch) { b.reviews = append(b.reviews, v) }); err != nil {
		c.config.Log.Debug("what came without words is judged on at the next start", "error", err)
	}
}

// tellTurned tells those who asked in vain for words that may be for them by what their membership has become.
func (c *Chat) tellTurned(v *conversation, shift *shift) {
	if shift.now.Closed != 1 {
		return
	}
	for _, s := range c.sessionsOf(v) {
		if _, turns := shift.now.TurnsFor(shift.before, s.link.Person()); turns {
			s.tellFilled()
		}
	}
}

// unworded is an event without its words, and where it lies.
type unworded struct {
	place int64
	event *event.Event // its header
}

func deleteUnmeant(tx *store.Tx, b unworded) error {
	_, err := tx.Exec(`DELETE FROM chat_unmeant WHERE conversation = (SELECT conversation FROM chat_event WHERE place = ?) AND lamport = ? AND place = ?`, b.place, int64(b.event.Lamport), b.place)
	return err
}

// bareFrom reads events that a query finds from a time in a room on, but for those whose headers were altered here, and returns the time of the last one if there may be more.
func bareFrom(tx *store.Tx, query string, v *conversation, from int64) (all []unworded, next int64, err error) {
	rows, err := tx.Query(query, v.key, from, rejudgeStep)
	if err != nil {
		return nil, 0, err
	}
	defer func() { err = errors.Join(err, rows.Close()) }()
	looked, last := 0, int64(0)
	for ; rows.Next(); looked++ {
		var b unworded
		var raw []byte
		if err := rows.Scan(&last, &b.place, &raw); err != nil {
			return nil, 0, err
		}
		if b.event, err = event.Read(raw, nil, nil); err == nil {
			all = append(all, b)
		}
	}
	if looked == rejudgeStep {
		next = last
	}
	return all, next, rows.Err()
}
