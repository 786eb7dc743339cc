package peer

import (
	"context"
	"crypto/ed25519"
	"fmt"
	"net/netip"
	"slices"
	"time"

	"lanyard/internal/identity"
	"lanyard/internal/name"
)

// Trust is what our person thinks of another.
type Trust uint8

// Trust levels. The numbers are those in the database.
const (
	Seen     Trust = 0
	Verified Trust = 1
	Blocked  Trust = 2
)

// String returns the word that the command line and the API use.
func (t Trust) String() string {
	switch t {
	case Verified:
		return "verified"
	case Blocked:
		return "blocked"
	}
	return "seen"
}

// Peer is a row of the roster: one machine of a person, as people see it.
type Peer struct {
	ID        identity.PeerID
	Person    identity.PersonID
	Name      string // clean, never empty; a label, never an identity
	Machine   string // the computer's name, "" if not told
	Presence  Presence
	Trust     Trust
	Addresses []netip.AddrPort // newest first
	Linked    bool             // a link is up and they want it to be seen; Roster.Link knows about invisible people
	LastSeen  time.Time        // when they were last here; zero if never, or if they or we do not want it told
	Self      bool
	Lookalike bool // somebody else has this name or one that looks like it
	Clone     bool // a second agent was met that has this machine's key
	Marks     Marks
	// Discretion is what they keep to themselves, as far as they tell it: not Read.
	Discretion Discretion
}

// maxStrangers is how many people we never had to do with are remembered; those not seen for longest give way.
const maxStrangers = 1000

// person is one person met or learnt of. Guarded by Roster.mu.
type person struct {
	list      identity.PersonList
	signed    identity.SignedPersonList
	trust     Trust
	kept      bool
	lookalike bool
	marks     Marks
}

// machine is one computer of a person. Guarded by Roster.mu.
type machine struct {
	id        identity.PeerID
	person    identity.PersonID
	key       ed25519.PublicKey
	name      string
	host      string
	addresses []netip.AddrPort // newest first
	met       bool
	lastSeen  time.Time

	// while this agent runs
	presence   Presence
	discretion Discretion // Read is not told
	label      string
	clonedAt   time.Time // the last sign of a second agent with its key; zero: none
	active     bool
	tries      int     // failed dials and short links in a row
	links      []*Link // attached ones, newest last
	up         *Link   // the one to use
	lanes      []*lane // by owner

	skeletonOf, skeletonKey string // the name that the key was computed for, and the key
}

func (r *Roster) rowLocked(m *machine) Peer {
	p := r.people[m.person]
	linked := m.up != nil && m.presence.Choice != Invisible
	row := Peer{
		ID: m.id, Person: m.person, Name: m.name, Machine: m.host, Presence: m.presence.effective(linked), Trust: p.trust,
		Addresses: slices.Clone(m.addresses), Linked: linked, LastSeen: m.lastSeen, Lookalike: p.lookalike, Clone: !m.clonedAt.IsZero(),
		Marks: p.marks.clone(), Discretion: m.discretion,
	}
	switch {
	case r.discretion.LastSeen || m.discretion.LastSeen:
		row.LastSeen = time.Time{}
	case linked:
		row.LastSeen = time.Now()
	}
	return row
}

// machinesLocked returns the machines that a person's list names and that did not say they belong to somebody else.
func (r *Roster) machinesLocked(p *person) []identity.PeerID {
	var ids []identity.PeerID
	for _, key := range p.list.Machines {
		id := identity.PeerIDOf(key)
		if m := r.machines[id]; m != nil && m.person == p.list.Person {
			ids = append(ids, id)
		}
	}
	return ids
}

// meetLocked takes what a machine said about itself over a link with its key.
func (r *Roster) meetLocked(id identity.PeerID, key ed25519.PublicKey, c card) *machine {
	p := r.adoptLocked(c.list, c.signed)
	m := r.machines[id]
	if m == nil {
		m = &machine{id: id, key: slices.Clone(key)}
		r.machines[id] = m
	}
	m.person, m.met = c.list.Person, true
	m.takeCard(c)
	r.addMachinesLocked(p, m.name)
	r.dirty[id] = struct{}{}
	return m
}

// takeCard copies what may change while a link lives.
func (m *machine) takeCard(c card) {
	if m.presence.Choice != Invisible && c.presence.Choice == Invisible {
		m.noteSeen()
	}
	m.name, m.host, m.label, m.presence, m.discretion = c.name, c.machine, c.label, c.presence, c.discretion
	if m.discretion.LastSeen {
		m.lastSeen = time.Time{}
	}
}

// adoptLocked takes a person's list, which was verified against the one known, if it is newer.
func (r *Roster) adoptLocked(list identity.PersonList, signed identity.SignedPersonList) *person {
	p := r.people[list.Person]
	if p == nil {
		p = &person{}
		r.people[list.Person] = p
	}
	if list.Number > p.list.Number {
		p.list, p.signed = list, signed
	}
	return p
}

// known is the newest list of a person.
func (r *Roster) known(of identity.PersonID) (identity.PersonList, identity.SignedPersonList, bool) {
	r.mu.Lock()
	defer r.mu.Unlock()
	p := r.people[of]
	if p == nil {
		return identity.PersonList{}, identity.SignedPersonList{}, false
	}
	return p.list, p.signed, true
}

// PersonList returns the newest signed list of a person's machines, ours for our own person.
func (r *Roster) PersonList(of identity.PersonID) (identity.SignedPersonList, bool) {
	if of == r.config.Identity.Person() {
		return r.config.Lists[len(r.config.Lists)-1], true
	}
	_, signed, ok := r.known(of)
	return signed, ok
}

// addMachinesLocked makes sure that every machine of a list is known by key. A machine that speaks for itself decides whose it is.
func (r *Roster) addMachinesLocked(p *person, display string) {
	for _, key := range p.list.Machines {
		id := identity.PeerIDOf(key)
		if id == r.self || r.machines[id] != nil {
			continue
		}
		r.machines[id] = &machine{id: id, key: slices.Clone(key), person: p.list.Person, name: display}
		r.dirty[id] = struct{}{}
	}
}

// Learn remembers a person met through a share's member list: known by key and name, not listed until met. It returns when that is durable.
func (r *Roster) Learn(ctx context.Context, signed identity.SignedPersonList, display string) error {
	list, signed, err := openList(signed, r.known)
	if err != nil {
		return fmt.Errorf("learn of %s: %w", name.Quote(display), err)
	}
	if list.Person == r.config.Identity.Person() {
		return nil
	}
	r.mu.Lock()
	p := r.adoptLocked(list, signed)
	p.kept = true
	r.addMachinesLocked(p, displayName(display, identity.PeerID(list.Person)))
	r.soilLocked(p)
	r.mu.Unlock()
	return r.storeDirty(ctx)
}

// soilLocked marks all machines of a person to be stored.
func (r *Roster) soilLocked(p *person) {
	for _, id := range r.machinesLocked(p) {
		r.dirty[id] = struct{}{}
	}
}

// Keep notes that we had to do with a person, so that no flood of strangers pushes them off the list.
func (r *Roster) Keep(of identity.PersonID) {
	r.mu.Lock()
	p := r.people[of]
	changed := p != nil && !p.kept
	if changed {
		p.kept = true
		r.soilLocked(p)
	}
	r.mu.Unlock()
	if changed {
		r.wakeKeeper()
	}
}
