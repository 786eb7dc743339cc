package chat

import (
	"context"
	"errors"
	"maps"
	"slices"
	"sync"
	"time"

	"lanyard/chat/event"
	"lanyard/chat/frame"
	"lanyard/chat/mail"
	"lanyard/internal/identity"
	"lanyard/internal/peer"
	"lanyard/internal/store"
	"lanyard/internal/wire"
)

const (
	depositWait = 30 * time.Second // that a link may take to take mail
	maxCarriers = 3                // that keep the same mail
	stuckPause  = 5 * time.Second  // without an acknowledgement over a link before it counts as none
	lastPause   = time.Second      // the same when the program is about to end
	answerPause = 15 * time.Second // before a carrier that was given mail and did not answer counts as having refused
)

// need is what is to be said to an absent person.
type need struct {
	after cover // what they acknowledged of each log of ours that goes on after it
	state frame.SignedState
	count uint64 // of the state
}

// unsaid returns our logs that hold something that no machine of the person acknowledged, and what they did.
func (c *Chat) unsaid(v *conversation) cover {
	machines := c.config.Roster.Machines(v.with)
	self := c.self()
	v.mu.Lock()
	defer v.mu.Unlock()
	after := cover{}
	for log, branches := range v.branches {
		if log.Peer != self {
			continue
		}
		for _, b := range branches {
			has := b.fork
			for _, id := range machines {
				if m := v.machines[id]; m != nil {
					has = max(has, m.has[b], m.seen[b])
				}
			}
			if has < b.kept.Number {
				after[b] = has
			}
		}
	}
	return after
}

// look leaves mail for the person of a conversation if they are absent and something is to be said, and takes back what they have.
func (m *mailing) look(ctx context.Context, v *conversation) error {
	n := need{after: m.chat.unsaid(v)}
	m.mu.Lock()
	owed := m.owed[v]
	m.mu.Unlock()
	if len(n.after) == 0 && !owed {
		m.patience(v, nil)
		return m.takeBack(ctx, v)
	}
	if m.chat.mayWrite(v) != nil {
		return nil
	}
	if m.chat.isHere(v.with) && !owed {
		if patience := m.patience(v, n.after); patience > 0 {
			m.later(v, patience)
			return nil
		}
	}
	v.mu.Lock()
	n.state, n.count = v.pen.state, v.pen.counter
	v.mu.Unlock()
	for _, machine := range m.chat.config.Roster.Machines(v.with) {
		if err := m.leave(ctx, v, machine, n); err != nil {
			return err
		}
	}
	return nil
}

// patience returns how long a person who has a link may still take to acknowledge something, counted from what they acknowledged last. A link whose other
// end went without a word looks alive for a while.
func (m *mailing) patience(v *conversation, after cover) time.Duration {
	m.mu.Lock()
	defer m.mu.Unlock()
	e, now := m.errandLocked(v), time.Now()
	if !maps.Equal(e.after, after) {
		e.after, e.since = after, now
	}
	return m.patienceLocked() - now.Sub(e.since)
}

// isHere reports whether there is a link with a machine of a person.
func (c *Chat) isHere(who identity.PersonID) bool {
	return slices.ContainsFunc(c.config.Roster.Machines(who), func(machine identity.PeerID) bool {
		_, linked := c.config.Roster.Link(machine)
		return linked
	})
}

// leave leaves mail for one machine with as many carriers as lack it.
func (m *mailing) leave(ctx context.Context, v *conversation, machine identity.PeerID, n need) error {
	m.mu.Lock()
	key, known := m.keys[machine]
	m.mu.Unlock()
	if !known {
		m.ask(ctx, machine)
		return nil
	}
	l, covers, err := m.write(ctx, v, n)
	if err != nil {
		return err
	}
	sent := &sentMail{v: v, key: key.ID, state: n.count, covers: covers, expiry: time.Now().Add(mail.Life).UnixMilli()}
	carriers, waits := m.carriersFor(machine, sent)
	if waits {
		m.later(v, answerPause)
	}
	if len(carriers) == 0 {
		return nil
	}
	p := &mail.Parcel{Depositor: m.chat.self(), Recipient: machine, Number: m.nextNumber(), Key: key.ID, Expiry: sent.expiry}
	sent.number = p.Number
	if err := p.Seal(m.chat.config.Identity, &key, l); err != nil {
		return err
	}
	m.hand(ctx, p, sent, carriers)
	m.later(v, answerPause)
	return nil
}

// write writes the letter: everything that they lack, as far as it fits, and our state.
func (m *mailing) write(ctx context.Context, v *conversation, n need) (mail.Letter, cover, error) {
	l := mail.Letter{Name: m.chat.config.Roster.Self().Name}
	lists := m.chat.ownLists()
	l.List, l.Earlier = lists[len(lists)-1], lists[:len(lists)-1]
	m.mu.Lock()
	if newest := m.ring.Newest(); newest != nil {
		l.Key = newest.Signed
	}
	m.mu.Unlock()
	if len(n.state.Body) > 0 {
		l.States = []frame.SignedState{n.state}
	}
	covers, room := cover{}, mail.Room-event.SizeOfLists(l.Earlier)-event.ListSpare*len(l.Earlier)
	if len(n.state.Body) > 0 {
		room -= len(n.state.Body) + event.SignatureSize
	}
	branches := slices.SortedFunc(maps.Keys(n.after), func(a, b *branch) int { return int(a.key - b.key) })
	err := m.chat.config.DB.Read(ctx, func(tx *store.Tx) error {
		for _, b := range branches {
			full, err := m.chat.enclose(tx, v, &l, b, n.after[b], &room, covers)
			if full || err != nil {
				return err
			}
		}
		return nil
	})
	return l, covers, err
}

// enclose adds what a log of ours holds after a number; full tells that no more fits.
func (c *Chat) enclose(tx *store.Tx, v *conversation, l *mail.Letter, b *branch, after uint64, room *int, covers cover) (full bool, err error) {
	for {
		events, err := eventsFrom(tx, b, after+1, event.MaxNumber)
		if errors.Is(err, errUnreadable) {
			c.tellAltered(v, b.log.Peer)
			return false, nil
		}
		if events = c.untilAltered(v, events); err != nil || len(events) == 0 {
			return false, err
		}
		r := c.signedRun(b, events)
		encoded, err := r.Encode()
		if err != nil {
			return false, err
		}
		if len(encoded)+8 > *room || len(l.Events) == mail.MaxFrames {
			return true, nil
		}
		l.Events = append(l.Events, encoded)
		*room -= len(encoded) + 8
		after = r.Last().Number
		covers[b] = after
	}
}

func (m *mailing) nextNumber() uint64 {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.out.number = max(m.out.number+1, uint64(max(time.Now().UnixMilli(), 1)))
	return m.out.number
}

// same reports whether two pieces of mail say the same.
func (s *sentMail) same(o *sentMail) bool {
	return s.v == o.v && s.key == o.key && s.state == o.state && maps.Equal(s.covers, o.covers)
}

// carriersFor picks who shall keep this mail and does not yet. waits tells that some have it and have not answered.
func (m *mailing) carriersFor(machine identity.PeerID, sent *sentMail) (links []*peer.Link, waits bool) {
	inUse, now := m.chat.inUse(), time.Now()
	unseen := map[identity.PeerID]bool{}
	for _, l := range inUse {
		row, known := m.chat.config.Roster.Get(l.Peer())
		unseen[l.Peer()] = known && !row.Linked
	}
	m.mu.Lock()
	defer m.mu.Unlock()
	have, waits := m.havingLocked(machine, sent, now)
	var all []mail.Candidate
	for _, l := range inUse {
		d, who := m.doors[l.ID()], l.Person()
		if d == nil || !d.carries || who == sent.v.with || have[who] {
			continue
		}
		_, holds := m.out.kept[sentKey{machine, l.Peer()}]
		all = append(all, mail.Candidate{Link: l.ID(), Machine: l.Peer(), Person: who, Unseen: unseen[l.Peer()], Holds: holds, Knows: d.knows[machine], Refused: d.refused[machine]})
	}
	for _, one := range mail.ChooseCarriers(all, len(have), maxCarriers, now) {
		links = append(links, m.doors[one.Link].link)
	}
	return links, waits
}

// havingLocked returns who keeps this mail, or was given it and has a moment left to answer. Who let that pass counts as having refused.
func (m *mailing) havingLocked(machine identity.PeerID, sent *sentMail, now time.Time) (have map[identity.PersonID]bool, waits bool) {
	have = map[identity.PersonID]bool{}
	for at, one := range m.out.kept {
		if at.recipient == machine && one.same(sent) && time.UnixMilli(one.expiry).After(now) {
			have[one.person] = true
		}
	}
	for at, one := range m.out.pending {
		switch {
		case at.recipient != machine:
		case now.Sub(one.at) >= answerPause:
			m.refusedLocked(at, now)
		case one.same(sent):
			have[one.person], waits = true, true
		}
	}
	return have, waits
}

// refusedLocked notes that a carrier does not keep mail for a machine.
func (m *mailing) refusedLocked(at sentKey, now time.Time) {
	delete(m.out.pending, at)
	for _, d := range m.doors {
		if d.link.Peer() == at.carrier {
			d.refused[at.recipient] = now
		}
	}
}

// hand gives mail to carriers, to all at once.
func (m *mailing) hand(ctx context.Context, p *mail.Parcel, sent *sentMail, carriers []*peer.Link) {
	ctx, cancel := context.WithTimeout(ctx, depositWait)
	defer cancel()
	m.mu.Lock()
	e := m.errandLocked(sent.v)
	e.last, e.size = time.Now(), len(p.Sealed)
	for _, l := range carriers {
		one := *sent
		one.person, one.at = l.Person(), e.last
		m.out.pending[sentKey{p.Recipient, l.Peer()}] = &one
	}
	m.mu.Unlock()
	var all sync.WaitGroup
	for _, l := range carriers {
		all.Go(func() {
			if err := m.sendPieces(ctx, l, wire.KindDeposit, p, p.Recipient); err != nil && ctx.Err() == nil && l.Context().Err() == nil {
				m.chat.config.Log.Warn("leave mail with a colleague", "peer", l.Peer().Short(), "error", err)
			}
		})
	}
	all.Wait()
}

func (m *mailing) sendPieces(ctx context.Context, l *peer.Link, k wire.Kind, p *mail.Parcel, about identity.PeerID) error {
	for _, piece := range p.Pieces(about) {
		if err := m.send(ctx, l, k, piece); err != nil {
			return err
		}
	}
	return nil
}

// later has a conversation looked at again after a pause, when answers are overdue.
func (m *mailing) later(v *conversation, pause time.Duration) {
	m.mu.Lock()
	e := m.errandLocked(v)
	if e.need.IsZero() {
		e.need = time.Now().Add(pause)
	}
	m.mu.Unlock()
	m.poke()
}

// takeBack takes back mail that the recipient does not need any more, from carriers who are here; others keep it until it expires, and it does no harm.
func (m *mailing) takeBack(ctx context.Context, v *conversation) error {
	m.mu.Lock()
	var keys []sentKey
	for at, one := range m.out.kept {
		if one.v == v {
			keys = append(keys, at)
		}
	}
	for at, one := range m.out.pending {
		if one.v == v {
			delete(m.out.pending, at)
		}
	}
	m.mu.Unlock()
	for _, at := range keys {
		l, linked := m.chat.config.Roster.Link(at.carrier)
		if !linked {
			continue
		}
		p := &mail.Parcel{Number: m.nextNumber(), Expiry: time.Now().UnixMilli()}
		if err := m.sendPieces(ctx, l, wire.KindDeposit, p, at.recipient); err != nil {
			continue // it is tried again when the carrier is back
		}
		if err := m.forget(ctx, at); err != nil {
			return err
		}
	}
	return nil
}
