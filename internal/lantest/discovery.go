package lantest

import (
	"context"
	"net/netip"
	"slices"
	"time"

	"lanyard/discovery"
)

const (
	twinSweep = 30 * time.Second       // between questions to everybody, +-30 %
	twinPort  = 100 * time.Millisecond // between looks at a port that is not known yet
)

// Discovery is the twin of discovery.Discovery on a LAN in memory: announcements and sweeps reach those to whom the paths are open. Make
// one for each agent.
type Discovery struct {
	host *Host
	cfg  discovery.Config

	// guarded by lan.mu
	label     string
	announced []netip.AddrPort
	queue     []hint
	sweepAt   time.Time
	heard     time.Time // when somebody else was last heard
	pending   bool      // something happened since the last step
	stirred   signal
}

type hint struct {
	discovery.Sighting
	due time.Time
}

// news is what one step has to tell, outside the lock.
type news struct {
	relabelled bool
	first      bool // somebody else is heard for the first time
	state      discovery.State
	sightings  []discovery.Sighting
	next       time.Time
}

// Discovery returns the twin for an agent on this host. Of the configuration, Interfaces and Log are not used.
func (h *Host) Discovery(cfg discovery.Config) *Discovery { return &Discovery{host: h, cfg: cfg} }

// Run announces and listens until ctx ends. It calls the configured functions one at a time.
func (d *Discovery) Run(ctx context.Context) error {
	d.join()
	defer d.part()
	d.cfg.OnState(d.State())
	for ctx.Err() == nil {
		port := d.cfg.Port()
		n := d.step(uint16(port))
		d.tell(n)
		if port == 0 {
			n.next = earliest([]time.Time{n.next, time.Now().Add(twinPort)})
		}
		d.wait(ctx, n.next)
	}
	return nil
}

// Refresh sweeps now.
func (d *Discovery) Refresh() {
	d.host.change(func() { d.sweepAt = time.Time{} })
}

// Hint passes a sighting of another source on, as it is.
func (d *Discovery) Hint(s discovery.Sighting) {
	d.host.lan.mu.Lock()
	defer d.host.lan.mu.Unlock()
	d.queue = append(d.queue, hint{s, time.Now()})
	d.stirLocked()
}

// State returns what the twin does at the moment.
func (d *Discovery) State() discovery.State {
	d.host.lan.mu.Lock()
	defer d.host.lan.mu.Unlock()
	return d.stateLocked()
}

func (d *Discovery) join() {
	l := d.host.lan
	l.mu.Lock()
	defer l.mu.Unlock()
	l.twins = append(l.twins, d)
	d.pending = true
}

func (d *Discovery) part() {
	l := d.host.lan
	l.mu.Lock()
	l.twins = slices.DeleteFunc(l.twins, func(other *Discovery) bool { return other == d })
	d.label, d.announced = "", nil
	l.mu.Unlock()
	d.cfg.OnLabel("")
}

func (d *Discovery) stirLocked() {
	d.pending = true
	d.stirred.fireLocked()
}

func (d *Discovery) wait(ctx context.Context, next time.Time) {
	l := d.host.lan
	l.mu.Lock()
	defer l.mu.Unlock()
	if !d.pending && ctx.Err() == nil {
		l.waitLocked(&d.stirred, ctx.Done(), next)
	}
}

// step registers anew if the host's addresses or the port changed, sweeps if it is time, and takes the sightings that are due.
func (d *Discovery) step(port uint16) news {
	l := d.host.lan
	l.mu.Lock()
	defer l.mu.Unlock()
	d.pending = false
	now := time.Now()
	var n news
	if ours := d.addressesLocked(port); !slices.Equal(ours, d.announced) {
		n.relabelled = true
		d.announced, d.label, d.sweepAt = ours, "", time.Time{}
		if len(ours) > 0 {
			d.label = l.labelLocked()
			d.announceLocked(now)
		}
	}
	if !now.Before(d.sweepAt) {
		d.sweepLocked(now)
		d.sweepAt = now.Add(time.Duration(float64(twinSweep) * (0.7 + 0.6*l.rng.Float64())))
	}
	n.next = d.sweepAt
	d.queue = slices.DeleteFunc(d.queue, func(h hint) bool {
		if h.due.After(now) {
			n.next = earliest([]time.Time{n.next, h.due})
			return false
		}
		n.sightings = append(n.sightings, h.Sighting)
		if h.Source == discovery.SourceMDNS {
			n.first = n.first || d.heard.IsZero()
			d.heard = now
		}
		return true
	})
	n.state = d.stateLocked()
	return n
}

func (d *Discovery) addressesLocked(port uint16) []netip.AddrPort {
	if d.host.down || port == 0 {
		return nil
	}
	var all []netip.AddrPort
	for _, a := range d.host.addresses {
		all = append(all, netip.AddrPortFrom(a, port))
	}
	return all
}

// announceLocked tells everybody who hears us.
func (d *Discovery) announceLocked(now time.Time) {
	for _, other := range d.host.lan.twins {
		other.hearLocked(d, now)
	}
}

// sweepLocked asks everybody; those who hear the question and whom we hear are sighted.
func (d *Discovery) sweepLocked(now time.Time) {
	l := d.host.lan
	for _, i := range l.rng.Perm(len(l.twins)) {
		if other := l.twins[i]; l.passesLocked(way{d.host, other.host}) {
			d.hearLocked(other, now)
		}
	}
}

func (d *Discovery) hearLocked(from *Discovery, now time.Time) {
	l := d.host.lan
	w := way{from.host, d.host}
	if from == d || from.label == "" || l.deafness || from.host.down || d.host.down || !l.passesLocked(w) {
		return
	}
	s := discovery.Sighting{Label: from.label, Addresses: slices.Clone(from.announced), Source: discovery.SourceMDNS}
	d.queue = append(d.queue, hint{s, now.Add(l.delayLocked(w))})
	d.stirLocked()
}

func (d *Discovery) stateLocked() discovery.State {
	s := discovery.State{Label: d.label, Heard: d.heard}
	if d.host.down {
		s.Problems = []discovery.Problem{{ID: discovery.ProblemNoInterface, Sentence: "The host is down.", Remedy: "Call Up."}}
		return s
	}
	s.Interfaces = []discovery.Interface{{Index: 2, Name: "eth0", Addresses: networks(d.host.addresses)}}
	return s
}

func (d *Discovery) tell(n news) {
	if n.relabelled {
		d.cfg.OnLabel(n.state.Label)
	}
	if n.relabelled || n.first {
		d.cfg.OnState(n.state)
	}
	for _, s := range n.sightings {
		if s.Label == "" || !d.cfg.Linked(s.Label) {
			d.cfg.OnSighting(s)
		}
	}
}

// labelLocked draws a label as package discovery does.
func (l *LAN) labelLocked() string {
	const letters = "abcdefghijklmnopqrstuvwxyz0123456789"
	b := make([]byte, 12)
	for i := range b {
		b[i] = letters[l.rng.IntN(len(letters))]
	}
	return string(b)
}

// networks gives each address a network as small as itself: a LAN in memory has no subnets.
func networks(all []netip.Addr) []netip.Prefix {
	var p []netip.Prefix
	for _, a := range all {
		p = append(p, netip.PrefixFrom(a, a.BitLen()))
	}
	return p
}
