package chat

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"lanyard/internal/identity"
	"lanyard/internal/peer"
	"lanyard/internal/store"
	"lanyard/internal/wire"
)

// handWait is how long a recipient may take to answer before the mail waits for its next link.
const handWait = time.Minute

// handing is what is being handed over on a link. Guarded by mail.mu but for told.
type handing struct {
	busy  bool
	again bool          // more came meanwhile
	told  chan struct{} // capacity 1: the recipient answered
}

// takeDeposit takes a piece of mail that the other side leaves here for somebody.
func (m *mail) takeDeposit(l *peer.Link, body []byte) {
	if !m.ready(l) {
		return
	}
	f, err := decodeMailPiece(body)
	if err != nil {
		m.chat.dropped("frames that break the rules")
		return
	}
	if f.Size == 0 {
		if err := m.unbox(l.Context(), l.Peer(), f.Peer, f.Number); err != nil && l.Context().Err() == nil {
			m.chat.config.Log.Warn("drop mail that was taken back", "error", err)
		}
		return
	}
	if !m.carriesFor(l.Person(), f.Peer) {
		if f.Offset == 0 {
			m.answer(l, f.Peer, f.Number, mailUnknown)
		}
		return
	}
	whole := m.assemble(&m.door(l).deposit, f)
	if whole == nil {
		return
	}
	answer, err := m.carry(l, whole.parcel(l.Peer(), f.Peer))
	if err != nil {
		if l.Context().Err() == nil {
			m.chat.config.Log.Warn("keep mail for somebody absent", "error", err)
		}
		return // the depositor asks somebody else when no answer comes
	}
	m.answer(l, f.Peer, f.Number, answer)
	if to, linked := m.chat.config.Roster.Link(f.Peer); linked && answer == mailKept {
		m.handOver(to)
	}
}

// carry keeps mail if there is room, and returns the answer.
func (m *mail) carry(l *peer.Link, p *parcel) (answer uint64, err error) {
	now := time.Now()
	until := min(p.expiry, now.Add(mailLife).UnixMilli())
	if until <= now.UnixMilli() {
		return mailDropped, nil
	}
	fresh := keptMail{depositor: p.depositor, person: l.Person(), recipient: p.recipient, number: p.number, size: len(p.sealed)}
	var gone []keptMail
	err = m.chat.config.DB.Write(l.Context(), func(tx *store.Tx) (err error) {
		answer, gone, err = m.box(tx, p, fresh, until)
		return err
	})
	if err != nil {
		return 0, fmt.Errorf("keep mail of %s: %w", l.Peer().Short(), err)
	}
	for _, one := range gone {
		if to, linked := m.chat.config.Roster.Link(one.depositor); linked {
			m.answer(to, one.recipient, one.number, mailDropped)
		}
	}
	return answer, nil
}

// carriesFor reports whether we carry from a person to a machine: one that we know and have not blocked, and neither ours nor the depositor's own.
func (m *mail) carriesFor(from identity.PersonID, recipient identity.PeerID) bool {
	roster := m.chat.config.Roster
	p, known := roster.Get(recipient)
	return known && p.Trust != peer.Blocked && p.Person != from && p.Person != m.chat.config.Identity.Person()
}

// box stores mail and drops what gives way to it.
func (m *mail) box(tx *store.Tx, p *parcel, fresh keptMail, until int64) (answer uint64, gone []keptMail, err error) {
	all, err := m.chat.boxed(tx, `1`)
	if err != nil {
		return 0, nil, err
	}
	i := slices.IndexFunc(all, func(o keptMail) bool { return o.depositor == p.depositor && o.recipient == p.recipient })
	if i >= 0 {
		switch {
		case all[i].number == p.number:
			return mailKept, nil, nil
		case all[i].number > p.number:
			return mailDropped, nil, nil // it overtook this one
		}
		all = slices.Delete(all, i, i+1)
	}
	answer, gone = makeRoom(all, fresh)
	if answer != mailKept {
		return answer, nil, nil
	}
	for _, one := range gone {
		if err := dropBoxed(tx, one.depositor, one.recipient, one.number); err != nil {
			return 0, nil, err
		}
	}
	return mailKept, gone, putBoxed(tx, p, until)
}

// unbox drops mail up to a number.
func (m *mail) unbox(ctx context.Context, depositor, recipient identity.PeerID, number uint64) error {
	return m.chat.config.DB.Write(ctx, func(tx *store.Tx) error { return dropBoxed(tx, depositor, recipient, number) })
}

// handOver hands a machine what is kept for it, one piece of mail after the other, in the background.
func (m *mail) handOver(l *peer.Link) {
	d := m.door(l)
	m.mu.Lock()
	busy := d.handing.busy
	d.handing.busy, d.handing.again = true, busy
	m.mu.Unlock()
	if !busy {
		m.chat.begin(func() { m.handAll(d) }) // when Run has ended nothing is handed over any more
	}
}

func (m *mail) handAll(d *door) {
	ctx, cancel := context.WithCancel(d.link.Context())
	defer cancel()
	defer context.AfterFunc(m.chat.life, cancel)()
	for after := int64(0); ; {
		next, err := m.handNext(ctx, d, after)
		if err != nil && ctx.Err() == nil {
			m.chat.config.Log.Warn("hand over mail", "peer", d.link.Peer().Short(), "error", err)
		}
		if next > 0 && err == nil {
			after = next
			continue
		}
		m.mu.Lock()
		again := d.handing.again && err == nil
		d.handing.busy, d.handing.again = again, false
		m.mu.Unlock()
		if !again {
			return
		}
	}
}

// handNext hands over the oldest mail behind a key and waits for its answer, which drops it. It returns the mail's key, 0 when there is none.
func (m *mail) handNext(ctx context.Context, d *door, after int64) (int64, error) {
	var p *parcel
	var key int64
	err := m.chat.config.DB.Read(ctx, func(tx *store.Tx) (err error) {
		p, key, err = nextBoxed(tx, d.link.Peer(), after)
		return err
	})
	if err != nil || p == nil {
		return 0, err
	}
	select {
	case <-d.handing.told: // of an answer that came too late
	default:
	}
	if err := m.sendPieces(ctx, d.link, wire.KindCollect, p, p.depositor); err != nil {
		return 0, err
	}
	wait := time.NewTimer(handWait)
	defer wait.Stop()
	select {
	case <-d.handing.told:
		return key, nil
	case <-wait.C:
		return 0, errors.New("no answer came: it is handed over again over the next link")
	case <-ctx.Done():
		return 0, context.Cause(ctx)
	}
}

// takeTold takes an answer about mail: of a carrier about ours, or of a recipient about what we carry.
func (m *mail) takeTold(l *peer.Link, body []byte) {
	if !m.ready(l) {
		return
	}
	f, err := decodeMailTold(body)
	if err != nil {
		m.chat.dropped("frames that break the rules")
		return
	}
	switch f.Answer {
	case mailTaken, mailUnopened:
		err = m.handed(l, f)
	case mailKept:
		err = m.carrierKeeps(l.Context(), sentKey{f.Peer, l.Peer()}, f.Number)
	case mailTooMuch, mailFull, mailUnknown, mailDropped:
		err = m.carrierRefuses(l.Context(), sentKey{f.Peer, l.Peer()}, f)
	}
	if err != nil && l.Context().Err() == nil {
		m.chat.config.Log.Warn("take an answer about mail", "peer", l.Peer().Short(), "error", err)
	}
}

// handed drops mail that its recipient is done with. If it could not be opened its depositor is told, with the key that the recipient has now.
func (m *mail) handed(l *peer.Link, f mailTold) error {
	if err := m.unbox(l.Context(), f.Peer, l.Peer(), f.Number); err != nil {
		return err
	}
	select {
	case m.door(l).handing.told <- struct{}{}:
	default:
	}
	if to, linked := m.chat.config.Roster.Link(f.Peer); linked && f.Answer == mailUnopened {
		m.tellKeys(to, []identity.PeerID{l.Peer()})
		m.answer(to, l.Peer(), f.Number, mailDropped)
	}
	return nil
}
