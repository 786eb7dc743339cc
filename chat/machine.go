package chat

import (
	"bytes"
	"context"

	"lanyard/chat/event"
	"lanyard/chat/frame"
	"lanyard/internal/identity"
	"lanyard/internal/peer"
	"lanyard/internal/store"
	"lanyard/internal/vector"
)

// takeStates handles a frame of states.
func (c *Chat) takeStates(l *peer.Link, body []byte) {
	if !c.awaitStarted(l) {
		return
	}
	f, err := frame.ReadStates(body)
	if err != nil {
		c.dropped("frames that break the rules")
		return
	}
	for _, s := range f.States {
		c.takeState(l, s)
	}
}

// takeState handles one state that came over a link, first-hand or relayed.
func (c *Chat) takeState(l *peer.Link, signed frame.SignedState) {
	s, err := frame.ReadState(signed.Body)
	if err != nil {
		c.dropped("states that break the rules")
		return
	}
	v := c.exchanged(l, event.ConversationID(s.Conversation))
	if v == nil || v.office != nil {
		c.dropped("states of a conversation that is not of this link's persons")
		return
	}
	c.weigh(l.Context(), l, v, s, signed)
}

// weigh takes a state of a conversation if it is news and its machine signed it. over is nil for one that came by mail.
func (c *Chat) weigh(ctx context.Context, over *peer.Link, v *conversation, s frame.State, signed frame.SignedState) {
	if s.Counter <= v.counterOf(s.Peer, c.self()) && (s.Peer != c.self() || !v.isAnother(s, signed)) { // known, or older
		c.outdo(over, v, s.Peer, signed)
		return
	}
	key, err := c.authorKey(v, s.Peer)
	if err != nil && v.room != nil { // as for events: what makes them a member may not be stored yet
		if err := c.ledger.settled(ctx); err != nil {
			return
		}
		key, err = c.authorKey(v, s.Peer)
	}
	if err != nil {
		c.dropped("states of somebody who is not of the conversation")
		return
	}
	if identity.Verify(key, frame.StateContext, signed.Body, signed.Signature) != nil {
		c.dropped("states with a wrong signature")
		return
	}
	if s.Peer == c.self() {
		err = c.outrun(ctx, v, s)
	} else {
		err = c.advance(ctx, v, s, signed)
		if over != nil && over.Peer() == s.Peer && v.direct() {
			c.mail.heard(over, v)
		}
		c.passOn(over, v, s, signed)
		if v.isOpen(s.Peer) {
			c.askOpen(over, v, s.Peer)
		}
	}
	if err != nil && ctx.Err() == nil {
		c.config.Log.Warn("take a state", "peer", s.Peer.Short(), "error", err)
	}
}

// outdo tells a machine of its newest state that we know when it signs an older one, or another one with the same counter: another machine with its profile
// signed that, or it was put back, and nobody would take its states until it knows.
func (c *Chat) outdo(over *peer.Link, v *conversation, machine identity.PeerID, signed frame.SignedState) {
	if over == nil || over.Peer() != machine {
		return
	}
	v.mu.Lock()
	known := v.machines[machine]
	v.mu.Unlock()
	if s := c.session(over, v); s != nil && known != nil && !bytes.Equal(known.signed.Body, signed.Body) {
		s.tellStates(known.signed)
	}
}

// askOpen asks for what another machine has of ours and we lack: that may have come to it by mail after it last compared, and so may its state to us. Asked is
// that machine, and who brought its state.
func (c *Chat) askOpen(over *peer.Link, v *conversation, machine identity.PeerID) {
	for _, s := range c.sessionsOf(v) {
		if s.link == over || s.link.Peer() == machine {
			s.requestAgain()
		}
	}
}

// counterOf returns the counter of the newest state known of a machine.
func (v *conversation) counterOf(peer, self identity.PeerID) uint64 {
	v.mu.Lock()
	defer v.mu.Unlock()
	if peer == self {
		return v.pen.counter
	}
	if m := v.machines[peer]; m != nil {
		return m.counter
	}
	return 0
}

// isAnother reports whether our key signed two states with one number: another machine with this profile has come as far as we. Who took its state takes none of
// ours before we count on.
func (v *conversation) isAnother(s frame.State, signed frame.SignedState) bool {
	v.mu.Lock()
	defer v.mu.Unlock()
	own := v.pen.state.Body
	return s.Counter == v.pen.counter && !v.pen.ahead && len(own) > 0 && !bytes.Equal(own, signed.Body)
}

// advance takes what another machine has and has read, tells what got further, and has the state stored.
func (c *Chat) advance(ctx context.Context, v *conversation, s frame.State, signed frame.SignedState) error {
	next, err := c.machineOf(ctx, v, s, signed)
	if err != nil {
		return err
	}
	if err := c.replace(ctx, v, s.Peer, next); err != nil {
		return err
	}
	c.mail.stir(v)
	if next.open != nil {
		if err := c.understand(ctx, v); err != nil { // what was missing may have come since it was looked for
			return err
		}
	}
	return c.ledger.addState(&arrivedState{machineIn: machineIn{v, s.Peer}, counter: s.Counter, signed: signed})
}

// machineOf works out what a state says about our own events.
func (c *Chat) machineOf(ctx context.Context, v *conversation, s frame.State, signed frame.SignedState) (*machine, error) {
	has, err := c.match(ctx, v, c.ours(s.Here()))
	if err != nil {
		return nil, err
	}
	seen, err := c.match(ctx, v, c.ours(s.Read))
	if err != nil {
		return nil, err
	}
	lacks, err := c.lackedOf(ctx, v, &s, has.has, seen.has)
	if err != nil {
		return nil, err
	}
	m := &machine{counter: s.Counter, signed: signed, has: has.has, seen: seen.has, lacks: lacks}
	if has.lacks || seen.lacks || has.early || seen.early {
		m.open = &s
	}
	return m, nil
}

// replace makes next what we know of a machine, unless something newer is known, and tells which messages got further.
func (c *Chat) replace(ctx context.Context, v *conversation, peer identity.PeerID, next *machine) error {
	v.mu.Lock()
	before := v.machines[peer]
	if before == nil {
		before = &machine{}
	}
	if before.counter > next.counter || before.counter == next.counter && before.open == nil {
		v.mu.Unlock()
		return nil
	}
	v.machines[peer] = next
	v.mu.Unlock()
	who := c.config.Roster.PersonOf(peer)
	if who == c.config.Identity.Person() {
		return nil
	}
	return c.tellStates(ctx, v, who, before, next)
}

// isOpen reports whether the newest state of a machine names events of ours that we lack: another machine with our profile wrote them.
func (v *conversation) isOpen(machine identity.PeerID) bool {
	v.mu.Lock()
	defer v.mu.Unlock()
	m := v.machines[machine]
	return m != nil && m.open != nil
}

// understand looks again at states that name events of ours which we lacked.
func (c *Chat) understand(ctx context.Context, v *conversation) error {
	v.mu.Lock()
	var open []*machine
	for _, m := range v.machines {
		if m.open != nil {
			open = append(open, m)
		}
	}
	v.mu.Unlock()
	for _, m := range open {
		next, err := c.machineOf(ctx, v, *m.open, m.signed)
		if err == nil {
			err = c.replace(ctx, v, m.open.Peer, next)
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// ours is the part of a vector that concerns what our own person's machines wrote.
func (c *Chat) ours(all vector.Vector) vector.Vector {
	mine := vector.Vector{}
	for log, marks := range all {
		if c.config.Roster.PersonOf(log.Peer) == c.config.Identity.Person() {
			mine[log] = marks
		}
	}
	return mine
}

// tellStates tells which of our messages got further with a person.
func (c *Chat) tellStates(ctx context.Context, v *conversation, who identity.PersonID, before, now *machine) error {
	for _, step := range []struct {
		to       Delivery
		from, at cover
	}{{Delivered, before.has, now.has}, {Read, before.seen, now.seen}} {
		for b, number := range step.at {
			for _, s := range gained(step.from[b], number, before.lacks[b], now.lacks[b]) {
				if err := c.tellState(ctx, v, who, step.to, b, s.first-1, s.last); err != nil {
					return err
				}
			}
		}
	}
	return nil
}

func (c *Chat) tellState(ctx context.Context, v *conversation, who identity.PersonID, to Delivery, b *branch, from, number uint64) error {
	from = max(from, b.fork)
	if number <= from {
		return nil
	}
	ids, err := c.idsAfter(ctx, v, b, from, number)
	if err != nil || len(ids) == 0 {
		return err
	}
	c.news.change(Change{States: &StateChange{Conversation: v.id, With: v.with, Person: who, Delivery: to, Messages: ids}})
	return nil
}

// idsAfter returns the IDs of a branch's own events from+1 to to, from memory or the database.
func (c *Chat) idsAfter(ctx context.Context, v *conversation, b *branch, from, to uint64) ([]event.ID, error) {
	v.mu.Lock()
	ids := make([]event.ID, 0, to-from)
	for n := from + 1; n <= to; n++ {
		id, ok := b.recentLocked(n)
		if !ok {
			break
		}
		ids = append(ids, id)
	}
	v.mu.Unlock()
	if uint64(len(ids)) == to-from {
		return ids, nil
	}
	err := c.config.DB.Read(ctx, func(tx *store.Tx) (err error) {
		ids, err = idsFrom(tx, b, from+1, to)
		return err
	})
	return ids, err
}

// report returns what goes into a vectors frame to a machine: what is durable here and all states that we know, of a room our own and theirs, by which
// they see whether their profile was put back. Of the office there are none.
func (v *conversation) report(to identity.PeerID) (vector.Vector, []frame.SignedState) {
	v.mu.Lock()
	defer v.mu.Unlock()
	var states []frame.SignedState
	if len(v.pen.state.Body) > 0 {
		states = append(states, v.pen.state)
	}
	for id, m := range v.machines {
		if v.direct() || v.room != nil && id == to {
			states = append(states, m.signed)
		}
	}
	return v.vectorLocked(nil), states
}

// ownState returns our newest state, and its counter; 0 if there is none.
func (v *conversation) ownState() (frame.SignedState, uint64) {
	v.mu.Lock()
	defer v.mu.Unlock()
	return v.pen.state, v.pen.told.Counter
}
