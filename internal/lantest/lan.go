package lantest

import (
	"fmt"
	"math/rand/v2"
	"net/netip"
	"sync"
	"time"
)

// LAN is an in-memory network. Its one mutex guards the hosts, connections and paths below it as well: they change together.
type LAN struct {
	mu       sync.Mutex
	rng      *rand.Rand
	hosts    []*Host
	paths    map[way]*path
	streams  map[*stream]struct{}
	twins    []*Discovery
	deafness bool   // multicast is blocked for everybody
	changed  signal // a host, listener or path changed: dials look again
}

// New returns an empty LAN whose random choices follow from the seed.
func New(seed uint64) *LAN {
	return &LAN{
		rng:     rand.New(rand.NewPCG(seed, 0x6c616e)),
		paths:   map[way]*path{},
		streams: map[*stream]struct{}{},
	}
}

// Host adds a machine with these addresses, at least one. It panics when an address cannot be parsed or is taken, as a test written
// that way can only be wrong.
func (l *LAN) Host(name string, addresses ...string) *Host {
	l.mu.Lock()
	defer l.mu.Unlock()
	h := &Host{lan: l, name: name, listeners: map[uint16]*listener{}, conns: map[*conn]struct{}{}, nextPort: uint16(32768 + l.rng.IntN(16384))}
	h.addresses = l.freshAddressesLocked(addresses)
	l.hosts = append(l.hosts, h)
	return h
}

func (l *LAN) freshAddressesLocked(texts []string) []netip.Addr {
	if len(texts) == 0 {
		panic("lantest: a host needs an address")
	}
	var fresh []netip.Addr
	for _, text := range texts {
		a := netip.MustParseAddr(text)
		if l.hostAtLocked(a) != nil {
			panic(fmt.Sprintf("lantest: address %s is taken", a))
		}
		fresh = append(fresh, a)
	}
	return fresh
}

// Cut stops everything from one host to the other, in that direction only. Nothing is lost; it arrives after Mend or Heal.
func (l *LAN) Cut(from, to *Host) { l.shape(from, to, func(p *path) { p.cut = true }) }

// Mend undoes Cut for that direction.
func (l *LAN) Mend(from, to *Host) { l.shape(from, to, func(p *path) { p.cut = false }) }

// Partition cuts both directions between hosts of different groups. Hosts in no group still reach everybody.
func (l *LAN) Partition(groups ...[]*Host) {
	l.mu.Lock()
	defer l.mu.Unlock()
	for i, group := range groups {
		for j, other := range groups {
			if i == j {
				continue
			}
			for _, a := range group {
				for _, b := range other {
					l.pathLocked(way{a, b}).cut = true
				}
			}
		}
	}
	l.wakeAllLocked()
}

// Heal mends every cut of the LAN.
func (l *LAN) Heal() {
	l.mu.Lock()
	defer l.mu.Unlock()
	for _, p := range l.paths {
		p.cut = false
	}
	l.wakeAllLocked()
}

// Slow limits what all connections together carry from one host to the other; 0 bytes per second means no limit. What was written
// before keeps its pace.
func (l *LAN) Slow(from, to *Host, bytesPerSecond int) {
	l.shape(from, to, func(p *path) { p.rate = bytesPerSecond })
}

// Delay makes everything written from one host to the other arrive between shortest and longest later, in order per connection.
func (l *LAN) Delay(from, to *Host, shortest, longest time.Duration) {
	l.shape(from, to, func(p *path) { p.shortest, p.longest = shortest, max(shortest, longest) })
}

// CutAfter resets, once, the connection that carries the n-th byte written from now on from one host to the other: exactly the bytes up
// to that one arrive. n must be positive.
func (l *LAN) CutAfter(from, to *Host, n int) {
	l.shape(from, to, func(p *path) { p.fuse = n })
}

// Multicast says whether sightings get through; connections are not concerned. It is on at first.
func (l *LAN) Multicast(works bool) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.deafness = !works
}

func (l *LAN) shape(from, to *Host, change func(*path)) {
	l.mu.Lock()
	defer l.mu.Unlock()
	change(l.pathLocked(way{from, to}))
	l.wakeAllLocked()
}

// wakeAllLocked lets every waiting dial, accept, read and write look at the LAN again.
func (l *LAN) wakeAllLocked() {
	l.changed.fireLocked()
	for s := range l.streams {
		s.wakeLocked()
	}
	for _, h := range l.hosts {
		for _, ln := range h.listeners {
			ln.arrived.fireLocked()
		}
	}
	for _, d := range l.twins {
		d.stirLocked()
	}
}

func (l *LAN) hostAtLocked(a netip.Addr) *Host {
	for _, h := range l.hosts {
		if !h.down && h.hasLocked(a) {
			return h
		}
	}
	return nil
}

// passesLocked reports whether what one host sends now is received by the other. Whether they are up is not looked at: a host that went
// down reset its connections before.
func (l *LAN) passesLocked(w way) bool {
	if w.from.frozen || w.to.frozen {
		return false
	}
	p := l.paths[w]
	return p == nil || !p.cut
}

// waitLocked gives up the lock until the signal fires, done is closed or the clock reaches the earliest of the times that are not zero.
func (l *LAN) waitLocked(s *signal, done <-chan struct{}, times ...time.Time) {
	fired := s.waitLocked()
	var clock <-chan time.Time
	if first := earliest(times); !first.IsZero() {
		timer := time.NewTimer(time.Until(first))
		defer timer.Stop()
		clock = timer.C
	}
	l.mu.Unlock()
	defer l.mu.Lock()
	select {
	case <-fired:
	case <-done:
	case <-clock:
	}
}

func earliest(times []time.Time) time.Time {
	var first time.Time
	for _, t := range times {
		if !t.IsZero() && (first.IsZero() || t.Before(first)) {
			first = t
		}
	}
	return first
}
