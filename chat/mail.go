package chat

import (
	"context"
	"sync"
	"time"

	"lanyard/chat/mail"
	"lanyard/internal/identity"
	"lanyard/internal/peer"
	"lanyard/internal/store"
	"lanyard/internal/wire"
)

// mailSweep is how often is looked for what has expired.
const mailSweep = time.Hour

// mailing is everything about carriers: our keys, what others keep for us and what we keep for others. One loop decides what is deposited and when; what
// comes over links is handled where it comes.
type mailing struct {
	chat *Chat
	wake chan struct{} // capacity 1: something is due

	mu        sync.Mutex
	ring      mail.Ring
	keys      map[identity.PeerID]mail.Key // of others
	out       outgoing
	errands   map[*conversation]*errand
	owed      map[*conversation]bool // we took mail in it, and have had no link with its person since
	doors     map[uint64]*door       // by link
	strangers int                    // persons that mail told us of
	farewell  farewell
}

// outgoing is our mail at carriers.
type outgoing struct {
	kept    map[sentKey]*sentMail // as they answered, and as it is in the database
	pending map[sentKey]*sentMail // not answered yet
	number  uint64                // the last one given
}

// sentKey names the mail for one machine at one carrier.
type sentKey struct{ recipient, carrier identity.PeerID }

// sentMail is what a carrier was given.
type sentMail struct {
	v      *conversation
	person identity.PersonID // the carrier's
	key    mail.KeyID
	number uint64
	expiry int64
	state  uint64 // counter of our state in it
	covers cover
	at     time.Time // when it was sent
}

// errand is when a conversation is looked at, and what mail went out for it last.
type errand struct {
	need  time.Time // since when; zero: nothing is to be looked at
	last  time.Time
	size  int
	after cover // what they had acknowledged when that was looked at while they were here
	since time.Time

	looking bool // just now
}

// door is what we know of a link about mail.
type door struct {
	link    *peer.Link
	carries bool                          // they told a key of their own
	knows   map[identity.PeerID]bool      // machines whose keys they told
	asked   map[identity.PeerID]bool      // machines whose keys we asked for
	refused map[identity.PeerID]time.Time // machines for which they do not carry, and since when
	deposit *mail.Assembly                // what comes for others
	collect *mail.Assembly                // what comes for us
	handing handing
}

func newMailing(c *Chat) *mailing {
	return &mailing{chat: c, wake: make(chan struct{}, 1), keys: map[identity.PeerID]mail.Key{}, errands: map[*conversation]*errand{},
		owed: map[*conversation]bool{}, farewell: farewell{moved: make(chan struct{}, 1)}, doors: map[uint64]*door{}, out: outgoing{kept: map[sentKey]*sentMail{}, pending: map[sentKey]*sentMail{}}}
}

func (m *mailing) handle(o *peer.Owner) {
	o.Handle(wire.KindMailKeys, m.takeKeys)
	o.Handle(wire.KindDeposit, m.takeDeposit)
	o.Handle(wire.KindCollect, m.takeCollect)
	o.Handle(wire.KindMailTold, m.takeTold)
}

// load reads everything but what we carry, which stays in the database.
func (m *mailing) load(tx *store.Tx) error {
	ring, err := loadKeyRing(tx)
	if err != nil {
		return err
	}
	keys, err := loadMailKeys(tx)
	if err != nil {
		return err
	}
	sent, err := m.chat.loadSent(tx)
	if err != nil {
		return err
	}
	owed, err := m.chat.loadOwed(tx)
	if err != nil {
		return err
	}
	for at, one := range sent {
		one.person = m.chat.config.Roster.PersonOf(at.carrier)
	}
	m.mu.Lock()
	defer m.mu.Unlock()
	m.ring, m.keys, m.out.kept, m.owed = ring, keys, sent, owed
	for _, one := range sent {
		m.out.number = max(m.out.number, one.number)
	}
	return nil
}

// stir has a direct conversation looked at a moment from now.
func (m *mailing) stir(v *conversation) {
	if !v.direct() {
		return
	}
	m.mu.Lock()
	e, now := m.errandLocked(v), time.Now()
	fresh := e.need.IsZero() || e.need.After(now)
	if fresh {
		e.need = now
	}
	m.mu.Unlock()
	if fresh {
		m.poke()
	}
}

func (m *mailing) errandLocked(v *conversation) *errand {
	e := m.errands[v]
	if e == nil {
		e = &errand{}
		m.errands[v] = e
	}
	return e
}

func (m *mailing) poke() {
	select {
	case m.wake <- struct{}{}:
	default:
	}
}

// run looks at conversations when they are due, until ctx ends.
func (m *mailing) run(ctx context.Context) {
	m.sweep(ctx)
	m.stirAll()
	swept := time.Now()
	for {
		v, at := m.nextDue()
		if sweep := swept.Add(mailSweep); v == nil || at.After(sweep) {
			v, at = nil, sweep
		}
		if wait := time.Until(at); wait > 0 {
			if !m.sleep(ctx, wait) {
				return
			}
			continue
		}
		if v == nil {
			m.sweep(ctx)
			swept = time.Now()
			continue
		}
		m.looks(v, true)
		if err := m.look(ctx, v); err != nil && ctx.Err() == nil {
			m.chat.config.Log.Warn("leave mail for somebody absent", "person", v.with.Short(), "error", err)
		}
		m.looks(v, false)
		m.moves()
	}
}

// sleep waits until something may be due; false when ctx ended.
func (m *mailing) sleep(ctx context.Context, wait time.Duration) bool {
	t := time.NewTimer(wait)
	defer t.Stop()
	select {
	case <-m.wake:
	case <-t.C:
	case <-ctx.Done():
		return false
	}
	return true
}

// nextDue returns the conversation that is to be looked at first, and when.
func (m *mailing) nextDue() (next *conversation, when time.Time) {
	m.mu.Lock()
	defer m.mu.Unlock()
	for v, e := range m.errands {
		if e.need.IsZero() {
			continue
		}
		at := mail.DepositAt(e.need, e.last, e.size)
		if m.farewell.begun {
			at = e.need
		}
		if next == nil || at.Before(when) {
			next, when = v, at
		}
	}
	return next, when
}

// looks notes that a conversation is being looked at, or was.
func (m *mailing) looks(v *conversation, now bool) {
	m.mu.Lock()
	defer m.mu.Unlock()
	e := m.errands[v]
	if e.looking = now; now {
		e.need = time.Time{}
	}
}

// stirAll has every direct conversation looked at in which something waits, or of which a carrier still keeps something.
func (m *mailing) stirAll() {
	for _, v := range m.chat.all() {
		if v.direct() && m.concerns(v) {
			m.stir(v)
		}
	}
}

func (m *mailing) concerns(v *conversation) bool {
	m.mu.Lock()
	concerns := m.owed[v]
	for _, one := range m.out.kept {
		concerns = concerns || one.v == v
	}
	m.mu.Unlock()
	return concerns || len(m.chat.unsaid(v)) > 0
}

// sweep makes a new key when it is time, and drops what has expired.
func (m *mailing) sweep(ctx context.Context) {
	now := time.Now()
	m.mu.Lock()
	due := m.ring.Due(now)
	m.mu.Unlock()
	if due {
		if err := m.turnKey(ctx); err != nil && ctx.Err() == nil {
			m.chat.config.Log.Warn("make a mail key", "error", err)
		}
	}
	if err := m.expire(ctx, now); err != nil && ctx.Err() == nil {
		m.chat.config.Log.Warn("drop mail that has expired", "error", err)
	}
}

// linkUp tells our key and hands over what we keep for the other side. What waits for others may now be left with them.
func (m *mailing) linkUp(l *peer.Link) {
	m.door(l)
	m.tellKeys(l, nil)
	m.heard(l, m.chat.conversation(l.Person()))
	m.stirAll()
	m.handOver(l)
}

// heard notes that a person speaks to us over a link: they are owed no state by mail.
func (m *mailing) heard(l *peer.Link, v *conversation) {
	m.mu.Lock()
	owed := m.owed[v]
	delete(m.owed, v)
	m.mu.Unlock()
	if !owed {
		return
	}
	err := m.chat.config.DB.Write(l.Context(), func(tx *store.Tx) error { return putOwed(tx, v, false) })
	if err != nil && l.Context().Err() == nil {
		m.chat.config.Log.Warn("note that a state was told", "error", err)
	}
	m.stir(v)
}

func (m *mailing) linkDown(l *peer.Link) { m.stir(m.chat.conversation(l.Person())) }

// door returns what we know of a link, made if it is new.
func (m *mailing) door(l *peer.Link) *door {
	m.mu.Lock()
	defer m.mu.Unlock()
	d := m.doors[l.ID()]
	if d == nil {
		d = &door{link: l, knows: map[identity.PeerID]bool{}, asked: map[identity.PeerID]bool{}, refused: map[identity.PeerID]time.Time{}}
		d.handing.told = make(chan struct{}, 1)
		m.doors[l.ID()] = d
		context.AfterFunc(l.Context(), func() {
			m.mu.Lock()
			defer m.mu.Unlock()
			delete(m.doors, l.ID())
		})
	}
	return d
}

// send sends a frame of ours; that the link ended is for the link to say.
func (m *mailing) send(ctx context.Context, l *peer.Link, k wire.Kind, body any) error {
	b, err := wire.Marshal(body)
	if err != nil {
		return err
	}
	return l.Send(ctx, k, b)
}

// answer tells the other side what became of mail.
func (m *mailing) answer(l *peer.Link, about identity.PeerID, number uint64, answer mail.Answer) {
	err := m.send(l.Context(), l, wire.KindMailTold, mail.Told{Peer: about, Number: number, Answer: answer})
	if err != nil && l.Context().Err() == nil {
		m.chat.config.Log.Warn("answer about mail", "peer", l.Peer().Short(), "error", err)
	}
}
