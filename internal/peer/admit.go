package peer

import (
	"bytes"
	"context"
	"crypto/ed25519"
	"crypto/rand"
	"crypto/tls"
	"errors"
	"fmt"
	"net/netip"
	"slices"
	"time"

	"lanyard/internal/identity"
	"lanyard/internal/wire"
)

// shaken is a connection after TLS: the key of the other side is known, nothing else.
type shaken struct {
	conn    *tls.Conn
	peer    identity.PeerID
	key     ed25519.PublicKey
	alpn    string
	dialled bool
	trust   func() // lifts the limit of bytes
}

// Errors that end a connection before it is a link.
var (
	errHandshake = errors.New("handshake")
	errSelf      = errors.New("this is Lanyard on this very computer")
	errBlocked   = errors.New("blocked by us")
	errRefused   = errors.New("refused by the peer")
	errStranger  = errors.New("too many new people at once")
)

// shake completes TLS within greetLimit; the connection keeps that deadline until it is a link.
func (r *Roster) shake(ctx context.Context, conn *tls.Conn, dialled bool) (shaken, error) {
	if err := conn.SetDeadline(time.Now().Add(greetLimit)); err != nil {
		return shaken{}, err
	}
	if err := conn.HandshakeContext(ctx); err != nil {
		return shaken{}, fmt.Errorf("%w: %w", errHandshake, err)
	}
	state := conn.ConnectionState()
	peer, key, err := identity.PeerOf(state)
	if err != nil {
		return shaken{}, err
	}
	return shaken{conn: conn, peer: peer, key: key, alpn: state.NegotiatedProtocol, dialled: dialled}, nil
}

// greet exchanges hellos. Somebody blocked is told so instead and learns nothing.
func (r *Roster) greet(ctx context.Context, s shaken) (*Link, error) {
	if r.blocked(s.peer) {
		r.refuse(s.conn, CloseBlocked)
		return nil, errBlocked
	}
	stop := context.AfterFunc(ctx, func() { r.drop(s.conn.NetConn()) })
	defer stop()
	l := &Link{
		roster: r, conn: s.conn, peer: s.peer, key: s.key, dialled: s.dialled, remote: addressOf(s.conn.RemoteAddr()),
		out: newOutbox(), rumours: newBucket(gossipBurst, gossipRate), in: wire.NewReader(s.conn, wire.MaxLinkFrame), hurry: make(chan struct{}, 1),
	}
	rand.Read(l.nonce[:])
	if err := r.sayHello(l); err != nil {
		return nil, fmt.Errorf("send hello: %w", err)
	}
	var err error
	if l.greeting, err = r.hearHello(l); err != nil {
		return nil, err
	}
	if err := s.conn.SetDeadline(time.Time{}); err != nil {
		return nil, err
	}
	l.born = time.Now()
	l.person = l.greeting.card.list.Person
	// The link outlives ctx by its goodbye: its run ends it when ctx does.
	l.ctx, l.cancel = context.WithCancelCause(context.WithoutCancel(ctx))
	return l, nil
}

func (r *Roster) sayHello(l *Link) error {
	r.mu.Lock()
	h := hello{Version: version, Instance: r.instance, profile: r.shownLocked(), Nonce: l.nonce[:], Capabilities: append([]string{capabilityLists}, r.offered...)}
	r.mu.Unlock()
	return l.sayNow(wire.KindHello, h)
}

func (r *Roster) hearHello(l *Link) (greeting, error) {
	f, err := l.in.Read()
	if err != nil {
		return greeting{}, fmt.Errorf("wait for hello: %w", err)
	}
	switch f.Kind {
	case wire.KindHello:
	case wire.KindClose:
		return greeting{}, refusedBy(f.Body)
	default:
		r.refuse(l.conn, CloseBreach)
		return greeting{}, fmt.Errorf("frame %s before the hello", f.Kind)
	}
	g, err := readHello(f.Body, l.key, r.known)
	if errors.Is(err, identity.ErrListGap) {
		g, err = r.askInGreeting(l, bytes.Clone(f.Body), err)
	}
	switch {
	case errors.Is(err, errVersion):
		r.refuse(l.conn, CloseVersion)
	case err != nil:
		r.refuse(l.conn, CloseBreach)
	}
	return g, err
}

// refusedBy is the error of a close frame in the place of a hello.
func refusedBy(body []byte) error {
	var b closeBody
	if err := wire.Unmarshal(body, &b); err != nil {
		return fmt.Errorf("decode close: %w", err)
	}
	return fmt.Errorf("%w: %s", errRefused, b.Reason)
}

// refuse tells a reason on a connection that does not become a link, and gives the other side a moment to read it.
func (r *Roster) refuse(conn *tls.Conn, reason CloseReason) {
	defer r.drop(conn.NetConn())
	if conn.SetDeadline(time.Now().Add(closeLimit)) != nil || sayClose(conn, reason) != nil {
		return
	}
	var rest [1024]byte
	for n := 0; n < handshakeBudget; {
		k, err := conn.Read(rest[:])
		if err != nil {
			return
		}
		n += k
	}
}

// dismiss ends a greeted link that is not attached.
func (r *Roster) dismiss(l *Link, reason CloseReason, why error) error {
	l.end(reason, why)
	if reason == CloseNone {
		l.hangUp()
	} else {
		r.refuse(l.conn, reason)
	}
	return why
}

// errCrossing says that both sides dialled at once, and another link than this one stays.
var errCrossing = errors.New("a crossing link stays")

// attach makes a greeted link one of its peer's, after settling with one that is there already. On error the link is closed.
func (r *Roster) attach(ctx context.Context, l *Link) error {
	if l.peer == r.self {
		return r.meetSelf(l)
	}
	for {
		present, v, err := r.tryAttach(l)
		switch {
		case errors.Is(err, errBlocked):
			return r.dismiss(l, CloseBlocked, err)
		case err != nil:
			return r.dismiss(l, CloseNone, err)
		case v == closeFresh:
			return r.dismiss(l, CloseSuperseded, errCrossing)
		case v == askPresent && present.probe(ctx):
			r.cloned(present)
			return r.dismiss(l, CloseCopied, errors.New("the same key answers on another link"))
		case v == askPresent:
			present.end(CloseNone, errors.New("the peer restarted"))
			r.detach(present)
		default:
			return nil
		}
	}
}

// tryAttach attaches unless the verdict is against it.
func (r *Roster) tryAttach(l *Link) (*Link, verdict, error) {
	r.mu.Lock()
	err := r.welcomeLocked(l)
	present, v := r.verdictLocked(l)
	if err != nil || v == closeFresh || v == askPresent {
		r.mu.Unlock()
		return present, v, err
	}
	m := r.meetLocked(l.peer, l.key, l.greeting.card)
	replaced := r.joinLocked(m, l, v)
	trimmed := r.trimLocked()
	changed := append(r.tellApartLocked(), l.peer) // of those who are left
	r.mu.Unlock()
	for _, old := range replaced {
		old.end(CloseSuperseded, errors.New("a newer link replaces it"))
	}
	r.dialler.linked(l)
	r.wakeClocks()
	r.wakeKeeper()
	r.wakeGossip()
	r.news.peers(changed...)
	for _, m := range trimmed {
		r.news.gone(m.id, m.person)
	}
	if len(trimmed) > 0 {
		r.news.problems() // of people on the list
	}
	return nil, v, nil
}

// welcomeLocked refuses people blocked meanwhile and floods of strangers.
func (r *Roster) welcomeLocked(l *Link) error {
	if r.blockedLocked(l.peer) || r.blockedPersonLocked(l.greeting.card.list) {
		return errBlocked
	}
	links := len(r.linksLocked())
	if m := r.machines[l.peer]; m != nil && m.met && links < linksAtMost {
		return nil
	}
	if links >= strangerLinks || !l.counted && !r.doors.stranger(l.remote.Addr()) {
		return errStranger
	}
	l.counted = true
	return nil
}

// verdictLocked compares a fresh link with the newest attached one.
func (r *Roster) verdictLocked(l *Link) (*Link, verdict) {
	m := r.machines[l.peer]
	if m == nil || len(m.links) == 0 {
		return nil, keepBoth
	}
	present := m.links[len(m.links)-1]
	weDecide := slices.Compare(r.self[:], l.peer[:]) < 0
	return present, settle(weDecide, present.contender(), l.contender())
}

func (l *Link) contender() contender {
	return contender{dialled: l.dialled, instance: l.greeting.instance, age: time.Since(l.born)}
}

// joinLocked attaches a link and returns those that it replaces. No peer keeps more than two.
func (r *Roster) joinLocked(m *machine, l *Link, v verdict) (replaced []*Link) {
	r.serial++
	l.id = r.serial
	if m.lanes == nil {
		for _, o := range r.owners {
			m.lanes = append(m.lanes, newLane(o, &r.tasks))
		}
	}
	l.lanes = m.lanes
	if n := len(m.links); v == closePresent || n > 1 {
		keep := 0
		if v != closePresent {
			keep = 1
		}
		replaced = slices.Clone(m.links[:n-keep])
		m.links = m.links[n-keep:]
	}
	m.links = append(m.links, l)
	close(r.attached)
	r.attached = make(chan struct{})
	m.noteSeen()
	m.addresses = remember(m.addresses, l.listensAt())
	m.presentLocked()
	return replaced
}

// listensAt is where the peer can be dialled: where we dialled it, else where it comes from and the port it told. It is not valid when the peer
// told none.
func (l *Link) listensAt() netip.AddrPort {
	if l.dialled {
		return l.remote
	}
	return netip.AddrPortFrom(l.remote.Addr(), l.greeting.card.port)
}

// presentLocked makes the newest attached link the one to use, and tells the owners.
func (m *machine) presentLocked() {
	var newest *Link
	if n := len(m.links); n > 0 {
		newest = m.links[n-1]
	}
	if newest == m.up {
		return
	}
	for _, ln := range m.lanes {
		if m.up != nil {
			ln.tell(stepDown, m.up)
		}
		if newest != nil {
			ln.tell(stepUp, newest)
		}
	}
	m.up = newest
}

// serve runs an attached link to its end.
func (r *Roster) serve(ctx context.Context, l *Link) {
	log := r.config.Log.With("peer", l.peer.Short(), "link", l.id)
	log.Debug("link up", "dialled", l.dialled, "at", l.remote)
	l.run(ctx)
	r.detach(l)
	log.Debug("link down", "why", context.Cause(l.ctx), "skipped", l.skipped.Load(), "dropped", l.dropped.Load())
}

// detach takes a link from its peer. Whoever is then not here is dialled again after a pause.
func (r *Roster) detach(l *Link) {
	r.mu.Lock()
	m := r.machines[l.peer]
	if m == nil || !slices.Contains(m.links, l) {
		r.mu.Unlock()
		return
	}
	m.links = slices.DeleteFunc(slices.Clone(m.links), func(o *Link) bool { return o == l })
	m.presentLocked()
	gone := m.up == nil
	if gone {
		m.noteSeen()
		m.label = ""
		r.dirty[m.id] = struct{}{}
		if time.Since(l.born) > settled {
			m.tries = 0
		}
	}
	r.mu.Unlock()
	if gone {
		r.wakeKeeper()
		r.news.peers(l.peer)
		r.wakeClocks()
		r.dialler.lost(l)
	}
}

// settled is how long a link must have lived for its peer to be dialled anew without the pauses of earlier failures.
const settled = 10 * time.Second

// takeProfile handles a profile frame.
func (r *Roster) takeProfile(l *Link, body []byte) error {
	c, err := readProfile(body, l.key, r.known)
	if errors.Is(err, identity.ErrListGap) && l.Offers(capabilityLists) {
		return l.askForLists(bytes.Clone(body))
	}
	if err != nil {
		return err
	}
	return r.takeCard(l, c)
}

// takeCard takes over what a peer says of itself.
func (r *Roster) takeCard(l *Link, c card) error {
	if c.list.Person != l.person {
		return fmt.Errorf("%s became another person on a live link", l.peer.Short())
	}
	if c.copied {
		r.copied()
	}
	r.mu.Lock()
	var changed []identity.PeerID
	renamed := false
	if m := r.machines[l.peer]; m != nil && slices.Contains(m.links, l) {
		before := *m
		m = r.meetLocked(l.peer, l.key, c)
		l.greeting.card.port = c.port
		m.addresses = remember(m.addresses, l.listensAt())
		renamed = before.name != m.name
		if renamed || before.host != m.host || before.presence != m.presence || before.discretion != m.discretion || !slices.Equal(before.addresses, m.addresses) {
			changed = append(r.tellApartLocked(), l.peer)
		}
	}
	r.mu.Unlock()
	r.wakeKeeper()
	r.wakeGossip()
	r.news.peers(changed...)
	if renamed {
		r.news.problems() // they may speak of that name
	}
	return nil
}
