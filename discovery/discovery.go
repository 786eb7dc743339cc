// Package discovery finds colleagues on the local network without any set-up.
package discovery

import (
	"log/slog"
	"net/netip"
)

// Sources of a sighting.
const (
	SourceMDNS = "mdns" // heard on the local network
)

// Sighting says that somebody who announced themselves as Label may be reached at Addresses. It is a hint to dial, never proof of who is
// there: anybody on the network can send one. Label is empty when the source knows none.
type Sighting struct {
	Label     string
	Addresses []netip.AddrPort
	Source    string
}

// Config says how to discover and whom to tell. The functions are called one at a time, from one goroutine, and must not block for long.
type Config struct {
	Port       func() int                  // the port on which links are accepted; announced once it is not 0
	OnSighting func(Sighting)              // somebody was heard
	OnLabel    func(label string)          // our label changed: at each registration; "" when nothing is announced
	OnState    func(State)                 // interfaces or problems changed
	Linked     func(label string) bool     // whether a link to that label is up: it is then not told again
	Interfaces func() ([]Interface, error) // nil: those of this machine that are fit for announcing
	Log        *slog.Logger
}

// Interface is one network interface to announce and browse on.
type Interface struct {
	Index     int
	Name      string
	Addresses []netip.Addr // own addresses, IPv4 first
}

// State is what discovery does at the moment and what hinders it.
type State struct {
	Label      string // ours, "" when nothing is announced
	Interfaces []Interface
	Problems   []Problem
}

// IDs of problems.
const (
	ProblemNoInterface = "no-interface" // no network interface is fit for announcing
)

// Problem is one hindrance, for people.
type Problem struct {
	ID       string // stable, for programs: one of the Problem constants
	Sentence string // what is wrong
	Remedy   string // what to do about it
}
