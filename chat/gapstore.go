package chat

import (
	"errors"
	"fmt"
	"time"

	"lanyard/chat/event"
	"lanyard/chat/frame"
	"lanyard/chat/membership"
	"lanyard/internal/store"
)

// gapStep is how many gaps are looked at in one step.
const gapStep = 4096

// storeGaps notes the events of this page that came without their words, and judges anew for whom are those that came before, if our person's membership turned.
func (p *page) storeGaps(tx *store.Tx) error {
	if p.v.room == nil {
		return nil
	}
	m := p.members()
	for _, a := range p.arrivals {
		for _, e := range a.events {
			if !e.Dropped() {
				continue
			}
			if err := p.noteBare(tx, m, a.branch, e); err != nil {
				return fmt.Errorf("note that event %d of log %s came without words: %w", e.Number, a.branch.log.ID, err)
			}
		}
	}
	if err := p.rejudge(tx, m); err != nil {
		return fmt.Errorf("judge anew what came without words %s: %w", p.v.in(), err)
	}
	return nil
}

// noteBare notes an event without words: as one of which others are asked for them, or as one of which they are not.
func (p *page) noteBare(tx *store.Tx, m *membership.State, b *branch, e *event.Event) error {
	at := place(b, e.Number)
	if !p.mayBeOurs(m, b, e) {
		return noteUnmeant(tx, at)
	}
	noted, err := noteGap(tx, at)
	if noted {
		p.made.mute = append(p.made.mute, e)
	}
	return err
}

// mayBeOurs reports whether others are asked for the words of an event: they may be for our person, and the event counts. Nobody names what lies behind a cut.
func (p *page) mayBeOurs(m *membership.State, b *branch, e *event.Event) bool {
	cut := p.cutNow(b)
	return (cut == nil || e.Number <= cut.Number) && mayBeFor(m, p.chat.config.Identity.Person(), e)
}

// noteGap notes that others are asked for the words of an event, unless it was deleted; false if it is noted already.
func noteGap(tx *store.Tx, at int64) (noted bool, err error) {
	r, err := tx.Exec(`INSERT INTO chat_gap (place, conversation, lamport) SELECT place, conversation, lamport FROM chat_event WHERE place = ? AND length(salt) = 0 AND deleted = 0 ON CONFLICT DO NOTHING`, at)
	if err != nil {
		return false, err
	}
	n, err := r.RowsAffected()
	return n > 0, err
}

// isGap reports whether words are wanted for an event: what fills or deletes it takes the note away.
func isGap(tx *store.Tx, at int64) (is bool, err error) {
	err = tx.QueryRow(`SELECT EXISTS (SELECT 1 FROM chat_gap WHERE place = ?)`, at).Scan(&is)
	return is, err
}

func deleteGap(tx *store.Tx, at int64) (was bool, err error) {
	r, err := tx.Exec(`DELETE FROM chat_gap WHERE place = ?`, at)
	if err != nil {
		return false, err
	}
	n, err := r.RowsAffected()
	return n > 0, err
}

// gap is an event without its words.
type gap struct {
	key   int64
	event *event.Event // its header
}

// gapsAfter returns the stretches of which others are asked for the words, of those noted after a key, and up to which key that is; more: there may be more
// behind that. Those that our own person wrote alone, unless wide is set.
func (c *Chat) gapsAfter(tx *store.Tx, v *conversation, after int64, wide bool) (all []frame.Gap, upTo int64, more bool, err error) {
	oldest, err := oldestKept(tx, v)
	if err != nil {
		return nil, after, false, err
	}
	gaps, upTo, more, err := readGaps(tx, v, after, oldest)
	if err != nil {
		return nil, after, false, err
	}
	events := make([]*event.Event, len(gaps))
	for i := range gaps {
		events[i] = gaps[i].event
	}
	read, err := c.readersOf(tx, v, events)
	if err != nil {
		return nil, after, false, err
	}
	self := c.config.Identity.Person()
	for _, g := range gaps {
		e := g.event
		if c.holds(v, e.Peer) || !wide && c.config.Roster.PersonOf(e.Peer) != self || read.in.Closed == 1 && !read.areFor(self, e) {
			after = g.key
			continue
		}
		if last := len(all) - 1; last >= 0 && all[last].Peer == e.Peer && all[last].Log == e.Log && all[last].Last+1 == e.Number {
			all[last].Last++
		} else if len(all) == frame.MaxGaps {
			return all, after, true, nil
		} else {
			all = append(all, frame.Gap{Peer: e.Peer, Log: e.Log, First: e.Number, Last: e.Number})
		}
		after = g.key
	}
	return all, upTo, more, nil
}

// oldestKept is the time, in ms, of what is kept in a conversation: what both was written and came here before is not.
func oldestKept(tx *store.Tx, v *conversation) (int64, error) {
	days, err := keptDays(tx)
	if err != nil {
		return 0, err
	}
	n := kept(days, v)
	if n == 0 {
		return 0, nil
	}
	return time.Now().AddDate(0, 0, -n).UnixMilli(), nil
}

// readGaps reads what was noted after a key, but for what is too old and for headers that were altered here and cannot be read, and tells up to which key it looked
// and whether there may be more behind that.
func readGaps(tx *store.Tx, v *conversation, after, oldest int64) (all []gap, upTo int64, more bool, err error) {
	rows, err := tx.Query(`SELECT g.key, e.header FROM chat_gap g JOIN chat_event e ON e.place = g.place
		WHERE g.conversation = ? AND g.key > ? AND max(e.time, e.arrived) >= ? ORDER BY g.key LIMIT ?`, v.key, after, oldest, gapStep)
	if err != nil {
		return nil, after, false, err
	}
	defer func() { err = errors.Join(err, rows.Close()) }()
	upTo = after
	looked := 0
	for ; rows.Next(); looked++ {
		var g gap
		var raw []byte
		if err := rows.Scan(&g.key, &raw); err != nil {
			return nil, after, false, err
		}
		upTo = g.key
		if g.event, err = event.Read(raw, nil, nil); err == nil {
			all = append(all, g)
		}
	}
	return all, upTo, looked == gapStep, rows.Err()
}

// wordsIn reads the events of a stretch of a log that are here with their words, in all its branches, as far as they count.
func wordsIn(tx *store.Tx, g frame.Gap, views []view) (all []*event.Event, err error) {
	for _, w := range views {
		to := min(g.Last, w.kept.Number)
		if w.cut != nil {
			to = min(to, w.cut.Number)
		}
		if from := max(g.First, w.fork+1); from <= to {
			some, err := wordsBetween(tx, w.branch, from, to)
			if err != nil {
				return nil, err
			}
			all = append(all, some...)
		}
	}
	return all, nil
}

// wordsBetween leaves out what was altered here, or cannot be read: somebody else may have it as it was.
func wordsBetween(tx *store.Tx, b *branch, from, to uint64) (all []*event.Event, err error) {
	err = eachStored(tx, func(e *event.Event, err error) error {
		if err == nil && !e.Altered {
			all = append(all, e)
		}
		return nil
	}, `SELECT header, salt, body FROM chat_event WHERE place BETWEEN ? AND ? AND length(salt) > 0 AND hidden NOT IN (?, ?) ORDER BY place`, place(b, from), place(b, to), behindCut, refused)
	return all, err
}
