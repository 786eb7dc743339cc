package chat

import (
	"context"
	"errors"
	"fmt"
	"time"

	"lanyard/chat/event"
	"lanyard/chat/mail"
	"lanyard/internal/identity"
	"lanyard/internal/peer"
	"lanyard/internal/store"
	"lanyard/internal/vector"
)

const (
	maxMailStrangers = 100       // persons whom mail tells us of, while we run
	lostKeyPause     = time.Hour // between new keys that are made because one was lost
)

// errBadMail is mail that is dropped as a whole.
var errBadMail = errors.New("mail that breaks the rules")

// takeCollect takes a piece of mail for us from a carrier.
func (m *mailing) takeCollect(l *peer.Link, body []byte) {
	if !m.ready(l) {
		return
	}
	f, err := mail.ReadPiece(body)
	if err != nil || f.Size == 0 {
		m.chat.dropped("frames that break the rules")
		return
	}
	whole := m.assemble(&m.door(l).collect, f)
	if whole == nil {
		return
	}
	answer, err := m.take(l.Context(), whole.Parcel(f.Peer, m.chat.self()))
	switch {
	case errors.Is(err, errBadMail):
		m.chat.dropped(err.Error())
	case err != nil:
		if l.Context().Err() == nil {
			m.chat.config.Log.Warn("take mail that a colleague kept", "peer", l.Peer().Short(), "error", err)
		}
		return // it stays where it is and comes again
	}
	if answer == mail.Unopened {
		m.tellKeys(l, nil)
	}
	m.answer(l, f.Peer, f.Number, answer)
}

// take opens mail and takes what is right in it. When it returns that is durable.
func (m *mailing) take(ctx context.Context, p *mail.Parcel) (answer mail.Answer, err error) {
	m.mu.Lock()
	key := m.ring.Find(p.Key)
	m.mu.Unlock()
	if key == nil {
		return mail.Unopened, m.lostKey(ctx)
	}
	signed, l, err := p.Open(key)
	if err != nil {
		return mail.Taken, errBadMail
	}
	person, err := m.depositor(ctx, p, signed, l)
	if err != nil {
		return mail.Taken, err
	}
	if machine, known := m.chat.config.Roster.Get(p.Depositor); !known || machine.Trust == peer.Blocked || person == m.chat.config.Identity.Person() {
		return mail.Taken, nil
	}
	runs, states, err := l.Contents(event.DirectID(m.chat.config.Identity.Person(), person), p.Depositor)
	if err != nil {
		return mail.Taken, errBadMail
	}
	if err := m.learn(ctx, nil, l.Key); err != nil {
		return 0, err
	}
	return mail.Taken, m.deliver(ctx, m.chat.conversation(person), runs, states)
}

// lostKey makes a new key when mail is sealed to one that is gone: what others have of us may be newer than our profile.
func (m *mailing) lostKey(ctx context.Context) error {
	m.mu.Lock()
	newest := m.ring.Newest()
	m.mu.Unlock()
	if newest != nil && time.Since(time.UnixMilli(newest.Made)) < lostKeyPause {
		return nil
	}
	return m.turnKey(ctx)
}

// depositor returns whose mail it is, once their machine's signature is verified. Whom we never met we learn of.
func (m *mailing) depositor(ctx context.Context, p *mail.Parcel, signed mail.SignedLetter, l mail.Letter) (identity.PersonID, error) {
	roster := m.chat.config.Roster
	public, known := roster.PublicKey(p.Depositor)
	if !known {
		keys, _, err := event.KeysOf(l.Lists())
		if public = keys[p.Depositor]; err != nil || public == nil {
			return identity.PersonID{}, errBadMail
		}
	}
	if p.Verify(public, signed) != nil {
		return identity.PersonID{}, errBadMail
	}
	if known {
		return roster.PersonOf(p.Depositor), nil
	}
	m.mu.Lock()
	m.strangers++
	crowded := m.strangers > maxMailStrangers
	m.mu.Unlock()
	if crowded {
		return identity.PersonID{}, errBadMail
	}
	if err := roster.Learn(ctx, l.Lists(), l.Name); err != nil {
		return identity.PersonID{}, fmt.Errorf("learn of who left mail: %w", err)
	}
	return roster.PersonOf(p.Depositor), nil
}

// deliver takes events and states as if they had come over a link, and waits until they are durable.
func (m *mailing) deliver(ctx context.Context, v *conversation, runs []event.Run, states []mail.State) error {
	var taken []event.Run
	fresh := false
	for _, r := range runs {
		fresh = fresh || !v.keeps(r.Last())
		err := m.chat.accept(ctx, v, r)
		switch {
		case ctx.Err() != nil || errors.Is(err, errEnded):
			return err
		case err != nil:
			m.chat.dropped(err.Error())
		default:
			taken = append(taken, r)
		}
	}
	for _, s := range states {
		m.chat.weigh(ctx, nil, v, s.State, s.Signed)
	}
	if len(runs) == 0 {
		return nil
	}
	if err := m.chat.settled(ctx, v); err != nil {
		return err
	}
	for _, r := range taken {
		if !v.keeps(r.Last()) {
			return errors.New("what came by mail could not be stored")
		}
	}
	if !fresh {
		return nil // it came by another way already
	}
	return m.owe(ctx, v)
}

// keeps reports whether the log of an event is durable here that far, or will never be.
func (v *conversation) keeps(e *event.Event) bool {
	v.mu.Lock()
	defer v.mu.Unlock()
	for _, b := range v.branches[e.VectorLog()] {
		if b.ended || b.kept.Number >= e.Number {
			return true
		}
	}
	return false
}

// settled waits until what was handed to the ledger before is durable.
func (c *Chat) settled(ctx context.Context, v *conversation) error {
	mark := &readMark{in: v, direct: map[*branch]vector.Mark{}, done: make(chan error, 1)}
	if err := c.ledger.add(func(b *batch) { b.marks = append(b.marks, mark) }); err != nil {
		return err
	}
	select {
	case err := <-mark.done:
		return err
	case <-ctx.Done():
		return context.Cause(ctx)
	}
}

// owe notes that the person of a conversation is owed our state by mail, until they speak to us over a link.
func (m *mailing) owe(ctx context.Context, v *conversation) error {
	m.mu.Lock()
	known := m.owed[v]
	m.owed[v] = true
	m.mu.Unlock()
	v.mu.Lock()
	stored := v.stored
	v.mu.Unlock()
	if !known && stored {
		if err := m.chat.config.DB.Write(ctx, func(tx *store.Tx) error { return putOwed(tx, v, true) }); err != nil {
			return err
		}
	}
	m.stir(v)
	return nil
}
