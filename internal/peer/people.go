package peer

import (
	"bytes"
	"context"
	"crypto/ed25519"
	"errors"
	"fmt"
	"net/netip"
	"slices"
	"time"

	"lanyard/internal/identity"
	"lanyard/internal/name"
)

// Trust is what our person thinks of another.
type Trust uint8

// Trust levels. The numbers of the first three are those in the database.
const (
	Seen     Trust = 0
	Verified Trust = 1
	Blocked  Trust = 2
	Differs  Trust = 3 // of somebody seen: the words that were compared with them differed; stored as a time beside the trust
)

// String returns the word that the command line and the API use.
func (t Trust) String() string {
	switch t {
	case Verified:
		return "verified"
	case Blocked:
		return "blocked"
	case Differs:
		return "differs"
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
	Differed  time.Time        // when it was said that the words compared with them differ; zero: it was not, or they are verified since
	Addresses []netip.AddrPort // newest first
	Linked    bool             // a link is up and they want it to be seen; Roster.Link knows about invisible people
	LastSeen  time.Time        // when they were last here; zero if never, or if they or we do not want it told
	Self      bool
	Apart     string        // what tells them from somebody else who has this name or one that looks like it; "" where nobody has
	Clone     bool          // a second agent was met that has this machine's key
	Ahead     time.Duration // by so much its clock is ahead of ours, less than 0 if behind; 0 if not by more than minutes, or if it is ours that is wrong
	Marks     Marks
	// Discretion is what they keep to themselves, as far as they tell it: not Read.
	Discretion Discretion
}

// maxStrangers is how many people we never had to do with are remembered; those not seen for longest give way.
const maxStrangers = 1000

// person is one person met or learnt of. Guarded by Roster.mu.
type person struct {
	list     identity.PersonList
	signed   identity.SignedPersonList
	earlier  []identity.SignedPersonList // before it, oldest first; some are lacking if an earlier version of this program met them
	trust    Trust                       // never Differs: shown tells that by differed
	differed time.Time                   // zero for who is verified
	kept     bool
	marks    Marks
}

// shown is what our person thinks of them, as people see it.
func (p *person) shown() Trust {
	if p.trust == Seen && !p.differed.IsZero() {
		return Differs
	}
	return p.trust
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
	discretion Discretion
	label      string
	clonedAt   time.Time     // the last sign of a second agent with its key; zero: none
	ahead      time.Duration // as in Peer
	active     bool
	tries      int     // failed dials and short links in a row
	links      []*Link // attached ones, newest last
	up         *Link   // the one to use
	lanes      []*lane // by owner

	looks looks
}

func (r *Roster) rowLocked(m *machine) Peer {
	p := r.people[m.person]
	linked := m.up != nil && m.presence.Choice != Invisible
	row := Peer{
		ID: m.id, Person: m.person, Name: m.name, Machine: m.host, Presence: m.presence.effective(linked), Trust: p.shown(), Differed: p.differed,
		Addresses: slices.Clone(m.addresses), Linked: linked, LastSeen: m.lastSeen, Apart: r.apart[m.person], Clone: !m.clonedAt.IsZero(), Ahead: m.ahead,
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

// Called returns what a person calls themselves, ours included, as the first of their machines of which that is known; "" for somebody who is not known.
func (r *Roster) Called(of identity.PersonID) string {
	r.mu.Lock()
	defer r.mu.Unlock()
	if of == r.config.Identity.Person() {
		return r.profile.Name
	}
	if p := r.people[of]; p != nil {
		return r.calledLocked(p)
	}
	return ""
}

func (r *Roster) calledLocked(p *person) string {
	for _, id := range r.machinesLocked(p) {
		if m := r.machines[id]; m.name != "" {
			return m.name
		}
	}
	return ""
}

// meetLocked takes what a machine said about itself over a link with its key.
func (r *Roster) meetLocked(id identity.PeerID, key ed25519.PublicKey, c card) *machine {
	p := r.adoptLocked(c.list, c.signed, c.chain)
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
	if m.up != nil && m.presence.Choice != Invisible && c.presence.Choice == Invisible { // it was seen until now
		m.noteSeen()
	}
	m.name, m.host, m.label, m.presence, m.discretion = c.name, c.machine, c.label, c.presence, c.discretion
	if m.discretion.LastSeen {
		m.lastSeen = time.Time{}
	}
}

// adoptLocked takes a person's list, which was verified against the one known, if it is newer; between are those that it builds on.
func (r *Roster) adoptLocked(list identity.PersonList, signed identity.SignedPersonList, between []identity.SignedPersonList) *person {
	p := r.people[list.Person]
	if p == nil {
		p = &person{}
		r.people[list.Person] = p
	}
	if list.Number > p.list.Number {
		if p.list.Number > 0 {
			p.earlier = append(slices.Clone(p.earlier), p.signed)
		}
		for _, one := range between {
			same := func(o identity.SignedPersonList) bool { return bytes.Equal(o.Body, one.Body) }
			if !same(signed) && !slices.ContainsFunc(p.earlier, same) {
				p.earlier = append(p.earlier, one)
			}
		}
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

// PersonLists returns all signed lists of a person's machines from number 1 to the newest, by which somebody believes them who never met that person; ours for
// our own person. False: the person is not known, or was met by a version of this program that kept the newest list only.
func (r *Roster) PersonLists(of identity.PersonID) ([]identity.SignedPersonList, bool) {
	if of == r.config.Identity.Person() {
		return slices.Clone(r.config.Lists), true
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	p := r.people[of]
	if p == nil || uint64(len(p.earlier))+1 != p.list.Number {
		return nil, false
	}
	return append(slices.Clone(p.earlier), p.signed), true
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

// addOwnLocked makes the other machines of our own person known by key.
func (r *Roster) addOwnLocked() {
	if len(r.config.Lists) < 2 {
		return
	}
	list, signed, err := identity.OpenChain(r.config.Lists, nil)
	if err != nil {
		r.config.Log.Error("read our own lists of machines", "err", err)
		return
	}
	r.addMachinesLocked(r.adoptLocked(list, signed, r.config.Lists), r.profile.Name)
}

// Learn remembers a person who was met through others, as a member of a share or room or by mail: known by key and name, not listed until met. Lists are theirs, oldest first, from number 1 on or
// from one that is known. It returns when that is durable.
func (r *Roster) Learn(ctx context.Context, lists []identity.SignedPersonList, display string) error {
	list, fresh, err := r.unknownOf(lists)
	if err != nil {
		return fmt.Errorf("learn of %s: %w", name.Quote(display), err)
	}
	if list.Person == r.config.Identity.Person() {
		return nil
	}
	r.mu.Lock()
	p := r.adoptLocked(list, lists[len(lists)-1], fresh)
	p.kept = true
	r.addMachinesLocked(p, displayName(display, identity.PeerID(list.Person)))
	r.soilLocked(p)
	changed := r.tellApartLocked()
	r.mu.Unlock()
	r.news.peers(changed...)
	return r.storeDirty(ctx)
}

// unknownOf verifies lists of one person, and returns the newest list known with them and those that were not known.
func (r *Roster) unknownOf(lists []identity.SignedPersonList) (newest identity.PersonList, fresh []identity.SignedPersonList, err error) {
	if len(lists) == 0 || len(lists) > identity.MaxListChain {
		return newest, nil, fmt.Errorf("%w: there are %d", identity.ErrPersonList, len(lists))
	}
	person, err := personOf(&lists[0])
	if err != nil {
		return newest, nil, err
	}
	newest, _, known := r.known(person)
	for _, signed := range lists {
		var previous *identity.PersonList
		if known {
			previous = &newest
		}
		list, err := signed.Open(previous)
		switch {
		case errors.Is(err, identity.ErrOldList):
			continue
		case err != nil:
			return newest, nil, err
		case !known || list.Number > newest.Number:
			fresh = append(fresh, signed)
		}
		newest, known = list, true
	}
	return newest, fresh, nil
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
