package discovery

import (
	"slices"
	"time"
)

// State is what discovery does at the moment and what hinders it.
type State struct {
	Label      string      // ours, "" when nothing is announced
	Interfaces []Interface // those that are listened on
	Problems   []Problem   // what hinders, the worst first
	Heard      time.Time   // when somebody else was last heard by multicast; zero = never
}

// IDs of problems.
const (
	ProblemNoInterface = "no-interface" // no network interface is fit for announcing
	ProblemPortHeld    = "mdns-port"    // another program keeps UDP port 5353 for itself
	ProblemMulticast   = "multicast"    // an interface cannot do multicast
	ProblemDeaf        = "deaf"         // not even our own announcement comes back: a firewall on this machine
	ProblemSilence     = "silence"      // nobody else was heard so far
)

// Problem is one hindrance, for people.
type Problem struct {
	ID        string // stable, for programs: one of the Problem constants
	Interface string // the interface concerned, "" for all
	Sentence  string // what is wrong
	Remedy    string // what to do about it
}

func (s State) clone() State {
	s.Interfaces, s.Problems = slices.Clone(s.Interfaces), slices.Clone(s.Problems)
	return s
}

// same ignores Heard, except whether there was anybody at all.
func (s State) same(other State) bool {
	return s.Label == other.Label && s.Heard.IsZero() == other.Heard.IsZero() &&
		slices.EqualFunc(s.Interfaces, other.Interfaces, Interface.equal) && slices.Equal(s.Problems, other.Problems)
}

func noInterface() Problem {
	return Problem{
		ID:       ProblemNoInterface,
		Sentence: "You are not connected to any network: this computer has no cable or Wi-Fi that Lanyard can use.",
		Remedy:   "Plug in the cable or join the Wi-Fi; Lanyard notices by itself.",
	}
}

func portHeld(name string) Problem {
	return Problem{
		ID:        ProblemPortHeld,
		Interface: name,
		Sentence:  "Another program keeps UDP port 5353 for itself, so that colleagues cannot be found on " + name + ".",
		Remedy:    "End that program, or add a colleague by address (lanyard add HOST).",
	}
}

func noMulticast(name string) Problem {
	return Problem{
		ID:        ProblemMulticast,
		Interface: name,
		Sentence:  "The network " + name + " cannot do multicast, so that colleagues are not found there by themselves.",
		Remedy:    "Add a colleague by address (lanyard add HOST).",
	}
}

func deaf() Problem {
	return Problem{
		ID:       ProblemDeaf,
		Sentence: "Lanyard does not even hear itself: something on this computer, mostly a firewall, blocks UDP port 5353.",
		Remedy:   "Allow Lanyard (UDP 5353 and TCP 26426) in the firewall, or add a colleague by address (lanyard add HOST).",
	}
}

func silence() Problem {
	return Problem{
		ID:       ProblemSilence,
		Sentence: "Nobody else was heard on this network so far.",
		Remedy: "If a colleague runs Lanyard here, the network may keep computers apart (guest Wi-Fi) or block multicast: " +
			"add them by address (lanyard add HOST).",
	}
}
