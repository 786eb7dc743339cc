// Package doctor finds out what is in Lanyard's way on this machine and network and says it for people: each finding is one sentence with
// its remedy.
//
//	findings := doctor.Examine(ctx, doctor.Subject{Profile: dir, Folders: folders, Port: 26426, Agent: told})
//
// It works in two steps that can be used apart. Gather looks: at network interfaces, ports, disks, the profile, the limits on watching
// folders; it changes nothing but for a temporary file in the profile and for ports it holds for a moment, and takes at most a few seconds.
// Diagnose decides: a pure function from facts to findings, the worst first, with one of severity "ok" for each thing that is in order.
// What only a running agent knows is passed in as [Agent]; without one the rest is examined all the same.
//
// Left out: mending anything, and firewalls as such. Each system keeps them elsewhere; what they do shows in what the agent hears.
package doctor

import (
	"context"

	"lanyard/internal/api"
)

// Subject is what to examine.
type Subject struct {
	Profile string   // the profile folder, which need not exist yet
	Folders []string // where shared and received files lie; their disks are looked at
	Port    int      // the TCP port on which links should be accepted
	Locked  bool     // the profile is locked by a process, yet no agent answers
	Silent  bool     // discovery is switched off: colleagues come by address only
	Desktop Desktop
	Agent   *Agent // what the running agent tells; nil if there is none
}

// Desktop says what the desktop session offers.
type Desktop struct {
	Display  bool // there is one
	TrayHost bool // something shows tray icons
}

// Agent is what a running agent tells of itself.
type Agent struct {
	Port     int // on which it accepts links
	Network  api.Network
	People   int // colleagues known and not blocked
	Links    int // of them, those whom the list shows as here
	Watches  int // folders watched for changes
	Problems []api.Problem
	Clocks   []Clock // of colleagues whose clock is wrong
}

// Clock is a colleague's that is wrong.
type Clock struct {
	Name, Machine string
	Off           string // as in "3 hours ahead"
}

// Severities, the worst last.
const (
	OK      = "ok"
	Note    = "note"
	Warning = "warning"
	Error   = "error"
)

// IDs of findings, for programs. Problems of the agent keep their own.
const (
	Network  = "network"  // interfaces, multicast, who is heard
	MDNSPort = "mdns"     // UDP port 5353
	LinkPort = "port"     // the TCP port on which links are accepted
	Watching = "watching" // limits on watching folders
	Disk     = "disk"
	Profile  = "profile"
	Running  = "agent"
	Tray     = "tray"
	Clocks   = "clocks" // of colleagues
)

// Examine gathers and diagnoses.
func Examine(ctx context.Context, s Subject) []api.Finding { return Diagnose(Gather(ctx, s)) }
