package chat

import (
	"context"
	"errors"
	"fmt"

	"lanyard/chat/event"
	"lanyard/chat/membership"
	"lanyard/internal/identity"
	"lanyard/internal/peer"
	"lanyard/internal/store"
	"lanyard/internal/wire"
)

// A bygone change lies behind the cut of a removal, and counts nothing. Who saw it before they learned of the removal names it all the same, as a parent of
// what they change and in all that they write, and who refuses the rest of that log would never have it: so it goes alone, before what names it. It carries
// no signature of its author. That it is the one meant, its hash says; and whatever it says does nothing.

// capabilityBygones says that bygone changes are understood.
const capabilityBygones = "bygones"

// maxBygones is how many a room keeps that one person brought alone: as many as one person's changes take part.
const maxBygones = membership.PersonalMoves

// bygonesFrame brings bygone changes, each after those that it has seen.
type bygonesFrame struct {
	Conversation []byte      `cbor:"1,keyasint"`
	Changes      []rawBygone `cbor:"2,keyasint"`
}

type rawBygone struct {
	_      struct{} `cbor:",toarray"`
	First  []byte   // header of the first event of its log, by which is judged up to where that counts
	Header []byte
	Salt   []byte
	Body   []byte
}

func (r *rawBygone) size() int { return len(r.First) + len(r.Header) + len(r.Salt) + len(r.Body) + 16 }

// bygone is one that is well-formed.
type bygone struct {
	in     *conversation
	raw    rawBygone
	change membership.Change
	teller identity.PersonID // who brought it
}

func decodeBygones(body []byte) (bygonesFrame, error) {
	var f bygonesFrame
	if err := wire.Unmarshal(body, &f); err != nil {
		return bygonesFrame{}, err
	}
	if len(f.Conversation) != len(event.ConversationID{}) || len(f.Changes) == 0 {
		return bygonesFrame{}, errors.New("bygone changes of no conversation, or none")
	}
	return f, nil
}

// read checks the form of a bygone change: its hashes, and that it is a change, with the first event of its log.
func (r *rawBygone) read(in event.ConversationID) (e, first *event.Event, err error) {
	if e, err = event.Read(r.Header, r.Salt, r.Body); err != nil {
		return nil, nil, err
	}
	if first, err = event.Read(r.First, nil, nil); err != nil {
		return nil, nil, err
	}
	if e.ConversationID() != in || first.ConversationID() != in || first.VectorLog() != e.VectorLog() || first.Number != 1 {
		return nil, nil, errors.New("a bygone change of another conversation or log")
	}
	if e.Dropped() || !e.Kind.ChangesMembers() {
		return nil, nil, errors.New("a bygone change that changes nothing")
	}
	return e, first, nil
}

// readBygone checks also that what it says keeps the rules.
func (c *Chat) readBygone(v *conversation, raw rawBygone) (*bygone, error) {
	e, first, err := raw.read(v.id)
	if err != nil {
		return nil, err
	}
	change, ok := c.changeOf(e)
	if !ok {
		return nil, errors.New("a bygone change that says nothing known")
	}
	begun := membership.StartOf(first)
	change.Begun = &begun
	return &bygone{in: v, raw: raw, change: change}, nil
}

// takeBygones keeps what others have seen and is behind a cut by what we know. Of the rest more is to be learnt first.
func (c *Chat) takeBygones(l *peer.Link, body []byte) {
	if !c.awaitStarted(l) {
		return
	}
	f, err := decodeBygones(body)
	if err != nil {
		c.dropped("frames that break the rules")
		return
	}
	v := c.exchanged(l, event.ConversationID(f.Conversation))
	if v == nil || v.room == nil {
		c.dropped("changes of a conversation that is no room of ours")
		return
	}
	for _, raw := range f.Changes {
		b, err := c.readBygone(v, raw)
		if err == nil {
			b.teller = l.Person()
			err = c.takeBygone(l.Context(), b)
		}
		if err != nil && l.Context().Err() == nil {
			c.dropped(err.Error())
			return
		}
	}
}

func (c *Chat) takeBygone(ctx context.Context, b *bygone) error {
	r := b.in.room
	m := r.members()
	if !b.isBygone(m) { // what it is judged by may have come just before and not be stored yet
		if err := c.ledger.settled(ctx); err != nil {
			return err
		}
		m = r.members()
	}
	switch {
	case m.Here(b.change.ID):
		return nil
	case !b.isBygone(m):
		r.miss()
		return errors.New("changes that are behind no cut, without their logs")
	case !r.mayBring(b.teller):
		return errors.New("more changes behind cuts than are kept of what one person brings")
	}
	return c.ledger.add(func(all *batch) { all.bygones = append(all.bygones, b) })
}

// isBygone reports whether a change that came alone, from a member, lies behind where its log counts.
func (b *bygone) isBygone(m *membership.State) bool { return m.Has(b.teller) && m.Bygone(&b.change) }

// mayBring counts one more change that somebody brings alone; false for one too many.
func (r *room) mayBring(who identity.PersonID) bool {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.brought[who] >= maxBygones {
		return false
	}
	r.brought[who]++
	return true
}

// storeBygones keeps those of this page.
func (p *page) storeBygones(tx *store.Tx) error {
	for _, b := range p.bygones {
		_, err := tx.Exec(`INSERT INTO chat_bygone (id, conversation, teller, first, header, salt, body) VALUES (?, ?, ?, ?, ?, ?, ?) ON CONFLICT DO NOTHING`,
			b.change.ID[:], p.v.key, b.teller[:], b.raw.First, b.raw.Header, notNull(b.raw.Salt), notNull(b.raw.Body))
		if err != nil {
			return fmt.Errorf("store a change behind a cut: %w", err)
		}
		p.made.shift.changes = append(p.made.shift.changes, b.change)
	}
	return nil
}

// readBygones reads those of a room.
func (c *Chat) readBygones(tx *store.Tx, v *conversation) (changes []membership.Change, err error) {
	rows, err := tx.Query(`SELECT teller, first, header, salt, body FROM chat_bygone WHERE conversation = ?`, v.key)
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, rows.Close()) }()
	for rows.Next() {
		var teller []byte
		var raw rawBygone
		if err := rows.Scan(&teller, &raw.First, &raw.Header, &raw.Salt, &raw.Body); err != nil {
			return nil, err
		}
		b, err := c.readBygone(v, raw)
		if err == nil && len(teller) != len(b.teller) {
			err = errors.New("brought by nobody")
		}
		if err != nil {
			return nil, fmt.Errorf("a change behind a cut: %w: %w", store.ErrCorrupt, err)
		}
		v.room.mayBring(identity.PersonID(teller))
		changes = append(changes, b.change)
	}
	return changes, rows.Err()
}

// tellBygones tells the other side of what it was not told of since its vector came, before it gets events that name these changes.
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

func (s *session) sendBygones(ctx context.Context, all []event.ID) error {
	f := bygonesFrame{Conversation: s.v.id[:]}
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
		raw, err := s.chat.rawBygone(ctx, s.v, id)
		if err != nil {
			return err
		}
		if size+raw.size() > event.FrameRoom {
			if err := send(); err != nil {
				return err
			}
		}
		f.Changes, size = append(f.Changes, raw), size+raw.size()
	}
	return send()
}

// rawBygone reads a change that is here, with its log or alone.
func (c *Chat) rawBygone(ctx context.Context, v *conversation, id event.ID) (raw rawBygone, err error) {
	err = c.config.DB.Read(ctx, func(tx *store.Tx) error {
		at, found, err := placeOf(tx, id)
		if err != nil {
			return err
		}
		if !found {
			return tx.QueryRow(`SELECT first, header, salt, body FROM chat_bygone WHERE id = ?`, id[:]).Scan(&raw.First, &raw.Header, &raw.Salt, &raw.Body)
		}
		if err := tx.QueryRow(`SELECT header, salt, body FROM chat_event WHERE place = ?`, at).Scan(&raw.Header, &raw.Salt, &raw.Body); err != nil {
			return err
		}
		raw.First, err = firstHeader(tx, v, placeBranch(at))
		return err
	})
	if err != nil {
		return rawBygone{}, fmt.Errorf("look up a change behind a cut: %w", err)
	}
	return raw, nil
}

// firstHeader is that of the first event of the log that a branch is of.
func firstHeader(tx *store.Tx, v *conversation, key int64) (raw []byte, err error) {
	for _, w := range v.allViews() {
		if w.key == key {
			err = tx.QueryRow(`SELECT header FROM chat_event WHERE place = ?`, place(w.branch.owner(1), 1)).Scan(&raw)
			return raw, err
		}
	}
	return nil, fmt.Errorf("branch %d: %w", key, store.ErrCorrupt)
}
