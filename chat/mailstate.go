package chat

import (
	"context"
	"slices"
	"time"

	"lanyard/chat/event"
	"lanyard/chat/mail"
	"lanyard/internal/identity"
	"lanyard/internal/store"
)

// carried returns the state of a message that waits for one person, with those who carry it. It may be called with the conversation's lock held.
func (m *mailing) carried(s State, v *conversation, b *branch, number uint64) State {
	now := time.Now().UnixMilli()
	m.mu.Lock()
	defer m.mu.Unlock()
	for _, one := range m.out.kept {
		if one.v == v && one.expiry > now && one.covers.covers(b, number) && !slices.Contains(s.Through, one.person) {
			s.Delivery = Carried
			s.Through = append(s.Through, one.person)
		}
	}
	slices.SortFunc(s.Through, func(a, b identity.PersonID) int { return slices.Compare(a[:], b[:]) })
	return s
}

// carrierKeeps notes that a carrier has mail of ours on its disk.
func (m *mailing) carrierKeeps(ctx context.Context, at sentKey, number uint64) error {
	m.mu.Lock()
	sent := m.out.pending[at]
	if sent == nil || sent.number != number {
		m.mu.Unlock()
		return nil // of mail that another one has replaced by now
	}
	m.mu.Unlock()
	if err := m.chat.config.DB.Write(ctx, func(tx *store.Tx) error { return putSent(tx, at, sent) }); err != nil {
		return err
	}
	m.mu.Lock()
	m.out.kept[at] = sent
	m.mu.Unlock()
	err := m.tellCarried(ctx, sent)
	m.mu.Lock()
	if m.out.pending[at] == sent {
		delete(m.out.pending, at)
	}
	m.mu.Unlock()
	m.moves()
	return err
}

// carrierRefuses notes that a carrier does not keep mail of ours, or no longer.
func (m *mailing) carrierRefuses(ctx context.Context, at sentKey, f mail.Told) error {
	m.mu.Lock()
	pending, kept := m.out.pending[at], m.out.kept[at]
	if pending != nil && pending.number == f.Number {
		m.refusedLocked(at, time.Now())
		kept = nil // what it had before stays
	} else {
		pending = nil
	}
	m.mu.Unlock()
	m.moves()
	switch {
	case pending != nil:
		m.stir(pending.v)
	case kept != nil && kept.number == f.Number:
		return m.forget(ctx, at)
	}
	return nil
}

// forget notes that a carrier keeps nothing of ours for a machine any more.
func (m *mailing) forget(ctx context.Context, at sentKey) error {
	m.mu.Lock()
	kept := m.out.kept[at]
	m.mu.Unlock()
	if kept == nil {
		return nil
	}
	if err := m.chat.config.DB.Write(ctx, func(tx *store.Tx) error { return dropSent(tx, at, kept) }); err != nil {
		return err
	}
	m.mu.Lock()
	if m.out.kept[at] == kept {
		delete(m.out.kept, at)
	}
	m.mu.Unlock()
	m.stir(kept.v)
	return m.tellCarried(ctx, kept)
}

// expire drops what has expired: here, and in what we know of carriers.
func (m *mailing) expire(ctx context.Context, now time.Time) error {
	var gone []mail.Boxed
	err := m.chat.config.DB.Write(ctx, func(tx *store.Tx) (err error) {
		if gone, err = m.chat.boxed(tx, `until <= ?`, now.UnixMilli()); err != nil {
			return err
		}
		_, err = tx.Exec(`DELETE FROM chat_mail_box WHERE until <= ?`, now.UnixMilli())
		return err
	})
	if err != nil {
		return err
	}
	for _, one := range gone {
		if to, linked := m.chat.config.Roster.Link(one.Depositor); linked {
			m.answer(to, one.Recipient, one.Number, mail.Dropped)
		}
	}
	m.mu.Lock()
	var over []sentKey
	for at, one := range m.out.kept {
		if one.expiry <= now.UnixMilli() {
			over = append(over, at)
		}
	}
	m.mu.Unlock()
	for _, at := range over {
		if err := m.forget(ctx, at); err != nil {
			return err
		}
	}
	return nil
}

// tellCarried tells how far the messages of some mail are now, those that were not delivered by another way.
func (m *mailing) tellCarried(ctx context.Context, sent *sentMail) error {
	after := m.chat.unsaid(sent.v)
	for b, to := range sent.covers {
		from, open := after[b]
		if !open || from >= to {
			continue
		}
		ids, err := m.chat.idsAfter(ctx, sent.v, b, from, to)
		if err != nil {
			return err
		}
		m.tellRange(sent.v, b, from, ids)
	}
	return nil
}

// tellRange tells the states of events after a number, those alike together.
func (m *mailing) tellRange(v *conversation, b *branch, from uint64, ids []event.ID) {
	var all []StateChange
	for i, id := range ids {
		s := m.carried(State{Person: v.with}, v, b, from+1+uint64(i))
		if n := len(all); n == 0 || all[n-1].Delivery != s.Delivery || !slices.Equal(all[n-1].Through, s.Through) {
			all = append(all, StateChange{Conversation: v.id, With: v.with, Person: v.with, Delivery: s.Delivery, Through: s.Through})
		}
		same := &all[len(all)-1]
		same.Messages = append(same.Messages, id)
	}
	for i := range all {
		m.chat.news.change(Change{States: &all[i]})
	}
}
