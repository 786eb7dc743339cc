package peer

import (
	"cmp"
	"context"
	"crypto/ed25519"
	"crypto/rand"
	"encoding/binary"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/netip"
	"slices"
	"strings"
	"sync"
	"time"

	"lanyard/internal/identity"
	"lanyard/internal/name"
	"lanyard/internal/store"
	"lanyard/internal/wire"
)

// Config is what a roster is made of.
type Config struct {
	Identity *identity.Identity
	DB       *store.DB                   // holds Part; must run for as long as the roster does and a little longer
	Network  Network                     // nil: TCP
	Port     int                         // to listen on if it is free; 0 = any free one
	Name     string                      // our person's display name; the caller stores it
	Machine  string                      // this computer's name, which tells namesakes apart
	Lists    []identity.SignedPersonList // our person's lists of machines, from number 1 on; nil: the first alone, of this machine
	Clock    func() time.Time            // what this computer's clock says; nil: time.Now
	Log      *slog.Logger
}

// Roster is all people met and the links to those who are here.
type Roster struct {
	config    Config
	self      identity.PeerID
	instance  uint64
	owners    []*Owner
	offered   []string // capabilities of the owners
	kinds     map[wire.Kind]*Owner
	serveBulk func(context.Context, *Link, net.Conn)

	dialler  *dialler
	doors    *doors
	news     *news
	problems problems
	dirt     chan struct{} // capacity 1: machines wait to be stored
	rumour   chan struct{} // capacity 1: addresses changed that others may be told
	times    chan struct{} // capacity 1: clocks are to be judged
	tasks    sync.WaitGroup
	load     sync.Mutex // held while people are read from the database
	loaded   bool       // guarded by load
	opened   chan struct{}
	open     func() // closes opened; may be called again

	mu         sync.Mutex
	people     map[identity.PersonID]*person
	machines   map[identity.PeerID]*machine
	apart      map[identity.PersonID]string // what tells them from who has their name or one that looks like it
	ownLooks   looks
	profile    profile // what our hello says, without the instance; its presence is the one chosen
	idle       bool    // nobody is at the desk: available is told as away
	discretion Discretion
	serial     uint64 // of the newest link
	dirty      map[identity.PeerID]struct{}
	attached   chan struct{}                  // closed and replaced when a link is attached
	gone       map[identity.PersonID]struct{} // to be deleted from the database
	copiedAt   time.Time                      // the last sign of a second agent with our key; zero: none
	clock      clockVerdict                   // what is told of our clock
}

// New makes a roster. It does nothing before Load and Run.
func New(c Config) *Roster {
	if c.Network == nil {
		c.Network = tcp{}
	}
	if c.Log == nil {
		c.Log = slog.New(slog.DiscardHandler)
	}
	r := &Roster{
		config:   c,
		self:     c.Identity.PeerID(),
		instance: randomNumber(),
		kinds:    map[wire.Kind]*Owner{},
		doors:    newDoors(),
		dirt:     make(chan struct{}, 1),
		rumour:   make(chan struct{}, 1),
		times:    make(chan struct{}, 1),
		people:   map[identity.PersonID]*person{},
		machines: map[identity.PeerID]*machine{},
		dirty:    map[identity.PeerID]struct{}{},
		attached: make(chan struct{}),
		gone:     map[identity.PersonID]struct{}{},
		opened:   make(chan struct{}),
	}
	r.open = sync.OnceFunc(func() { close(r.opened) })
	if len(c.Lists) == 0 {
		r.config.Lists = []identity.SignedPersonList{c.Identity.FirstPersonList()}
	}
	list := r.config.Lists[len(r.config.Lists)-1]
	r.profile = profile{
		Name:     displayName(c.Name, r.self),
		Machine:  machineName(c.Machine),
		List:     &list,
		Presence: uint64(Available),
	}
	r.dialler = newDialler(r)
	r.news = newNews(r)
	return r
}

func randomNumber() uint64 {
	var b [8]byte
	rand.Read(b[:])
	return binary.LittleEndian.Uint64(b[:])
}

// Run loads the people met, listens, dials, answers and keeps links alive until ctx ends; then it says goodbye on every link, stores what is
// left to store and returns when everything it started has ended. It fails only when the people cannot be loaded. Call it once.
func (r *Roster) Run(ctx context.Context) error {
	defer r.open()
	if err := r.Load(ctx); err != nil {
		return err
	}
	newsCtx, quiet := context.WithCancel(context.WithoutCancel(ctx))
	var last sync.WaitGroup
	last.Go(func() { r.news.run(newsCtx) })
	if len(r.Problems()) > 0 {
		r.news.problems() // what was judged before this start
	}
	r.dialler.recall()
	r.tasks.Go(func() { r.listen(ctx) })
	r.tasks.Go(func() { r.dialler.run(ctx) })
	r.tasks.Go(func() { r.gossip(ctx) })
	r.tasks.Go(func() { r.keep(ctx) })
	r.tasks.Go(func() { r.compareClocks(ctx) })
	r.tasks.Wait()
	r.storeLast(context.WithoutCancel(ctx))
	quiet()
	last.Wait()
	return nil
}

// Instance returns the random number of this run, which tells a restart from a copied profile.
func (r *Roster) Instance() uint64 { return r.instance }

// Opened returns a channel that is closed when Run knows whether links can be accepted: Port is then set, or a problem says why not. It is closed
// at the latest when Run ends.
func (r *Roster) Opened() <-chan struct{} { return r.opened }

// Port returns the TCP port on which links are accepted, 0 until there is one.
func (r *Roster) Port() int {
	r.mu.Lock()
	defer r.mu.Unlock()
	return int(r.profile.Port)
}

// Problems returns what hinders the roster now.
func (r *Roster) Problems() []Problem {
	return slices.Concat(r.problems.list(), r.clockProblem(), r.copies(), r.differing())
}

func (r *Roster) trouble(p Problem) {
	if r.problems.set(p) {
		r.news.problems()
	}
}

func (r *Roster) relieved(id string) {
	if r.problems.clear(id) {
		r.news.problems()
	}
}

// Self returns our own row. Its presence is the choice, or away while nobody is at the desk of somebody available; its addresses are empty.
func (r *Roster) Self() Peer {
	r.mu.Lock()
	defer r.mu.Unlock()
	return Peer{
		ID: r.self, Person: r.config.Identity.Person(), Name: r.profile.Name, Machine: r.profile.Machine, Trust: Verified, Self: true,
		Presence: r.profile.chosen().idling(r.idle), Linked: true, LastSeen: time.Now(),
		Apart: r.apart[r.config.Identity.Person()],
	}
}

// SetName changes our display name for everybody at once. The caller stores it for the next start.
func (r *Roster) SetName(_ context.Context, display string) error {
	clean, err := name.Display(display)
	if err != nil {
		return err
	}
	if name.Reserved(clean) {
		return fmt.Errorf("%s is no name for a person: choose another", name.Quote(clean))
	}
	r.tell(func(p *profile) { p.Name = clean })
	r.mu.Lock()
	changed := r.tellApartLocked()
	r.mu.Unlock()
	r.news.peers(append(changed, r.self)...)
	return nil
}

// SetPresence stores what our person wants to be seen as and tells everybody. Text is cleaned like a name.
func (r *Roster) SetPresence(ctx context.Context, p Presence) error {
	p, err := p.check()
	if err != nil {
		return err
	}
	if err := r.storePresence(ctx, p); err != nil {
		return err
	}
	r.tell(func(own *profile) {
		own.setPresence(p)
		r.idle = false // somebody just chose
	})
	r.news.peers(r.self)
	return nil
}

// SetIdle says whether nobody is at the desk. Who is available is then told to be away until somebody is back or chooses anew; any other choice stays.
// It is not stored: the next start is by somebody who is there.
func (r *Roster) SetIdle(idle bool) {
	before := r.Self().Presence
	r.tell(func(*profile) { r.idle = idle })
	if r.Self().Presence != before {
		r.news.peers(r.self)
	}
}

func (p *profile) chosen() Presence { return Presence{Choice: Choice(p.Presence), Text: p.Text} }

func (p *profile) setPresence(to Presence) { p.Presence, p.Text = uint64(to.Choice), to.Text }

// SetLabel tells peers our current mDNS label, by which they know whom they need not dial. "" when nothing is announced.
func (r *Roster) SetLabel(label string) { r.tell(func(p *profile) { p.Label = label }) }

// tell changes our profile, under the lock, and sends it on every link if others see the change.
func (r *Roster) tell(change func(*profile)) {
	r.mu.Lock()
	before := r.shownLocked()
	change(&r.profile)
	now, links := r.shownLocked(), r.linksLocked()
	changed := before != now
	r.mu.Unlock()
	if !changed {
		return
	}
	for _, l := range links {
		l.say(wire.KindProfile, now)
	}
}

// shownLocked is our profile as others get it. Who is invisible keeps the text to himself.
func (r *Roster) shownLocked() profile {
	p := r.profile
	p.setPresence(p.chosen().idling(r.idle))
	if Choice(p.Presence) == Invisible {
		p.Text = ""
	}
	return p
}

// SetActive says whether a conversation with that peer is on screen: its link is then pinged more often.
func (r *Roster) SetActive(peer identity.PeerID, active bool) {
	r.mu.Lock()
	m := r.machines[peer]
	var links []*Link
	if m != nil && m.active != active {
		m.active = active
		links = slices.Clone(m.links)
	}
	r.mu.Unlock()
	for _, l := range links {
		if l.dialled {
			l.wakePulse()
		}
	}
}

// pingEvery is the pause until the next ping on a link that we dialled.
func (r *Roster) pingEvery(of *Link) time.Duration {
	r.mu.Lock()
	defer r.mu.Unlock()
	active, idle, isActive := 0, 0, false
	for _, m := range r.machines {
		for _, l := range m.links {
			busy := m.active || l.busy.Load() > 0
			switch {
			case !l.dialled:
			case busy:
				active++
			default:
				idle++
			}
			isActive = isActive || l == of && busy
		}
	}
	return pingEvery(isActive, active, idle)
}

// Peers returns everybody met, one row for each machine, sorted by name.
func (r *Roster) Peers() []Peer {
	r.mu.Lock()
	defer r.mu.Unlock()
	var rows []Peer
	for _, m := range r.machines {
		if m.met {
			rows = append(rows, r.rowLocked(m))
		}
	}
	sortRows(rows)
	return rows
}

func sortRows(rows []Peer) {
	slices.SortFunc(rows, func(a, b Peer) int {
		return cmp.Or(strings.Compare(name.Fold(a.Name), name.Fold(b.Name)), strings.Compare(a.Name, b.Name), slices.Compare(a.ID[:], b.ID[:]))
	})
}

// Get returns the row of one machine, ours included, also of one that was only learnt of.
func (r *Roster) Get(peer identity.PeerID) (Peer, bool) {
	if peer == r.self {
		return r.Self(), true
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	if m := r.machines[peer]; m != nil {
		return r.rowLocked(m), true
	}
	return Peer{}, false
}

// Met reports whether a machine, ours included, ever spoke for itself over a link: only then nobody else's list decides whose it is.
func (r *Roster) Met(peer identity.PeerID) bool {
	_, met := r.met(peer)
	return met
}

// Machines returns the machines of a person that are known, ours for our own person.
func (r *Roster) Machines(of identity.PersonID) []identity.PeerID {
	if of == r.config.Identity.Person() {
		return []identity.PeerID{r.self}
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	p := r.people[of]
	if p == nil {
		return nil
	}
	return r.machinesLocked(p)
}

// PersonOf returns whose machine a peer is. A machine never heard of stands for the person that it would be by itself.
func (r *Roster) PersonOf(peer identity.PeerID) identity.PersonID {
	if peer == r.self {
		return r.config.Identity.Person()
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	if m := r.machines[peer]; m != nil {
		return m.person
	}
	return identity.PersonID(peer)
}

// PublicKey returns a machine's key, if it was met or learnt of.
func (r *Roster) PublicKey(peer identity.PeerID) (ed25519.PublicKey, bool) {
	if peer == r.self {
		return r.config.Identity.Public(), true
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	if m := r.machines[peer]; m != nil {
		return m.key, true
	}
	return nil, false
}

// Link returns the link to use for a peer, if one is up. It is there for an invisible person too.
func (r *Roster) Link(peer identity.PeerID) (*Link, bool) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if m := r.machines[peer]; m != nil && m.up != nil {
		return m.up, true
	}
	return nil, false
}

// Linked tells whether a peer that announces itself by this mDNS label is linked.
func (r *Roster) Linked(label string) bool {
	if label == "" {
		return false
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	for _, m := range r.machines {
		if m.up != nil && m.label == label {
			return true
		}
	}
	return false
}

func (r *Roster) linksLocked() []*Link {
	var links []*Link
	for _, m := range r.machines {
		links = append(links, m.links...)
	}
	return links
}

// Subscribe calls fn for every change, in order, from one goroutine; fn must not block. After cancel no further call begins. Changes are told
// while Run runs; those made before Run are told when it starts.
func (r *Roster) Subscribe(fn func(Change)) (cancel func()) { return r.news.subscribe(fn) }

// Hint says that somebody may be reached at addresses. They are dialled, unless the label is ours or that of a linked peer.
func (r *Roster) Hint(h Hint) { r.dialler.hint(h) }

// NetworkChanged is called after a wake from sleep or a change of interfaces: everybody who is not here is dialled at once, and links that do
// not answer within two seconds are given up.
func (r *Roster) NetworkChanged() {
	r.mu.Lock()
	links := r.linksLocked()
	r.mu.Unlock()
	for _, l := range links {
		r.dialler.later(func(ctx context.Context) {
			if !l.probe(ctx) && ctx.Err() == nil {
				l.end(CloseNone, errors.New("no answer after the network changed"))
			}
		})
	}
	r.dialler.again()
}

// ServeBulk registers what serves the bulk connections on which a peer asks; the connection is closed when fn returns or the link ends. fn runs
// on its own goroutine. Call it before Run.
func (r *Roster) ServeBulk(fn func(ctx context.Context, l *Link, c net.Conn)) { r.serveBulk = fn }

// Source tells where a hint comes from.
type Source int

// Sources of hints.
const (
	SourceMDNS Source = iota
	SourceTyped
	SourceRemembered
	SourceGossip
)

// Hint is addresses at which somebody may be reached; Label is the mDNS label they announced, if any.
type Hint struct {
	Label     string
	Addresses []netip.AddrPort
	Source    Source
}
