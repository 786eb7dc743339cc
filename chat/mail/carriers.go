package mail

import (
	"slices"
	"time"

	"lanyard/internal/identity"
)

// RefusalPause is how long a carrier that refused is not asked again.
const RefusalPause = time.Hour

const (
	depositPause  = time.Second // without a link before mail is deposited
	pauseForBytes = 64 << 10    // for each of which the next deposit waits a second more
)

// Candidate is a linked machine that may carry.
type Candidate struct {
	Machine identity.PeerID
	Person  identity.PersonID
	Unseen  bool      // its person is invisible: that they carry tells that they are here
	Holds   bool      // keeps earlier mail of ours for this recipient
	Knows   bool      // told the recipient's key
	Refused time.Time // when it refused last; zero if it did not
	Link    uint64    // ID of the link with it: lower is older
}

// ChooseCarriers picks with whom mail is deposited that some have already: up to n in all, each of another person, the best first. Those that keep earlier mail for the
// recipient are asked before those that told their key, these before others, and older links before newer ones; who is unseen only where nobody else carries.
func ChooseCarriers(all []Candidate, have, n int, now time.Time) []Candidate {
	all = slices.DeleteFunc(slices.Clone(all), func(c Candidate) bool { return !c.Refused.IsZero() && now.Sub(c.Refused) < RefusalPause })
	if have > 0 || slices.ContainsFunc(all, func(c Candidate) bool { return !c.Unseen }) {
		all = slices.DeleteFunc(all, func(c Candidate) bool { return c.Unseen })
	}
	slices.SortFunc(all, func(a, b Candidate) int {
		switch {
		case a.Holds != b.Holds:
			return first(a.Holds)
		case a.Knows != b.Knows:
			return first(a.Knows)
		case a.Link != b.Link:
			return first(a.Link < b.Link)
		}
		return slices.Compare(a.Machine[:], b.Machine[:])
	})
	var chosen []Candidate
	for _, c := range all {
		if have+len(chosen) < n && !slices.ContainsFunc(chosen, func(o Candidate) bool { return o.Person == c.Person }) {
			chosen = append(chosen, c)
		}
	}
	return chosen
}

func first(a bool) int {
	if a {
		return -1
	}
	return 1
}

// DepositAt returns when the next mail goes out, given when the need for it arose, when the last one went (zero: none did) and how many bytes it had. The pause grows
// with what the last one cost the carriers.
func DepositAt(need, last time.Time, size int) time.Time {
	at := need.Add(depositPause)
	if last.IsZero() {
		return at
	}
	if after := last.Add(depositPause + time.Duration(size/pauseForBytes)*time.Second); after.After(at) {
		return after
	}
	return at
}
