package chat

import (
	"context"
	"crypto/ed25519"
	"errors"
	"fmt"
	"time"

	"lanyard/chat/event"
	"lanyard/chat/frame"
	"lanyard/chat/membership"
	"lanyard/internal/identity"
	"lanyard/internal/peer"
	"lanyard/internal/store"
	"lanyard/internal/wire"
)

// A bygone change lies behind the cut of a removal, or in a log that counts nothing. Who saw it before they learned of that names it all the same, as a parent
// of what they change and in all that they write, and who refuses the rest of the log would never have it: so it goes alone, before what names it, signed as
// its log is. Nobody can make one up, and what lies behind a cut does nothing.

// capabilityBygones says that bygone changes are understood.
const capabilityBygones = "bygones"

const (
	toldAgain  = time.Minute // before a side that asks is told anew
	maxBygones = 1024        // that one person wrote and a room keeps: more than the changes of one person that take part
)

// bygone is one that is well-formed.
type bygone struct {
	in     *conversation
	raw    frame.Bygone
	change membership.Change
}

// takeBygones keeps what others have seen.
func (c *Chat) takeBygones(l *peer.Link, body []byte) {
	if !c.awaitStarted(l) {
		return
	}
	f, err := frame.ReadBygones(body)
	if err != nil {
		c.dropped("frames that break the rules")
		return
	}
	v := c.exchanged(l, event.ConversationID(f.Conversation))
	if v == nil || v.room == nil {
		c.dropped("changes of a conversation that is no room of ours")
		return
	}
	for i := range f.Changes {
		if err := c.takeBygone(l, v, &f.Changes[i]); err != nil && l.Context().Err() == nil {
			c.dropped(err.Error())
		}
	}
}

func (c *Chat) takeBygone(l *peer.Link, v *conversation, raw *frame.Bygone) error {
	e, signed, err := raw.Read(v.id)
	if err != nil {
		return err
	}
	if v.room.members().Here(e.ID) {
		return nil
	}
	key, known := c.keyIn(v, e.Peer)
	if !known { // the change that names its author may have come just before and not be stored yet
		if err := c.ledger.settled(l.Context()); err != nil {
			return err
		}
		key, known = c.keyIn(v, e.Peer)
	}
	if !known {
		c.bygonesAgain(l, v)
		return errNoKey
	}
	if identity.Verify(key, event.SigningContext, signed.ID[:], raw.Signature) != nil {
		return errors.New("bygone changes with a wrong signature")
	}
	change, ok := c.changeOf(e)
	switch {
	case !ok:
		return errors.New("bygone changes that say nothing known")
	case !v.room.mayBring(change.ID, change.By):
		return errors.New("more bygone changes than are kept of one person")
	}
	return c.ledger.add(func(all *batch) { all.bygones = append(all.bygones, &bygone{in: v, raw: *raw, change: change}) })
}

// keyIn returns the key of a machine that was met, or that a change of the room names.
func (c *Chat) keyIn(v *conversation, machine identity.PeerID) (ed25519.PublicKey, bool) {
	if key, ok := c.config.Roster.PublicKey(machine); ok {
		return key, true
	}
	return v.room.key(machine)
}

// bygonesAgain has the other side asked for them anew with our next vector: what would have allowed to take one is still to come.
func (c *Chat) bygonesAgain(l *peer.Link, v *conversation) {
	v.room.miss()
	if s := c.session(l, v); s != nil {
		s.mu.Lock()
		s.relay.again = true
		s.mu.Unlock()
	}
}

// mayBring notes a change that came alone; false for one too many of its author.
func (r *room) mayBring(id event.ID, by identity.PersonID) bool {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.brought[by] == nil {
		r.brought[by] = map[event.ID]bool{}
	}
	if len(r.brought[by]) >= maxBygones && !r.brought[by][id] {
		return false
	}
	r.brought[by][id] = true
	return true
}

// storeBygones keeps those of this page.
func (p *page) storeBygones(tx *store.Tx) error {
	for _, b := range p.bygones {
		raw, err := wire.Marshal(b.raw)
		if err != nil {
			return err
		}
		if _, err = tx.Exec(`INSERT INTO chat_bygone (id, conversation, raw) VALUES (?, ?, ?) ON CONFLICT DO NOTHING`, b.change.ID[:], p.v.key, raw); err != nil {
			return fmt.Errorf("store a change behind a cut: %w", err)
		}
		p.hearsOf(b.change.By)
		p.made.shift.changes = append(p.made.shift.changes, b.change)
	}
	return nil
}

// readBygones reads those of a room. As with other changes, one that says nothing any more, since its author is known as somebody else by now, is left out.
func (c *Chat) readBygones(tx *store.Tx, v *conversation) (changes []membership.Change, err error) {
	rows, err := tx.Query(`SELECT raw FROM chat_bygone WHERE conversation = ?`, v.key)
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, rows.Close()) }()
	for rows.Next() {
		var body []byte
		var raw frame.Bygone
		if err := rows.Scan(&body); err != nil {
			return nil, err
		}
		if err := wire.Unmarshal(body, &raw); err != nil {
			return nil, fmt.Errorf("a change behind a cut: %w: %w", store.ErrCorrupt, err)
		}
		e, _, err := raw.Read(v.id)
		if err != nil {
			return nil, fmt.Errorf("a change behind a cut: %w: %w", store.ErrCorrupt, err)
		}
		if change, ok := c.changeOf(e); ok {
			v.room.mayBring(change.ID, change.By)
			changes = append(changes, change)
		}
	}
	return changes, rows.Err()
}

// tellBygones tells the other side of what it was not told of over this link, before it gets events that name these changes.
func (s *session) tellBygones(ctx context.Context, named []event.ID) error {
	if s.v.room == nil || !s.link.Offers(capabilityBygones) {
		return nil
	}
	return s.sendBygones(ctx, s.untold(s.v.room.members().BygonesFor(s.link.Person(), named)))
}

// untold leaves out what the other side was told already, and notes the rest.
func (s *session) untold(all []event.ID) (rest []event.ID) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.relay.bygones == nil {
		s.relay.bygones = map[event.ID]bool{}
	}
	for _, id := range all {
		if !s.relay.bygones[id] {
			s.relay.bygones[id] = true
			rest = append(rest, id)
		}
	}
	return rest
}

// tellAgain has the other side told of all bygone changes anew, as it asks for, once in a while.
func (s *session) tellAgain(asked bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if asked && time.Since(s.relay.toldAll) > toldAgain {
		s.relay.toldAll = time.Now()
		clear(s.relay.bygones)
	}
}

func (s *session) sendBygones(ctx context.Context, all []event.ID) error {
	f := frame.Bygones{Conversation: s.v.id[:]}
	size := 0
	send := func() error {
		if len(f.Changes) == 0 {
			return nil
		}
		body, err := wire.Marshal(f)
		if err != nil {
			return err
		}
		f.Changes, size = nil, 0
		return s.link.Send(ctx, wire.KindBygones, body)
	}
	for _, id := range all {
		raw, found, err := s.chat.rawBygone(ctx, s.v, id)
		if err != nil {
			return err
		}
		if !found {
			continue
		}
		if size+raw.Size() > event.FrameRoom {
			if err := send(); err != nil {
				return err
			}
		}
		f.Changes, size = append(f.Changes, raw), size+raw.Size()
	}
	return send()
}

// rawBygone reads a change that is here, with its log or alone; false where the next signature is too far from it.
func (c *Chat) rawBygone(ctx context.Context, v *conversation, id event.ID) (raw frame.Bygone, found bool, err error) {
	err = c.config.DB.Read(ctx, func(tx *store.Tx) error {
		at, here, err := placeOf(tx, id)
		if err != nil {
			return err
		}
		if here {
			raw, found, err = c.chained(tx, v, at)
			return err
		}
		var body []byte
		if err := tx.QueryRow(`SELECT raw FROM chat_bygone WHERE id = ?`, id[:]).Scan(&body); err != nil {
			return err
		}
		found = true
		return wire.Unmarshal(body, &raw)
	})
	if err != nil {
		return frame.Bygone{}, false, fmt.Errorf("look up a change behind a cut: %w", err)
	}
	return raw, found, nil
}

// chained reads a change with the headers that follow it up to one that is signed. Of our own log any can be.
func (c *Chat) chained(tx *store.Tx, v *conversation, at int64) (raw frame.Bygone, found bool, err error) {
	b := v.branchAt(at)
	if b == nil {
		return raw, false, fmt.Errorf("branch %d: %w", placeBranch(at), store.ErrCorrupt)
	}
	events, err := eventsFrom(tx, b, placeNumber(at), placeNumber(at)+frame.MaxChain-1)
	if err != nil || len(events) == 0 || events[0].Altered {
		return raw, false, err
	}
	raw.Salt, raw.Body = events[0].Salt, events[0].Body
	for _, e := range events {
		raw.Chain = append(raw.Chain, e.Raw)
		if raw.Signature = e.Signature; b.log.Peer == c.self() {
			raw.Signature = c.config.Identity.Sign(event.SigningContext, e.ID[:])
		}
		if len(raw.Signature) > 0 {
			return raw, true, nil
		}
	}
	return raw, false, nil
}

// branchAt returns the branch that holds the event at a place itself.
func (v *conversation) branchAt(at int64) *branch {
	for _, w := range v.allViews() {
		if w.key == placeBranch(at) {
			return w.branch
		}
	}
	return nil
}
