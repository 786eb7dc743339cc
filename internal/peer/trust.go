package peer

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"
	"time"

	"lanyard/internal/identity"
)

// ErrUnknownPerson says that nobody with that ID is on the list.
var ErrUnknownPerson = errors.New("nobody with that ID is on the list")

// Block ends all links to a person and refuses new ones before anything is shown, in either direction. It returns when that is durable.
func (r *Roster) Block(ctx context.Context, of identity.PersonID) error {
	return r.judge(ctx, of, func(p *person) { p.trust, p.kept = Blocked, true })
}

// Unblock undoes Block; the person is then "seen", even if it was verified before, or "differs" if words compared with them still stand as differing. Whoever was
// forgotten stays off the list until they are met. Of somebody not blocked nothing changes.
func (r *Roster) Unblock(ctx context.Context, of identity.PersonID) error {
	return r.judge(ctx, of, func(p *person) {
		if p.trust == Blocked {
			p.trust, p.kept = Seen, true
		}
	})
}

// Verify notes that our person made sure who is behind the keys.
func (r *Roster) Verify(ctx context.Context, of identity.PersonID) error {
	return r.judge(ctx, of, func(p *person) { p.trust, p.differed, p.kept = Verified, time.Time{}, true })
}

// Differ notes that words compared with a person were not the same, so that somebody may sit between: they are not verified, and it is a problem until Verify or
// Doubt. Heard: our own person says so. What the other says keeps nobody on the list who could be forgotten.
func (r *Roster) Differ(ctx context.Context, of identity.PersonID, heard bool) error {
	return r.judge(ctx, of, func(p *person) {
		p.differed = time.Now()
		p.kept = p.kept || heard || p.trust == Verified
		p.undoVerified()
	})
}

// Doubt undoes Verify and Differ. Of who is neither nothing changes.
func (r *Roster) Doubt(ctx context.Context, of identity.PersonID) error {
	r.mu.Lock()
	p := r.people[of]
	nothing := p != nil && p.trust != Verified && p.differed.IsZero()
	r.mu.Unlock()
	if nothing {
		return nil
	}
	return r.judge(ctx, of, func(p *person) {
		p.differed, p.kept = time.Time{}, true
		p.undoVerified()
	})
}

func (p *person) undoVerified() {
	if p.trust == Verified {
		p.trust = Seen
	}
}

// judge changes what our person thinks of another, and does what follows from it.
func (r *Roster) judge(ctx context.Context, of identity.PersonID, change func(*person)) error {
	r.mu.Lock()
	p := r.people[of]
	if p == nil {
		r.mu.Unlock()
		return fmt.Errorf("%s: %w", of.Short(), ErrUnknownPerson)
	}
	from := p.trust
	change(p)
	to := p.trust
	r.soilLocked(p)
	machines := r.machinesLocked(p)
	changed := append(r.tellApartLocked(), machines...)
	var links []*Link
	for _, id := range machines {
		r.machines[id].tries = 0
		if to == Blocked {
			links = append(links, r.machines[id].links...)
		}
	}
	r.mu.Unlock()
	for _, l := range links {
		l.end(CloseBlocked, errBlocked)
	}
	if to == Blocked {
		r.dialler.forget(machines...)
	}
	if from == Blocked && to != Blocked {
		r.dialler.recall()
	}
	r.news.peers(changed...)
	r.news.problems() // of people on the list
	return r.storeDirty(ctx)
}

// Forget takes a person off the list with what was noted and remembered of them. What was decided about their keys stays: blocked, verified, or that words
// differed; without that they come back as somebody new. Whoever is here and not blocked is back at once. It returns when that is durable.
func (r *Roster) Forget(ctx context.Context, of identity.PersonID) error {
	r.mu.Lock()
	p := r.people[of]
	if p == nil || p.decided() && !r.listedLocked(p) { // or forgotten already
		r.mu.Unlock()
		return fmt.Errorf("%s: %w", of.Short(), ErrUnknownPerson)
	}
	ids, links := r.unlistLocked(p)
	changed := r.tellApartLocked()
	r.mu.Unlock()
	for _, l := range links {
		l.end(CloseStopping, errors.New("forgotten"))
	}
	r.dialler.forget(ids...)
	for _, id := range ids {
		r.news.gone(id, of)
	}
	r.news.peers(changed...)
	r.news.problems() // of people on the list
	return r.storeDirty(ctx)
}

// decided reports whether our person, or a comparison with them, said something of a person's keys that is to outlive their row.
func (p *person) decided() bool { return p.trust != Seen || !p.differed.IsZero() }

// unlistLocked takes all machines of a person out. Of one about whom something was decided keys and names stay, as of people who were never met.
func (r *Roster) unlistLocked(p *person) (ids []identity.PeerID, links []*Link) {
	of := p.list.Person
	for id, m := range r.machines {
		if m.person == of {
			ids = append(ids, id)
		}
	}
	for _, id := range ids {
		m := r.machines[id]
		links = append(links, r.removeLocked(m)...)
		if p.decided() {
			r.machines[id] = &machine{id: id, person: of, key: m.key, name: m.name, host: m.host}
			r.dirty[id] = struct{}{}
		}
	}
	p.marks = Marks{}
	if !p.decided() {
		delete(r.people, of)
		r.gone[of] = struct{}{}
	}
	return ids, links
}

// Blocked returns one row of each person who is blocked, sorted by name, also of those who were forgotten since: their row has no place in Peers.
func (r *Roster) Blocked() []Peer {
	r.mu.Lock()
	defer r.mu.Unlock()
	var rows []Peer
	for _, p := range r.people {
		if p.trust != Blocked {
			continue
		}
		ids := r.machinesLocked(p)
		shown := slices.IndexFunc(ids, func(id identity.PeerID) bool { return r.machines[id].met })
		if len(ids) > 0 {
			rows = append(rows, r.rowLocked(r.machines[ids[max(shown, 0)]]))
		}
	}
	sortRows(rows)
	return rows
}

// ResolveBlocked is Resolve among the people who are blocked.
func (r *Roster) ResolveBlocked(q string) ([]Peer, error) { return resolve(q, r.Blocked()) }

// removeLocked takes a machine out, its owners are told; its links are returned to be ended.
func (r *Roster) removeLocked(m *machine) []*Link {
	links := m.links
	m.links = nil
	m.presentLocked()
	delete(r.machines, m.id)
	delete(r.dirty, m.id)
	return links
}

func (r *Roster) blocked(id identity.PeerID) bool {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.blockedLocked(id)
}

// blockedLocked tells whether a key belongs to somebody blocked, whatever it says of itself today.
func (r *Roster) blockedLocked(id identity.PeerID) bool {
	if m := r.machines[id]; m != nil && r.people[m.person].trust == Blocked {
		return true
	}
	for _, p := range r.people {
		if p.trust == Blocked && p.list.Has(id) {
			return true
		}
	}
	return false
}

// blockedPersonLocked tells whether a person is blocked, also under a former ID or through a machine on their list.
func (r *Roster) blockedPersonLocked(list identity.PersonList) bool {
	for _, id := range append(slices.Clone(list.Former), list.Person) {
		if p := r.people[id]; p != nil && p.trust == Blocked {
			return true
		}
	}
	return false
}

// trimLocked forgets the strangers not seen for longest beyond maxStrangers, and returns their machines. Nobody who is here, whom we had to do
// with or whom we judged is forgotten.
func (r *Roster) trimLocked() (gone []*machine) {
	if len(r.people) <= maxStrangers {
		return nil
	}
	var strangers []*machine
	for m := range maps.Values(r.machines) {
		p := r.people[m.person]
		if !p.kept && p.trust == Seen && len(m.links) == 0 && len(p.list.Machines) == 1 {
			strangers = append(strangers, m)
		}
	}
	if len(strangers) <= maxStrangers {
		return nil
	}
	slices.SortFunc(strangers, func(a, b *machine) int { return a.lastSeen.Compare(b.lastSeen) })
	for _, m := range strangers[:len(strangers)-maxStrangers] {
		r.removeLocked(m)
		delete(r.people, m.person)
		r.gone[m.person] = struct{}{}
		gone = append(gone, m)
	}
	return gone
}
