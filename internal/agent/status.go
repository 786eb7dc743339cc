package agent

import (
	"context"
	"fmt"
	"net"
	"net/netip"

	"lanyard/internal/api"
	"lanyard/internal/desktop"
	"lanyard/internal/doctor"
	"lanyard/internal/peer"
	"lanyard/internal/settings"
	"lanyard/sync/share"
)

// overview is the agent as a whole, as the local API shows it.
type overview struct {
	version       string
	profile       string
	port          int // wanted
	silent        bool
	roster        *roster
	conversations *conversations
	files         *files
	switches      *switches
	shares        *shares
	sightings     *sightings
	problems      *problems
	words         *words
	end           func()
}

// Status tells who I am, who is here, what is shared and what is wrong.
func (o *overview) Status(ctx context.Context) (api.Status, error) {
	peers, err := o.roster.Peers(ctx)
	if err != nil {
		return api.Status{}, err
	}
	all, err := o.shares.List(ctx)
	if err != nil {
		return api.Status{}, err
	}
	return api.Status{Me: o.roster.Me(), Version: o.version, Peers: peers, Shares: all, Problems: o.problems.list(), Words: o.words.going()}, nil
}

// Snapshot tells everything that a window shows at its start.
func (o *overview) Snapshot(ctx context.Context) (api.Snapshot, error) {
	status, err := o.Status(ctx)
	if err != nil {
		return api.Snapshot{}, err
	}
	s := api.Snapshot{Status: status, Network: o.sightings.network(), Settings: o.switches.Settings()}
	if s.Conversations, err = o.conversations.List(ctx); err != nil {
		return api.Snapshot{}, err
	}
	if s.Files, err = o.files.List(ctx); err != nil {
		return api.Snapshot{}, err
	}
	if s.Office, err = (office{o.conversations}).Office(ctx); err != nil {
		return api.Snapshot{}, err
	}
	s.Invites, err = members{o.shares}.Invites(ctx)
	return s, err
}

// Doctor examines this machine and network, with what the agent knows.
func (o *overview) Doctor(ctx context.Context) ([]api.Finding, error) {
	known := doctor.Agent{Port: o.roster.peers.Port(), Network: o.sightings.network(), Problems: o.problems.list()}
	known.Problems = append(known.Problems, o.shares.people.wholeShares(o.shares.engine.List())...)
	for _, p := range o.roster.peers.Peers() {
		if p.Self || p.Trust == peer.Blocked {
			continue
		}
		known.People++
		if p.Ahead != 0 && o.roster.peers.ClockAhead() == 0 { // else a problem says it
			known.Clocks = append(known.Clocks, doctor.Clock{Name: p.Name, Machine: p.Machine, Off: peer.Off(p.Ahead)})
		}
		if p.Linked {
			known.Links++
		}
	}
	s := desktop.FindSession(ctx)
	return doctor.Examine(ctx, doctor.Subject{Profile: o.profile, Folders: o.places(), Port: o.port, Agent: &known, Silent: o.silent,
		Desktop: doctor.Desktop{Display: s.Display, TrayHost: s.TrayHost}}), nil
}

// wholeShares are the problems of shares as a whole; those of single files are told with the share.
func (p *people) wholeShares(shares []share.Status) (found []api.Problem) {
	for _, s := range shares {
		for _, p := range p.problemsOf(s) {
			if p.Path == "" && p.Severity != "note" {
				p.ID = "share/" + p.Share
				found = append(found, p)
			}
		}
	}
	return found
}

// places are the folders whose disks matter.
func (o *overview) places() []string {
	places := []string{o.shares.folder()}
	for _, s := range o.shares.engine.List() {
		places = append(places, s.Path)
	}
	return places
}

// Stop begins to stop.
func (o *overview) Stop() { o.end() }

// Examine makes the doctor's local checks for a profile that no agent serves; silent says that discovery is switched off. What keeps the
// profile from being read is a finding too.
func Examine(ctx context.Context, profile string, silent bool) []api.Finding {
	var findings []api.Finding
	set, err := loadPreferences(profile)
	if err != nil {
		findings = append(findings, api.Finding{ID: "settings", Severity: doctor.Error, Text: err.Error()})
		set = &preferences{profile: profile, home: homeFolder(), now: settings.Default()}
	}
	locked, err := isLocked(profile)
	if err != nil {
		findings = append(findings, api.Finding{ID: "lock", Severity: doctor.Error, Text: err.Error()})
	}
	s := desktop.FindSession(ctx)
	return append(findings, doctor.Examine(ctx, doctor.Subject{Profile: profile, Folders: []string{set.folder("", profile)}, Port: set.port(0), Locked: locked, Silent: silent,
		Desktop: doctor.Desktop{Display: s.Display, TrayHost: s.TrayHost}})...)
}

// ownAddresses are those at which colleagues reach this machine: those that discovery uses, else all that are no loopback, else loopback, which
// serves agents on this machine.
func ownAddresses(used []netip.Addr) ([]netip.Addr, error) {
	if len(used) > 0 {
		return used, nil
	}
	all, err := net.InterfaceAddrs()
	if err != nil {
		return nil, fmt.Errorf("look for this machine's addresses: %w", err)
	}
	for _, a := range all {
		prefix, err := netip.ParsePrefix(a.String())
		if err == nil && !prefix.Addr().IsLoopback() && !prefix.Addr().IsLinkLocalUnicast() {
			used = append(used, prefix.Addr())
		}
	}
	if len(used) == 0 {
		used = []netip.Addr{netip.AddrFrom4([4]byte{127, 0, 0, 1})}
	}
	return used, nil
}
