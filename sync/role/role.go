// Package role decides whose records count in a shared folder. It has no clock, disk or network: all of it is values and pure functions of a member list,
// so that every machine that has the list comes to the same answer, whatever the order in which list and records arrived.
//
// A [Role] says what a member may do. Membership is by person, records are by log, and a log belongs to one machine: what a member may do changes while
// records are on their way. So when somebody may write no more, the list says of each of their logs with which record it ends ([End]): what stands behind that
// counts nowhere. A log that has ended stays so: whoever may write again begins a new one. Records themselves do not say under which list they were
// written, and need not.
//
// Records are not signed one by one. So they are taken over a link only from those who may write, and from keepers, who are trusted to pass on what others
// wrote ([Role.Relays]); contents are taken from everybody, since their hash shows what they are.
package role

import (
	"fmt"
	"slices"

	"lanyard/internal/vector"
	"lanyard/sync/index"
)

// Role says what a member may do. The numbers are those of the protocol.
type Role uint8

const (
	ReadWrite Role = 1
	ReadOnly  Role = 2 // gets everything, and nothing of what is changed there goes to the others
	Keeper    Role = 3 // like ReadOnly, and passes on records and contents for those who do not meet
)

// String returns the word for the role.
func (r Role) String() string {
	switch r {
	case ReadWrite:
		return "rw"
	case ReadOnly:
		return "ro"
	case Keeper:
		return "keeper"
	}
	return "unknown"
}

// Parse reads the word for a role; an empty one means ReadWrite.
func Parse(word string) (Role, error) {
	switch word {
	case "", "rw":
		return ReadWrite, nil
	case "ro":
		return ReadOnly, nil
	case "keeper":
		return Keeper, nil
	}
	return 0, fmt.Errorf("%q is no role: say rw (may change everything), ro (read-only) or keeper (keeps a copy)", word)
}

// Relays reports whether records are taken over a link to a holder of the role.
func (r Role) Relays() bool { return r == ReadWrite || r == Keeper }

// End is the last record of a log that counts.
type End struct {
	Log    vector.Log
	Number uint64
}

// Standing is what a member list says of one member.
type Standing struct {
	Role    Role
	Removed bool
	Cuts    []End // of a removed member's logs
	Ends    []End // of the logs written to before the role was taken away
}

// Counts reports whether a record of this member's counts.
func (s Standing) Counts(d index.Dot) bool {
	if n, ended := find(s.Ends, d.Log); ended && d.Number > n {
		return false
	}
	if s.Removed {
		n, cut := find(s.Cuts, d.Log)
		return cut && d.Number <= n
	}
	_, ended := find(s.Ends, d.Log)
	return ended || s.Role == ReadWrite
}

// Ended reports whether nothing that is added to a log will ever count.
func (s Standing) Ended(l vector.Log) bool {
	_, ended := find(s.Ends, l)
	return ended
}

// Assign gives the member another role. known are their logs as the owner knows them now: when they may write no more, these end there. A log that had
// ended keeps its end.
func (s Standing) Assign(to Role, known []End) Standing {
	if s.Role == ReadWrite && to != ReadWrite {
		s.Ends = slices.Clone(s.Ends)
		for _, e := range known {
			if !s.Ended(e.Log) {
				s.Ends = append(s.Ends, e)
			}
		}
	}
	s.Role = to
	return s
}

func find(ends []End, l vector.Log) (uint64, bool) {
	for _, e := range ends {
		if e.Log == l {
			return e.Number, true
		}
	}
	return 0, false
}
