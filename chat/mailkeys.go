package chat

import (
	"context"
	"time"

	"lanyard/chat/mail"
	"lanyard/internal/identity"
	"lanyard/internal/peer"
	"lanyard/internal/store"
	"lanyard/internal/wire"
)

// turnKey makes a new key of ours and tells it to whoever is here.
func (m *mailing) turnKey(ctx context.Context) error {
	now := time.Now()
	m.mu.Lock()
	var last uint64
	if newest := m.ring.Newest(); newest != nil {
		last = newest.Number
	}
	m.mu.Unlock()
	next, err := mail.MakeKey(m.chat.config.Identity, last, now)
	if err != nil {
		return err
	}
	m.mu.Lock()
	kept, gone := m.ring.Turn(next, now)
	m.mu.Unlock()
	if err := m.chat.config.DB.Write(ctx, func(tx *store.Tx) error { return putOwnMailKey(tx, next, now, gone) }); err != nil {
		return err
	}
	m.mu.Lock()
	m.ring = kept
	var links []*peer.Link
	for _, d := range m.doors {
		links = append(links, d.link)
	}
	m.mu.Unlock()
	for _, l := range links {
		m.tellKeys(l, nil)
	}
	return nil
}

// tellKeys tells our key and those of others that are asked for, as far as we have them.
func (m *mailing) tellKeys(l *peer.Link, of []identity.PeerID) {
	var f mail.Keys
	m.mu.Lock()
	if newest := m.ring.Newest(); newest != nil {
		f.Keys = append(f.Keys, newest.Signed)
	}
	for _, machine := range of {
		if k, ok := m.keys[machine]; ok && len(f.Keys) < mail.MaxKeys {
			f.Keys = append(f.Keys, k.Signed)
		}
	}
	m.mu.Unlock()
	if len(f.Keys) == 0 {
		return // the first one is being made, and told then
	}
	if err := m.send(l.Context(), l, wire.KindMailKeys, f); err != nil && l.Context().Err() == nil {
		m.chat.config.Log.Warn("tell mail keys", "peer", l.Peer().Short(), "error", err)
	}
}

// ask asks whoever carries for a machine's key, once on each link.
func (m *mailing) ask(ctx context.Context, machine identity.PeerID) {
	m.mu.Lock()
	var doors []*door
	for _, d := range m.doors {
		if d.carries && !d.asked[machine] {
			d.asked[machine] = true
			doors = append(doors, d)
		}
	}
	m.mu.Unlock()
	for _, d := range doors {
		if err := m.send(ctx, d.link, wire.KindMailKeys, mail.Keys{Wants: []identity.PeerID{machine}}); err != nil && d.link.Context().Err() == nil {
			m.chat.config.Log.Warn("ask for a mail key", "peer", d.link.Peer().Short(), "error", err)
		}
	}
}

// takeKeys takes the keys that somebody tells and answers with those that they want.
func (m *mailing) takeKeys(l *peer.Link, body []byte) {
	if !m.ready(l) {
		return
	}
	f, err := mail.ReadKeys(body)
	if err != nil {
		m.chat.dropped("frames that break the rules")
		return
	}
	for _, signed := range f.Keys {
		if err := m.learn(l.Context(), m.door(l), signed); err != nil && l.Context().Err() == nil {
			m.chat.config.Log.Warn("keep a mail key", "error", err)
		}
	}
	if len(f.Wants) > 0 {
		m.tellKeys(l, f.Wants)
	}
}

// learn takes one key that was told. d is nil for one that came by mail.
func (m *mailing) learn(ctx context.Context, d *door, signed mail.SignedKey) error {
	k, err := mail.ReadKey(signed)
	if err != nil {
		m.chat.dropped("mail keys that break the rules")
		return nil
	}
	public, known := m.chat.config.Roster.PublicKey(k.Peer)
	if !known || k.Peer == m.chat.self() {
		return nil // of nobody to whom we could write
	}
	if k.Verify(public) != nil {
		m.chat.dropped("mail keys with a wrong signature")
		return nil
	}
	own := d != nil && d.link.Peer() == k.Peer
	m.mu.Lock()
	began := false
	if d != nil {
		began = own && !d.carries
		d.carries = d.carries || own
		d.knows[k.Peer] = true
	}
	before, had := m.keys[k.Peer]
	fresh := !had || k.Newer(&before, own)
	m.mu.Unlock()
	if fresh {
		if err := m.chat.config.DB.Write(ctx, func(tx *store.Tx) error { return putMailKey(tx, &k) }); err != nil {
			return err
		}
		m.mu.Lock()
		m.keys[k.Peer] = k
		m.mu.Unlock()
		m.stir(m.chat.conversation(m.chat.config.Roster.PersonOf(k.Peer)))
	}
	if began {
		m.stirAll() // one more who carries
	}
	return nil
}

// ready reports whether what comes over a link is to be handled.
func (m *mailing) ready(l *peer.Link) bool {
	return m.chat.awaitStarted(l) && l.Person() != m.chat.config.Identity.Person()
}
