package chat

import (
	"context"
	"crypto/sha256"
	"database/sql"
	"errors"
	"fmt"
	"slices"
	"time"

	"lanyard/chat/event"
	"lanyard/internal/identity"
	"lanyard/internal/store"
	"lanyard/internal/vector"
)

// sweepStep is how many events one step of retention looks at.
const sweepStep = 500

// expired is why an event is not shown any more: its body was dropped. It is a value of chat_event.hidden.
const expired = 2

// behindCut is another: the event lies behind the cut of a removal, or is by somebody who is no member of the room.
const behindCut = 3

// old is one event that is too old and that nobody needs any more.
type old struct {
	in    *conversation
	place int64
	id    event.ID
	kind  event.Kind

	lamport uint64
	time    int64 // ms, by its author's clock
	arrived int64 // ms, by ours; 0 where that does not count
	hidden  int   // why it is not shown, if it is not
}

// older looks at the next events by age and returns those to drop, and where the next step begins.
func (k *keeping) older(ctx context.Context, from, last int64, w sweep) (all []old, next int64, err error) {
	branches := k.chat.branchesByKey(k.chat.gone) // what is shown nowhere grows old, too
	err = k.chat.config.DB.Read(ctx, func(tx *store.Tx) (err error) {
		all, next = nil, last
		rows, err := tx.Query(`SELECT t.key, e.place, e.kind, e.lamport, e.time, e.arrived, e.hidden, e.header FROM chat_time t CROSS JOIN chat_event e ON e.place = t.place
			WHERE t.key >= ? AND t.key < ? ORDER BY t.key LIMIT ?`, from, last, sweepStep)
		if err != nil {
			return err
		}
		defer func() { err = errors.Join(err, rows.Close()) }()
		looked := 0
		for rows.Next() {
			var key int64
			var raw sql.RawBytes
			var o old
			if err := rows.Scan(&key, &o.place, &o.kind, &o.lamport, &o.time, &o.arrived, &o.hidden, &raw); err != nil {
				return err
			}
			if looked++; looked == sweepStep {
				next = key + 1
			}
			b, known := branches[placeBranch(o.place)]
			if !known || !w.isOld(b.in, &o, key) {
				continue
			}
			o.in, o.id = b.in, sha256.Sum256(raw)
			if !k.chat.needed(b.branch, &o) && !k.chat.owed(b.branch, &o, w.holders[o.in]) {
				all = append(all, o)
			}
		}
		if err := rows.Err(); err != nil {
			return err
		}
		all, err = withoutWhatIsSaid(tx, all)
		return err
	})
	if err != nil {
		return nil, 0, fmt.Errorf("look for old messages: %w", err)
	}
	return all, next, nil
}

// arrival is what is noted of when an event of a branch comes that is stored now. Of our own the event's time says it, unless our clock is known to be slow.
func (c *Chat) arrival(tx *store.Tx, b *branch) int64 {
	now := tx.Now()
	if c.config.Roster.PersonOf(b.log.Peer) == c.config.Identity.Person() {
		ahead := c.config.Roster.ClockAhead()
		if ahead >= 0 {
			return 0
		}
		now = now.Add(-ahead)
	}
	return now.UnixMilli()
}

// youngest is the key from which an event grows old, the latest of those that it was indexed by, that its author says and that it came at. A time that is still to come
// is nobody's: a clock was wrong, that of the author or, when the event came, ours.
func (o *old) youngest(indexed, now int64) int64 {
	key := indexed
	for _, ms := range []int64{o.time, o.arrived} {
		if ms <= now {
			key = max(key, timeKey(ms))
		}
	}
	return key
}

// withoutWhatIsSaid leaves out what amends a message that stays: its edits are its words.
func withoutWhatIsSaid(tx *store.Tx, all []old) (rest []old, err error) {
	going := map[int64]bool{}
	for _, o := range all {
		going[o.place] = true
	}
	for _, o := range all {
		stays := false
		if o.kind.Amends() {
			if stays, err = amendsWhatStays(tx, &o, going); err != nil {
				return nil, err
			}
		}
		if !stays {
			rest = append(rest, o)
		}
	}
	return rest, nil
}

// amendsWhatStays reports whether an amendment is about a message that is shown, and not about to go.
func amendsWhatStays(tx *store.Tx, o *old, going map[int64]bool) (stays bool, err error) {
	var target []byte
	err = tx.QueryRow(`SELECT target FROM chat_amendment WHERE place = ? AND waiting = 0`, o.place).Scan(&target)
	if errors.Is(err, sql.ErrNoRows) || err == nil && len(target) != len(event.ID{}) {
		return false, nil
	}
	if err != nil {
		return false, err
	}
	rows, err := tx.Query(`SELECT place FROM chat_event WHERE `+ofShownOrigin, originOf(o.in, event.ID(target))...)
	if err != nil {
		return false, err
	}
	for rows.Next() {
		var at int64
		err = errors.Join(err, rows.Scan(&at))
		stays = stays || !going[at]
	}
	return stays, errors.Join(err, rows.Err(), rows.Close())
}

// needed reports whether an event must stay although it is old: somebody has not got or read it, or it offers a file that is still under way.
func (c *Chat) needed(b *branch, o *old) bool {
	ours := c.config.Roster.PersonOf(b.log.Peer) == c.config.Identity.Person()
	delivery := Delivered
	if ours {
		for _, s := range c.statesOf(o.in, b, event.Position{Lamport: o.lamport, Log: b.log, Number: placeNumber(o.place), ID: o.id}) {
			delivery = min(delivery, s.Delivery)
		}
	}
	o.in.mu.Lock()
	read := o.in.readLocked(b, placeNumber(o.place))
	o.in.mu.Unlock()
	switch {
	case o.in.office != nil && o.time > time.Now().Add(-officeAge).UnixMilli(): // others may get it from here
		return true
	case o.kind.ChangesMembers(): // who is a member follows from all of them
		return true
	case o.kind == event.KindDelete: // it holds no words, and whoever gets it from here may still show what it deletes
		return true
	case ours && delivery < Delivered && o.hidden != behindCut && o.hidden != refused: // that goes to nobody
		return true
	case !ours && !read && o.kind.Speaks():
		return true
	case o.kind != event.KindFile:
		return false
	}
	return c.files.underWay(o.id)
}

// owed reports whether a member may still get the words of somebody else from us: who lacks them waits for them, and ours may be the last.
func (c *Chat) owed(b *branch, o *old, holders holders) bool {
	if holders == nil || o.hidden == behindCut || o.hidden == refused {
		return false
	}
	at := event.Position{Lamport: o.lamport, Log: b.log, Number: placeNumber(o.place), ID: o.id}
	return slices.ContainsFunc(o.in.recipients(c.config.Roster.PersonOf(b.log.Peer), at), func(who identity.PersonID) bool {
		return who != c.config.Identity.Person() && !holders.have(who, b, at.Number)
	})
}

// underWay reports whether an offer can still be answered, withdrawn or received.
func (f *files) underWay(id event.ID) bool {
	t, err := f.find(id)
	if err != nil {
		return false // no offer that this version can read
	}
	f.mu.Lock()
	defer f.mu.Unlock()
	return t.fate.open() || t.worker != nil
}

// drop drops the bodies of events, in the database and then in memory. What lies in folders is not touched.
func (k *keeping) drop(ctx context.Context, all []old) error {
	err := k.chat.config.DB.Write(ctx, func(tx *store.Tx) error {
		for _, o := range all {
			if err := dropBody(tx, o.in, o.place); err != nil {
				return err
			}
			if _, err := tx.Exec(`UPDATE chat_event SET hidden = iif(hidden = 0, ?, ?) WHERE place = ? AND `+isShown, expired, behindCut, o.place); err != nil {
				return err
			}
			for _, query := range []string{`DELETE FROM chat_file WHERE place = ?`, `DELETE FROM chat_upshot WHERE place = ?`} {
				if _, err := tx.Exec(query, o.place); err != nil {
					return err
				}
			}
		}
		return nil
	})
	if err != nil {
		return fmt.Errorf("drop %d old messages: %w", len(all), err)
	}
	for _, o := range all {
		if o.kind == event.KindFile {
			k.chat.files.forget(o.id)
		}
	}
	return nil
}

// forget takes an offer off the list.
func (f *files) forget(id event.ID) {
	f.mu.Lock()
	t := f.transfers[id]
	delete(f.transfers, id)
	f.mu.Unlock()
	if t != nil {
		f.chat.news.add(func() (Change, bool) { return Change{FileGone: id}, true })
	}
}

// recount brings the number of unread messages of a conversation and the newest one up to date.
func (c *Chat) recount(ctx context.Context, v *conversation) error {
	m := &readMark{in: v, direct: map[*branch]vector.Mark{}, anew: true, done: make(chan error, 1)}
	if err := c.ledger.add(func(b *batch) { b.marks = append(b.marks, m) }); err != nil {
		return err
	}
	select {
	case err := <-m.done:
		return errors.Join(err, c.summarise(ctx, v))
	case <-ctx.Done():
		return context.Cause(ctx)
	}
}

// summarise finds the newest message of a conversation anew, and tells its row.
func (c *Chat) summarise(ctx context.Context, v *conversation) error {
	v.mu.Lock()
	before := v.summary.at
	v.mu.Unlock()
	var newest *Message
	var at event.Position
	var refused refusals
	err := c.config.DB.Read(ctx, func(tx *store.Tx) error {
		newest, at = nil, event.Position{}
		r, err := lastOf(tx, v, v.branchKeys())
		if r != nil {
			newest, at = c.messageOfRow(v, r), r.position()
		}
		if err == nil {
			refused, err = (&folder{chat: c, v: v, branches: v.branchKeys()}).refusalsOf(tx, c.ownCuts(v))
		}
		return err
	})
	if err != nil {
		return fmt.Errorf("look up the newest message %s: %w", v.in(), err)
	}
	v.mu.Lock()
	if v.summary.at == before { // otherwise a newer one came meanwhile
		v.summary.last, v.summary.at = newest, at
	}
	v.summary.refused = refused
	v.mu.Unlock()
	c.news.conversation(v)
	return nil
}
