package agent

import (
	"context"
	"io"
	"log/slog"
	"net/netip"
	"slices"
	"sync"

	"lanyard/discovery"
	"lanyard/internal/api"
	"lanyard/internal/control"
	"lanyard/internal/peer"
)

// Discoverer finds colleagues on the LAN: package discovery, or its twin in memory.
type Discoverer interface {
	Run(ctx context.Context) error
	State() discovery.State
	Refresh()
}

// sightings carries what discovery hears to the roster, which dials, and tells readers what discovery uses.
type sightings struct {
	roster   *peer.Roster
	hub      *control.Hub
	problems *problems
	moved    func()      // our addresses changed
	linked   func() bool // somebody is shown as linked, found or by address

	telling sync.Mutex // one tells problems at a time, so that the last word is the newest

	mu       sync.Mutex
	seen     discovery.State
	networks []netip.Addr // addresses at the last change
}

// config is what discovery is to call.
func (s *sightings) config(log *slog.Logger) discovery.Config {
	return discovery.Config{
		Log:  log,
		Port: s.roster.Port,
		OnSighting: func(g discovery.Sighting) {
			s.roster.Hint(peer.Hint{Label: g.Label, Addresses: g.Addresses, Source: peer.SourceMDNS})
		},
		OnLabel: s.announced,
		OnState: s.changed,
		Linked:  s.roster.Linked,
	}
}

// announced is called at every new registration: the networks changed, or the machine woke. A wake may leave the addresses as they were,
// so links are looked at here too.
func (s *sightings) announced(label string) {
	s.roster.SetLabel(label)
	s.roster.NetworkChanged()
}

// Quiet wraps where the standard logger writes: the library behind discovery talks there of what is no news to anybody.
func Quiet(w io.Writer) io.Writer { return discovery.Quiet(w) }

func (s *sightings) changed(now discovery.State) {
	addresses := addressesOf(now)
	s.mu.Lock()
	moved := !slices.Equal(addresses, s.networks)
	s.seen, s.networks = now, addresses
	s.mu.Unlock()
	if moved {
		s.roster.NetworkChanged()
		s.moved()
	}
	s.tell()
	s.hub.Publish(api.EventNetwork, networkOf(now))
}

// tell tells what hinders discovery, by what discovery said last and by who is shown as linked.
func (s *sightings) tell() {
	s.telling.Lock()
	defer s.telling.Unlock()
	s.mu.Lock()
	seen := s.seen
	s.mu.Unlock()
	s.problems.set("network", networkProblems(seen, s.linked()))
}

// addresses are ours on the networks that discovery uses.
func (s *sightings) addresses() []netip.Addr {
	s.mu.Lock()
	defer s.mu.Unlock()
	return slices.Clone(s.networks)
}

// network is what discovery uses and hears.
func (s *sightings) network() api.Network {
	s.mu.Lock()
	defer s.mu.Unlock()
	return networkOf(s.seen)
}

func addressesOf(s discovery.State) []netip.Addr {
	var all []netip.Addr
	for _, i := range s.Interfaces {
		for _, a := range i.Addresses {
			all = append(all, a.Addr())
		}
	}
	return all
}

func networkOf(s discovery.State) api.Network {
	n := api.Network{Interfaces: []string{}, Heard: s.Heard}
	for _, i := range s.Interfaces {
		n.Interfaces = append(n.Interfaces, i.Name)
	}
	if len(s.Problems) > 0 {
		n.Problem, n.Remedy = s.Problems[0].Sentence, s.Problems[0].Remedy
	}
	return n
}

// networkProblems tells what hinders discovery. That nobody else is heard is only worth a note to people who are linked by address: they
// know their network.
func networkProblems(s discovery.State, linked bool) []api.Problem {
	var all []api.Problem
	for _, p := range s.Problems {
		id := p.ID
		if p.Interface != "" {
			id += "/" + p.Interface
		}
		severity := "warning"
		if p.ID == discovery.ProblemSilence && linked {
			severity = "note"
		}
		all = append(all, api.Problem{ID: id, Severity: severity, Text: p.Sentence, Remedy: p.Remedy})
	}
	return all
}
