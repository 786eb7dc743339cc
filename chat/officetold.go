package chat

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"maps"
	"math/rand/v2"
	"time"

	"lanyard/chat/event"
	"lanyard/chat/frame"
	"lanyard/internal/identity"
	"lanyard/internal/peer"
	"lanyard/internal/store"
	"lanyard/internal/vector"
	"lanyard/internal/wire"
)

// capabilityOffice says that announcements are exchanged.
const capabilityOffice = "office"

// gossipTo is how many others are told of what came from somebody else than its author.
const gossipTo = 3

// telling is what a session about the office said last.
type telling struct {
	said    []byte                   // without what is new here
	news    bool                     // that is to be told, too
	refused map[identity.PeerID]bool // authors of whom something was not taken for now, since our vector was sent last
}

// toldTo returns how far the logs of a machine got here.
func (v *conversation) toldTo(author identity.PeerID, secretive bool) frame.Office {
	v.mu.Lock()
	defer v.mu.Unlock()
	f := frame.Office{Delivered: vector.Vector{}, Read: vector.Vector{}}
	for log, marks := range v.vectorLocked(nil) {
		if log.Peer == author {
			f.Delivered[log] = marks
		}
	}
	for b, mark := range v.reading {
		if b.log.Peer == author && !secretive && len(f.Delivered[b.log]) > 0 {
			f.Read.Advance(b.log, vector.Mark{}, mark)
		}
	}
	return f
}

// ofOurs is the part of a cover that concerns what this machine wrote.
func (c *Chat) ofOurs(all cover) cover {
	mine := cover{}
	for b, number := range all {
		if b.log.Peer == c.self() {
			mine[b] = number
		}
	}
	return mine
}

// missing returns what is here and the other side has not told to have.
func (s *session) missing() vector.Vector {
	news := vector.Vector{}
	views := s.v.allViews()
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.theirs == nil {
		return news
	}
	for _, w := range views {
		if w.log.Peer != s.link.Peer() && s.have[w.branch] < w.kept.Number && s.v.tells(w.log) {
			news.Advance(w.log, vector.Mark{}, w.kept.Mark())
		}
	}
	return news
}

// sendOffice tells the other side how far their announcements got here, and what is new if that is to be told, unless it was told already.
func (s *session) sendOffice(ctx context.Context) error {
	f := s.v.toldTo(s.link.Peer(), s.chat.secretive())
	body, err := wire.Marshal(f)
	if err != nil {
		return err
	}
	s.mu.Lock()
	silent := bytes.Equal(body, s.told.said) || s.told.said == nil && len(f.Delivered) == 0
	news := s.told.news
	s.told.said, s.told.news = body, false
	s.mu.Unlock()
	if news {
		if f.News = s.missing(); len(f.News) > 0 {
			silent = false
		}
		if body, err = wire.Marshal(f); err != nil {
			return err
		}
	}
	if silent {
		return nil
	}
	return s.link.Send(ctx, wire.KindOffice, body)
}

// takeOffice takes how far our announcements got with a colleague, and what is new there.
func (c *Chat) takeOffice(l *peer.Link, body []byte) {
	if !c.awaitStarted(l) {
		return
	}
	f, err := frame.ReadOffice(body)
	v := c.exchanged(l, event.OfficeID())
	if err != nil || v == nil {
		c.dropped("frames that break the rules")
		return
	}
	if err := c.hearTold(l, v, &f); err != nil && l.Context().Err() == nil {
		c.config.Log.Warn("take how far announcements got", "peer", l.Peer().Short(), "error", err)
	}
}

func (c *Chat) hearTold(l *peer.Link, v *conversation, f *frame.Office) error {
	has, err := c.match(l.Context(), v, c.ours(f.Delivered))
	if err != nil {
		return err
	}
	seen, err := c.match(l.Context(), v, c.ours(f.Read))
	if err == nil {
		err = c.got(l.Context(), v, l.Peer(), has.has, seen.has)
	}
	if err != nil || len(f.News) == 0 {
		return err
	}
	news, err := c.match(l.Context(), v, v.withoutShut(f.News))
	if s := c.session(l, v); s != nil && err == nil {
		s.mu.Lock()
		for b, number := range news.has {
			s.have.raise(b, number)
		}
		if news.lacks {
			s.askLocked()
		}
		s.mu.Unlock()
	}
	return err
}

// got notes that our announcements are with a machine, and read there. What it once told stays: nobody loses what they have read.
func (c *Chat) got(ctx context.Context, v *conversation, machine identity.PeerID, has, seen cover) error {
	v.mu.Lock()
	before := v.machines[machine]
	if before == nil {
		before = newReader()
	}
	now := newReader()
	now.has, now.seen = maps.Clone(before.has), maps.Clone(before.seen)
	for b, number := range has {
		now.has.raise(b, number)
	}
	for b, number := range seen {
		now.has.raise(b, number)
		now.seen.raise(b, number)
	}
	v.machines[machine] = now
	v.mu.Unlock()
	for b, number := range now.has {
		if number == before.has[b] && now.seen[b] == before.seen[b] {
			continue
		}
		// What they have read they have: of what is new to them only that is told.
		if err := c.gotBetween(ctx, v, b, before.has[b], number, Delivered); err != nil {
			return err
		}
		if err := c.gotBetween(ctx, v, b, before.seen[b], min(now.seen[b], before.has[b]), Read); err != nil {
			return err
		}
		told := toldMark{in: v, branch: b, peer: machine, has: number, seen: now.seen[b]}
		if err := c.ledger.add(func(waiting *batch) { waiting.tolds = append(waiting.tolds, &told) }); err != nil {
			return err
		}
	}
	return nil
}

// gotBetween tells that announcements of one of our logs, those behind from up to to, got further with a machine.
func (c *Chat) gotBetween(ctx context.Context, v *conversation, b *branch, from, to uint64, got Delivery) error {
	from = max(from, b.fork)
	if to <= from {
		return nil
	}
	ids, err := c.idsAfter(ctx, v, b, from, to)
	if err != nil {
		return err
	}
	numbers := map[uint64]event.ID{}
	for i, id := range ids {
		numbers[from+uint64(i)+1] = id
	}
	c.news.reached(v, b, numbers, got)
	return nil
}

func newReader() *machine { return &machine{has: cover{}, seen: cover{}} }

// toldMark is how far a log of ours got with a machine, to be stored.
type toldMark struct {
	in        *conversation
	branch    *branch
	peer      identity.PeerID
	has, seen uint64
}

func (t *toldMark) store(tx *store.Tx) error {
	if t.in.room != nil {
		return putHad(tx, t)
	}
	_, err := tx.Exec(`INSERT INTO chat_told (branch, peer, has, seen) VALUES (?, ?, ?, ?)
		ON CONFLICT (branch, peer) DO UPDATE SET has = max(has, excluded.has), seen = max(seen, excluded.seen)`, t.branch.key, t.peer[:], int64(t.has), int64(t.seen))
	if err != nil {
		return fmt.Errorf("store with whom announcements are: %w", err)
	}
	return nil
}

// loadTold reads with whom our announcements are.
func (v *conversation) loadTold(tx *store.Tx) (err error) {
	keys := v.branchKeys()
	rows, err := tx.Query(`SELECT branch, peer, has, seen FROM chat_told`)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, rows.Close()) }()
	for rows.Next() {
		var key, has, seen int64
		var machine []byte
		if err := rows.Scan(&key, &machine, &has, &seen); err != nil {
			return err
		}
		b := keys[key]
		if b == nil || len(machine) != len(identity.PeerID{}) {
			return fmt.Errorf("with whom announcements are: %w", store.ErrCorrupt)
		}
		m := v.machines[identity.PeerID(machine)]
		if m == nil {
			m = newReader()
			v.machines[identity.PeerID(machine)] = m
		}
		m.has.raise(b, uint64(has))
		m.seen.raise(b, uint64(seen))
	}
	return rows.Err()
}

// Reach is how far one of our announcements got.
type Reach struct {
	Conversation event.ConversationID
	Message      event.ID
	Of           int // colleagues: people on the list who are not blocked
	Delivered    int // of those it is with
	Read         int // of those by whom it was read, as far as they tell

	New Delivery // of a [Change]: Delivered, or Read if nobody has it who had it not. It is left out (Waiting) elsewhere.
}

// reachOf counts with whom one of our announcements is.
func (c *Chat) reachOf(v *conversation, b *branch, number uint64, id event.ID) *Reach {
	r := &Reach{Conversation: v.id, Message: id}
	people := map[identity.PersonID]Delivery{}
	for _, row := range c.config.Roster.Peers() {
		if !row.Self && row.Trust != peer.Blocked && row.Person != c.config.Identity.Person() {
			people[row.Person] = Waiting
		}
	}
	far := map[identity.PeerID]Delivery{}
	v.mu.Lock()
	for machine, m := range v.machines {
		switch {
		case m.seen.covers(b, number):
			far[machine] = Read
		case m.has.covers(b, number):
			far[machine] = Delivered
		}
	}
	v.mu.Unlock()
	for machine, d := range far {
		who := c.config.Roster.PersonOf(machine)
		if now, on := people[who]; on {
			people[who] = max(now, d)
		}
	}
	for _, d := range people {
		r.Of++
		if d >= Delivered {
			r.Delivered++
		}
		if d == Read {
			r.Read++
		}
	}
	return r
}

// gossip has what came from others told on, a moment after it came.
func (c *Chat) gossip(v *conversation) {
	v.mu.Lock()
	timed := v.office.timed
	v.office.timed = true
	v.mu.Unlock()
	if timed {
		return
	}
	pause := relayPause + rand.N(relayPause)
	time.AfterFunc(pause, func() {
		v.mu.Lock()
		v.office.timed = false
		v.mu.Unlock()
		c.gossipNow(v)
	})
}

// gossipNow tells up to three who have not told to have what is here.
func (c *Chat) gossipNow(v *conversation) {
	told := 0
	all := c.sessionsOf(v)
	for _, at := range rand.Perm(len(all)) {
		s := all[at]
		if told == gossipTo {
			return
		}
		if len(s.missing()) == 0 {
			continue
		}
		told++
		s.mu.Lock()
		s.told.news, s.due.state = true, true
		s.mu.Unlock()
		s.stir()
	}
}
