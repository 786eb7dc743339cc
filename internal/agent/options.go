package agent

import (
	"log/slog"
	"os"
	"os/user"
	"path/filepath"
	"time"

	"lanyard/discovery"
	"lanyard/internal/api"
	"lanyard/internal/peer"
	"lanyard/internal/tree"
)

// Options say how an agent starts. Only Profile is needed.
type Options struct {
	Profile      string // absolute path of the profile folder; made if missing
	Name         string // our name from now on; empty: as it was, at first the account's full name
	Port         int    // TCP port for links; 0: the one in the settings, else peer.DefaultPort
	Folder       string // where shared and received files lie; empty: the one in the settings, else ~/Lanyard
	Headless     bool   // no tray program, no window until one is asked for
	NoOpen       bool   // do not open the window at the start
	Silent       bool   // neither announce nor listen on the LAN: colleagues come by address only
	AcceptShares bool   // take invitations of anybody who is not blocked
	Version      string

	// Machine is this computer's name beside ours; empty: the system's.
	Machine string
	// Network carries the links; nil: TCP.
	Network peer.Network
	// Disk opens the folders that Lanyard keeps or sends from: shared ones, the one for received files, those of what is offered; nil: the
	// system's disk. Databases and settings lie on the system's disk in any case.
	Disk func(path string) (tree.FS, error)
	// Clock is what this computer's clock says when it is compared with colleagues'; nil: time.Now.
	Clock func() time.Time
	// Boot names this run of the operating system; empty: as the system does. After another one, what was not yet durable is distrusted.
	Boot string
	// Discover makes what finds colleagues; nil: multicast DNS.
	Discover func(discovery.Config) Discoverer
	// Ready is called once, when the local API answers and links are accepted.
	Ready func(me api.Me)
	// Tell gets what a person at a terminal should know, one sentence at a time; nil: nobody is there.
	Tell func(line string)
	// Log gets what helps to find a defect; nil: a file in the profile.
	Log *slog.Logger
}

// withDefaults fills what was left out and needs no disk.
func (o Options) withDefaults() Options {
	if o.Discover == nil {
		o.Discover = func(c discovery.Config) Discoverer { return discovery.New(c) }
	}
	if o.Disk == nil {
		o.Disk = tree.OpenDisk
	}
	if o.Boot == "" {
		o.Boot = bootID()
	}
	if o.Ready == nil {
		o.Ready = func(api.Me) {}
	}
	if o.Tell == nil {
		o.Tell = func(string) {}
	}
	if o.Machine == "" {
		o.Machine = machineName()
	}
	return o
}

// homeFolder is this user's home folder: as the environment says, else as the account says; empty if the system knows none.
func homeFolder() string {
	if home, err := os.UserHomeDir(); err == nil {
		return home
	}
	if u, err := user.Current(); err == nil {
		return u.HomeDir
	}
	return ""
}

// defaultFolder is where shared and received files lie unless somebody chose another place.
func defaultFolder(home, profile string) string {
	if home == "" {
		return filepath.Join(profile, "Lanyard")
	}
	return filepath.Join(home, "Lanyard")
}
