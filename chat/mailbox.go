package chat

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"lanyard/chat/mail"
	"lanyard/internal/identity"
	"lanyard/internal/peer"
	"lanyard/internal/store"
	"lanyard/internal/wire"
)

// handWait is how long a recipient may take to answer before the mail waits for its next link.
const handWait = time.Minute

// handing is what is being handed over on a link. Guarded by mailing.mu but for told.
type handing struct {
	busy  bool
	again bool          // more came meanwhile
	told  chan struct{} // capacity 1: the recipient answered
}

// takeDeposit takes a piece of mail that the other side leaves here for somebody.
func (m *mailing) takeDeposit(l *peer.Link, body []byte) {
	if !m.ready(l) {
		return
	}
	f, err := mail.ReadPiece(body)
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
			m.answer(l, f.Peer, f.Number, mail.Unknown)
		}
		return
	}
	whole := m.assemble(&m.door(l).deposit, f)
	if whole == nil {
		return
	}
	answer, err := m.carry(l, whole.Parcel(l.Peer(), f.Peer))
	if err != nil {
		if l.Context().Err() == nil {
			m.chat.config.Log.Warn("keep mail for somebody absent", "error", err)
		}
		return // the depositor asks somebody else when no answer comes
	}
	m.answer(l, f.Peer, f.Number, answer)
	if to, linked := m.chat.config.Roster.Link(f.Peer); linked && answer == mail.Kept {
		m.handOver(to)
	}
}

// assemble adds a piece to what a door holds, and returns and forgets it once nothing is missing; nil until then.
func (m *mailing) assemble(at **mail.Assembly, f mail.Piece) *mail.Assembly {
	m.mu.Lock()
	defer m.mu.Unlock()
	next, whole := (*at).Add(f)
	if *at = next; !whole {
		return nil
	}
	*at = nil
	return next
}

// carry keeps mail if there is room, and returns the answer.
func (m *mailing) carry(l *peer.Link, p *mail.Parcel) (answer mail.Answer, err error) {
	now := time.Now()
	until := min(p.Expiry, now.Add(mail.Life).UnixMilli())
	if until <= now.UnixMilli() {
		return mail.Dropped, nil
	}
	fresh := mail.Boxed{Depositor: p.Depositor, Person: l.Person(), Recipient: p.Recipient, Number: p.Number, Size: len(p.Sealed)}
	var gone []mail.Boxed
	err = m.chat.config.DB.Write(l.Context(), func(tx *store.Tx) (err error) {
		answer, gone, err = m.box(tx, p, fresh, until)
		return err
	})
	if err != nil {
		return 0, fmt.Errorf("keep mail of %s: %w", l.Peer().Short(), err)
	}
	for _, one := range gone {
		if to, linked := m.chat.config.Roster.Link(one.Depositor); linked {
			m.answer(to, one.Recipient, one.Number, mail.Dropped)
		}
	}
	return answer, nil
}

// carriesFor reports whether we carry from a person to a machine: one that we know and have not blocked, and neither ours nor the depositor's own.
func (m *mailing) carriesFor(from identity.PersonID, recipient identity.PeerID) bool {
	roster := m.chat.config.Roster
	p, known := roster.Get(recipient)
	return known && p.Trust != peer.Blocked && p.Person != from && p.Person != m.chat.config.Identity.Person()
}

// box stores mail and drops what gives way to it.
func (m *mailing) box(tx *store.Tx, p *mail.Parcel, fresh mail.Boxed, until int64) (answer mail.Answer, gone []mail.Boxed, err error) {
	all, err := m.chat.boxed(tx, `1`)
	if err != nil {
		return 0, nil, err
	}
	i := slices.IndexFunc(all, func(o mail.Boxed) bool { return o.Depositor == p.Depositor && o.Recipient == p.Recipient })
	if i >= 0 {
		switch {
		case all[i].Number == p.Number:
			return mail.Kept, nil, nil
		case all[i].Number > p.Number:
			return mail.Dropped, nil, nil // it overtook this one
		}
		all = slices.Delete(all, i, i+1)
	}
	answer, gone = mail.MakeRoom(all, fresh)
	if answer != mail.Kept {
		return answer, nil, nil
	}
	for _, one := range gone {
		if err := dropBoxed(tx, one.Depositor, one.Recipient, one.Number); err != nil {
			return 0, nil, err
		}
	}
	return mail.Kept, gone, putBoxed(tx, p, until)
}

// unbox drops mail up to a number.
func (m *mailing) unbox(ctx context.Context, depositor, recipient identity.PeerID, number uint64) error {
	return m.chat.config.DB.Write(ctx, func(tx *store.Tx) error { return dropBoxed(tx, depositor, recipient, number) })
}

// handOver hands a machine what is kept for it, one piece of mail after the other, in the background.
func (m *mailing) handOver(l *peer.Link) {
	d := m.door(l)
	m.mu.Lock()
	busy := d.handing.busy
	d.handing.busy, d.handing.again = true, busy
	m.mu.Unlock()
	if !busy {
		m.chat.begin(func() { m.handAll(d) }) // when Run has ended nothing is handed over any more
	}
}

func (m *mailing) handAll(d *door) {
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
func (m *mailing) handNext(ctx context.Context, d *door, after int64) (int64, error) {
	var p *mail.Parcel
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
	if err := m.sendPieces(ctx, d.link, wire.KindCollect, p, p.Depositor); err != nil {
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
func (m *mailing) takeTold(l *peer.Link, body []byte) {
	if !m.ready(l) {
		return
	}
	f, err := mail.ReadTold(body)
	if err != nil {
		m.chat.dropped("frames that break the rules")
		return
	}
	switch f.Answer {
	case mail.Taken, mail.Unopened:
		err = m.handed(l, f)
	case mail.Kept:
		err = m.carrierKeeps(l.Context(), sentKey{f.Peer, l.Peer()}, f.Number)
	case mail.TooMuch, mail.Full, mail.Unknown, mail.Dropped:
		err = m.carrierRefuses(l.Context(), sentKey{f.Peer, l.Peer()}, f)
	}
	if err != nil && l.Context().Err() == nil {
		m.chat.config.Log.Warn("take an answer about mail", "peer", l.Peer().Short(), "error", err)
	}
}

// handed drops mail that its recipient is done with. If it could not be opened its depositor is told, with the key that the recipient has now.
func (m *mailing) handed(l *peer.Link, f mail.Told) error {
	if err := m.unbox(l.Context(), f.Peer, l.Peer(), f.Number); err != nil {
		return err
	}
	select {
	case m.door(l).handing.told <- struct{}{}:
	default:
	}
	if to, linked := m.chat.config.Roster.Link(f.Peer); linked && f.Answer == mail.Unopened {
		m.tellKeys(to, []identity.PeerID{l.Peer()})
		m.answer(to, l.Peer(), f.Number, mail.Dropped)
	}
	return nil
}
