// Package discovery finds the agents on the local network without any set-up: it announces this one and listens for others by multicast
// DNS and DNS-SD (RFC 6762, RFC 6763), service _lanyard._tcp.
//
// # Use
//
//	d := discovery.New(discovery.Config{Port: roster.Port, OnSighting: ..., OnLabel: ..., OnState: ..., Linked: roster.Linked, Log: log})
//	err := d.Run(ctx)      // blocks until ctx ends
//	d.Refresh()            // the user asked, or all links are lost: look again
//	d.Hint(sighting)       // somebody else knows an address: passed on through the same stream
//
// # Promises
//
// A [Sighting] is a hint to dial and never proof: everybody on a network can send one. Who is there is learnt in the TLS handshake. Nothing
// is told about somebody leaving either, because a lost packet, a goodbye (which anybody can forge) and a pulled cable look alike:
// presence comes from a live link.
//
// On the air are only the service, a random label that is new at each registration, this network's addresses, the port and the text "v=1":
// no name, no key, nothing derived from one.
//
// The functions of [Config] are called one at a time, in order, from the goroutine of Run, and must return soon. Refresh, Hint and State
// may be called at any time, before and during Run, and never block. An answer from the network can make us do little: sightings are
// checked (see [Sighting]), at most a thousand labels are remembered, and a flood is taken in at two hundred labels a second.
//
// Traffic stays small at any size of network. One question costs one packet and one answer from everybody, and the library asks twice; so
// N agents sweeping each T seconds make N(2+2N)/T packets a second. T starts at max(30 s, N²/12 s), which keeps a LAN under 30 a second,
// and doubles while nothing new is heard until that is under 2. All agents starting in the same second make more, once.
//
// # How it works
//
// Each usable interface gets a post: one responder, and one passive browse that hears announcements. Posts are rebuilt under a new label
// when interfaces or addresses change (looked at every 3 s, since no portable event exists; damped for 2 s, longer when it goes on) and
// when the clock shows that the machine slept. Besides, rare sweeps ask everybody, to heal what was lost on the way. Without a usable
// interface, or while another program keeps port 5353 for itself, Run waits and tries again, and says so through OnState.
//
// The work on the wire is done by github.com/grandcat/zeroconf v1.0.0, whose limits shaped this package: it freezes addresses and
// interfaces at registration (hence posts that are replaced and never changed), tells an instance once per browse and never its change or
// end (hence sweeps by fresh resolvers), stops browsing after 15 minutes of silence (hence browses that are restarted), leaks when its
// channels are not drained (hence browses that drain to the end), and sends from whichever interface Windows prefers, answers questions
// of other networks and reads packets of any size (hence the socket options in socket.go). Its probing goroutine outlives a shutdown by up
// to four seconds, which Run does not wait for. It also writes to the standard logger: see [Quiet].
//
// Left out: multicast over IPv6 (links use both families all the same), other sources of addresses (remembered, told by colleagues, typed:
// package peer has them), and any decision whom to dial.
package discovery

import (
	"context"
	"log/slog"
	"sync"
	"time"
)

const (
	service = "_lanyard._tcp"
	domain  = "local"
	text    = "v=1"
)

// hintLimit is how many hints wait to be passed on; older ones are dropped for newer ones.
const hintLimit = 1000

// Config says how to discover and whom to tell. All functions but Interfaces are required.
type Config struct {
	Port       func() int                  // the port on which links are accepted; 0 = not known yet: listen, but announce nothing
	OnSighting func(Sighting)              // somebody was heard
	OnLabel    func(label string)          // our label changed, at each registration; "" when nothing is announced any more. Networks may have changed
	OnState    func(State)                 // State changed in more than the label or the time of the last sighting
	Linked     func(label string) bool     // whether a link to the peer of that label is up: then it is not told
	Interfaces func() ([]Interface, error) // nil: those of this machine that are fit, see Interface
	Log        *slog.Logger                // nil: nothing is logged
}

// Discovery announces this agent and tells of others. Make it with New.
type Discovery struct {
	cfg  Config
	wake chan struct{} // holds one token when mu's fields changed

	mu      sync.Mutex
	hints   []Sighting // to pass on
	refresh bool       // a sweep was asked for
	state   State
}

// New returns a Discovery that does nothing until Run.
func New(cfg Config) *Discovery {
	if cfg.Interfaces == nil {
		cfg.Interfaces = usable
	}
	if cfg.Log == nil {
		cfg.Log = slog.New(slog.DiscardHandler)
	}
	return &Discovery{cfg: cfg, wake: make(chan struct{}, 1)}
}

// Run announces and listens until ctx ends, then says goodbye, which takes at most a second. It returns nil: what hinders it is told through
// OnState and tried again.
func (d *Discovery) Run(ctx context.Context) error {
	l := newLoop(ctx, d)
	defer l.close()
	l.look(time.Now())
	for {
		select {
		case <-ctx.Done():
			return nil
		case <-l.looking.C:
			l.look(time.Now())
		case <-l.sweeper.timer.C:
			l.sweep()
		case found := <-l.networks.found:
			l.take(found, time.Now())
		case epoch := <-l.sweeper.done:
			l.endSweep(epoch)
		case <-d.wake:
			l.obey(time.Now())
		}
	}
}

// Refresh asks the network again, soon: at most once in five seconds.
func (d *Discovery) Refresh() {
	d.mu.Lock()
	d.refresh = true
	d.mu.Unlock()
	d.rouse()
}

// Hint passes a sighting that somebody else knows on to OnSighting, as it is, unless a link to its label is up.
func (d *Discovery) Hint(s Sighting) {
	d.mu.Lock()
	if d.hints = append(d.hints, s); len(d.hints) > hintLimit {
		d.hints = d.hints[1:]
	}
	d.mu.Unlock()
	d.rouse()
}

// State returns what discovery does at the moment.
func (d *Discovery) State() State {
	d.mu.Lock()
	defer d.mu.Unlock()
	return d.state.clone()
}

func (d *Discovery) rouse() {
	select {
	case d.wake <- struct{}{}:
	default:
	}
}

// orders takes what was asked for since the last call.
func (d *Discovery) orders() (hints []Sighting, refresh bool) {
	d.mu.Lock()
	defer d.mu.Unlock()
	hints, refresh = d.hints, d.refresh
	d.hints, d.refresh = nil, false
	return hints, refresh
}

// relabel records our label before it is told, so that State never lags behind OnLabel.
func (d *Discovery) relabel(label string) {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.state.Label = label
}

// hear records when somebody else was heard.
func (d *Discovery) hear(now time.Time) {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.state.Heard = now
}

// settle records the state and reports whether it differs in more than when somebody was heard.
func (d *Discovery) settle(s State) bool {
	d.mu.Lock()
	defer d.mu.Unlock()
	changed := !s.same(d.state)
	d.state = s.clone()
	return changed
}
