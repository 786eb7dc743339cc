package peer

import (
	"context"
	"errors"
	"net/netip"
	"slices"
	"sync"
	"time"

	"lanyard/internal/identity"
)

// Limits of dialling.
const (
	freshAtOnce  = 24 // dials of what was just heard or typed ...
	staleAtOnce  = 8  // ... and of remembered and told addresses, where often nobody answers
	targetsMost  = 2048
	labelTries   = 6 // failed dials before a label is given up: it will be heard again
	gossipTries  = 3 // the same for somebody whom only others know
	againSpan    = 300 * time.Millisecond
	busyPause    = time.Second // while all addresses of a target are being dialled for another
	longestPause = time.Hour
)

// key names a target: a remembered peer, or an mDNS label, or a bare address.
type key struct {
	peer  identity.PeerID
	label string
	at    netip.AddrPort
}

// target is somebody to dial. Guarded by dialler.mu.
type target struct {
	key       key
	addresses []netip.AddrPort
	source    Source
	due       time.Time
	tries     int
	dialling  bool
}

// dialler turns hints into links. One loop waits for the next target that is due; each dial has a goroutine, which then serves the link.
type dialler struct {
	roster *Roster

	mu      sync.Mutex
	targets map[key]*target
	busy    map[netip.AddrPort]bool // addresses being dialled
	dials   map[bool]int            // under way; true: stale ones
	errands []func(context.Context)
	wake    chan struct{} // capacity 1
}

func newDialler(r *Roster) *dialler {
	return &dialler{roster: r, targets: map[key]*target{}, busy: map[netip.AddrPort]bool{}, dials: map[bool]int{}, wake: make(chan struct{}, 1)}
}

func (d *dialler) nudge() {
	select {
	case d.wake <- struct{}{}:
	default:
	}
}

// hint takes a hint from outside.
func (d *dialler) hint(h Hint) {
	own := d.roster.label()
	if h.Label != "" && (h.Label == own || d.roster.Linked(h.Label)) {
		return
	}
	if h.Label != "" {
		d.add(key{label: h.Label}, h.Addresses, h.Source, firstDial(own, h.Label, chance()))
	} else {
		for _, at := range h.Addresses {
			d.add(key{at: at}, []netip.AddrPort{at}, h.Source, firstDial(own, "", chance()))
		}
	}
	d.nudge()
}

func (r *Roster) label() string {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.profile.Label
}

// add notes a target or its newer addresses; one that waits for a later try is not hurried unless its addresses are new.
func (d *dialler) add(k key, addresses []netip.AddrPort, source Source, wait time.Duration) {
	if len(addresses) > 4*maxAddresses {
		addresses = addresses[:4*maxAddresses]
	}
	addresses = orderAddresses(addresses, nil)
	if len(addresses) == 0 {
		return
	}
	d.mu.Lock()
	defer d.mu.Unlock()
	t := d.targets[k]
	if t == nil {
		if len(d.targets) >= targetsMost {
			return
		}
		t = &target{key: k, due: time.Now().Add(wait)}
		d.targets[k] = t
	} else {
		fresh := slices.ContainsFunc(addresses, func(a netip.AddrPort) bool { return !slices.Contains(t.addresses, a) })
		if fresh && !t.dialling {
			t.tries = 0
			t.due = time.Now().Add(wait)
		}
		if source == SourceGossip {
			addresses = slices.Concat(t.addresses, addresses) // what was told does not push out what we knew
		} else {
			addresses = slices.Concat(addresses, t.addresses)
		}
		addresses = orderAddresses(addresses, nil)
	}
	t.addresses = addresses[:min(len(addresses), 2*maxAddresses)]
	t.source = source
}

// recall makes targets of everybody met who is not here, as after the start.
func (d *dialler) recall() {
	type absent struct {
		id        identity.PeerID
		addresses []netip.AddrPort
	}
	r := d.roster
	var all []absent
	r.mu.Lock()
	for id, m := range r.machines {
		if len(m.links) == 0 && r.people[m.person].trust != Blocked {
			all = append(all, absent{id, slices.Clone(m.addresses)})
		}
	}
	r.mu.Unlock()
	for _, a := range all {
		d.add(key{peer: a.id}, a.addresses, SourceRemembered, firstDial("", "", chance()))
	}
	d.nudge()
}

// again makes everything due at once.
func (d *dialler) again() {
	d.recall()
	d.mu.Lock()
	now := time.Now()
	for _, t := range d.targets {
		t.tries = 0
		t.due = now.Add(time.Duration(chance() * float64(againSpan)))
	}
	d.mu.Unlock()
	d.nudge()
}

// linked drops the targets that a new link makes needless.
func (d *dialler) linked(l *Link) {
	d.mu.Lock()
	defer d.mu.Unlock()
	delete(d.targets, key{peer: l.peer})
	delete(d.targets, key{at: l.remote})
	if label := l.greeting.card.label; label != "" {
		delete(d.targets, key{label: label})
	}
}

// lost notes that a peer is to be dialled again after its last link ended.
func (d *dialler) lost(l *Link) {
	r := d.roster
	r.mu.Lock()
	m := r.machines[l.peer]
	if m == nil || m.up != nil || r.people[m.person].trust == Blocked {
		r.mu.Unlock()
		return
	}
	tries, addresses := m.tries, slices.Clone(m.addresses)
	m.tries++
	r.mu.Unlock()
	var e *ending
	if errors.As(context.Cause(l.ctx), &e) && e.said == CloseBlocked {
		tries = labelTries
	}
	d.add(key{peer: l.peer}, addresses, SourceRemembered, redialAfter(tries, d.count(), chance()))
	d.nudge()
}

func (d *dialler) count() int {
	d.mu.Lock()
	defer d.mu.Unlock()
	return len(d.targets)
}

func (d *dialler) forget(ids ...identity.PeerID) {
	d.mu.Lock()
	defer d.mu.Unlock()
	for _, id := range ids {
		delete(d.targets, key{peer: id})
	}
}

// later runs an errand on a goroutine of the dialler's, while Run runs.
func (d *dialler) later(errand func(context.Context)) {
	d.mu.Lock()
	d.errands = append(d.errands, errand)
	d.mu.Unlock()
	d.nudge()
}

// run dials what is due until ctx ends.
func (d *dialler) run(ctx context.Context) {
	timer := time.NewTimer(longestPause)
	defer timer.Stop()
	for ctx.Err() == nil {
		due, errands, next := d.next(time.Now())
		for _, errand := range errands {
			d.roster.tasks.Go(func() { errand(ctx) })
		}
		for _, a := range due {
			d.roster.tasks.Go(func() { d.try(ctx, a) })
		}
		timer.Reset(max(next, time.Millisecond))
		select {
		case <-ctx.Done():
		case <-timer.C:
		case <-d.wake:
		}
	}
}

// attempt is a copy of a target for one dial.
type attempt struct {
	key       key
	addresses []netip.AddrPort
	stale     bool
}

// stale tells targets that were heard of long ago or through others.
func (t *target) stale() bool { return t.source == SourceRemembered || t.source == SourceGossip }

func atOnce(stale bool) int {
	if stale {
		return staleAtOnce
	}
	return freshAtOnce
}

// next takes what is due now and tells how long the rest can wait.
func (d *dialler) next(now time.Time) (due []attempt, errands []func(context.Context), wait time.Duration) {
	subnets := d.roster.subnets()
	d.mu.Lock()
	defer d.mu.Unlock()
	errands, d.errands = d.errands, nil
	wait = longestPause
	for _, t := range d.targets {
		if t.dialling {
			continue
		}
		if left := t.due.Sub(now); left > 0 {
			wait = min(wait, left)
			continue
		}
		if d.dials[t.stale()] >= atOnce(t.stale()) {
			continue // the end of a dial nudges
		}
		free := slices.DeleteFunc(orderAddresses(t.addresses, subnets), func(a netip.AddrPort) bool { return d.busy[a] })
		if len(free) == 0 {
			t.due = now.Add(busyPause)
			wait = min(wait, busyPause)
			continue
		}
		for _, a := range free {
			d.busy[a] = true
		}
		t.dialling = true
		d.dials[t.stale()]++
		due = append(due, attempt{t.key, free, t.stale()})
	}
	return due, errands, wait
}

// try dials one target and, if somebody answers, serves the link to its end.
func (d *dialler) try(ctx context.Context, a attempt) {
	r := d.roster
	if a.key.label != "" && r.Linked(a.key.label) || r.hasLink(a.key.peer) {
		d.finish(a, true)
		return
	}
	s, err := r.race(ctx, a.addresses, a.key.peer)
	var l *Link
	if err == nil {
		l, err = r.meet(ctx, s)
	}
	reached := err == nil && (a.key.peer == identity.PeerID{} || a.key.peer == l.peer)
	d.finish(a, reached || errors.Is(err, errSelf))
	if err != nil {
		r.config.Log.Debug("dial", "label", a.key.label, "peer", a.key.peer.Short(), "err", err)
		return
	}
	r.serve(ctx, l)
}

func (r *Roster) hasLink(id identity.PeerID) bool {
	_, ok := r.Link(id)
	return ok
}

// meet turns a connection that we dialled into an attached link.
func (r *Roster) meet(ctx context.Context, s shaken) (*Link, error) {
	l, err := r.greet(ctx, s)
	if err != nil {
		r.drop(s.conn.NetConn())
		return nil, err
	}
	s.trust()
	if err := r.attach(ctx, l); err != nil {
		return nil, err
	}
	return l, nil
}

// finish ends an attempt: a target that was reached is done with, another waits longer each time.
func (d *dialler) finish(a attempt, done bool) {
	known := d.roster.knows(a.key.peer)
	d.mu.Lock()
	for _, at := range a.addresses {
		delete(d.busy, at)
	}
	d.dials[a.stale]--
	if t := d.targets[a.key]; t != nil {
		t.dialling = false
		t.tries++
		switch {
		case done, a.key.label != "" && t.tries >= labelTries, a.key.peer != identity.PeerID{} && !known && t.tries >= gossipTries:
			delete(d.targets, a.key)
		default:
			t.due = time.Now().Add(redialAfter(t.tries, len(d.targets), chance()))
		}
	}
	d.mu.Unlock()
	d.nudge()
}

// knows tells whether a machine is one that we met or learnt of.
func (r *Roster) knows(id identity.PeerID) bool {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.machines[id] != nil
}
