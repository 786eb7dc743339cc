package chat

import (
	"slices"
	"time"

	"lanyard/internal/identity"
	"lanyard/internal/peer"
)

// What is decided about carriers, without clock, disk and network; docs/protocol.md section 6, carriers, rules 1 to 3.

const (
	maxCarriers   = 3               // that keep the same mail
	depositPause  = time.Second     // without a link before mail is deposited
	refusalPause  = time.Hour       // before a carrier that refused is asked again
	stuckPause    = 5 * time.Second // without an acknowledgement over a link before it counts as none
	lastPause     = time.Second     // the same when the program is about to end
	answerPause   = 15 * time.Second
	boxOfPerson   = 8 << 20 // bytes that we carry of one depositor
	piecesOfOne   = 256
	boxOfAll      = 128 << 20
	piecesOfAll   = 4096
	pauseForBytes = 64 << 10 // for each of which the next deposit waits a second more
)

// candidate is a linked machine that may carry.
type candidate struct {
	link    *peer.Link
	machine identity.PeerID
	person  identity.PersonID
	holds   bool      // keeps earlier mail of ours for this recipient
	knows   bool      // told the recipient's key
	refused time.Time // when it refused last; zero if it did not
	since   uint64    // when its link came up: lower is older
}

// chooseCarriers picks with whom mail is deposited: up to n, each of another person, the best first.
func chooseCarriers(all []candidate, n int, now time.Time) []candidate {
	all = slices.DeleteFunc(slices.Clone(all), func(c candidate) bool { return !c.refused.IsZero() && now.Sub(c.refused) < refusalPause })
	slices.SortFunc(all, func(a, b candidate) int {
		switch {
		case a.holds != b.holds:
			return first(a.holds)
		case a.knows != b.knows:
			return first(a.knows)
		case a.since != b.since:
			return first(a.since < b.since)
		}
		return slices.Compare(a.machine[:], b.machine[:])
	})
	var chosen []candidate
	for _, c := range all {
		if len(chosen) < n && !slices.ContainsFunc(chosen, func(o candidate) bool { return o.person == c.person }) {
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

// depositAt returns when the next mail goes out, given when the need for it arose, and when the last one went and how large it was.
func depositAt(need, last time.Time, size int) time.Time {
	at := need.Add(depositPause)
	if last.IsZero() {
		return at
	}
	if after := last.Add(depositPause + time.Duration(size/pauseForBytes)*time.Second); after.After(at) {
		return after
	}
	return at
}

// keptMail is what a carrier looks at of a piece of mail to decide what it has room for.
type keptMail struct {
	key       int64 // in the database; rising as mail comes
	depositor identity.PeerID
	person    identity.PersonID // the depositor's
	recipient identity.PeerID
	number    uint64
	size      int
}

// makeRoom decides about new mail: the answer, and what gives way to it. What it replaces is not among all.
func makeRoom(all []keptMail, fresh keptMail) (answer uint64, drop []keptMail) {
	bytes, pieces, total := map[identity.PersonID]int{}, map[identity.PersonID]int{}, fresh.size
	for _, m := range all {
		bytes[m.person] += m.size
		pieces[m.person]++
		total += m.size
	}
	bytes[fresh.person] += fresh.size
	pieces[fresh.person]++
	if bytes[fresh.person] > boxOfPerson || pieces[fresh.person] > piecesOfOne {
		return mailTooMuch, nil
	}
	all = slices.Clone(all)
	slices.SortFunc(all, func(a, b keptMail) int { return int(a.key - b.key) })
	for total > boxOfAll || len(all)+1 > piecesOfAll {
		most := mostOf(bytes, pieces)
		if most == fresh.person {
			return mailFull, nil
		}
		i := slices.IndexFunc(all, func(m keptMail) bool { return m.person == most })
		gone := all[i]
		all = slices.Delete(all, i, i+1)
		bytes[most] -= gone.size
		pieces[most]--
		total -= gone.size
		drop = append(drop, gone)
	}
	return mailKept, drop
}

// mostOf returns who has most, each share being counted by what is scarcer of it.
func mostOf(bytes, pieces map[identity.PersonID]int) (most identity.PersonID) {
	highest := -1.0
	for who, n := range bytes {
		share := max(float64(n)/boxOfAll, float64(pieces[who])/piecesOfAll)
		if share > highest || share == highest && slices.Compare(who[:], most[:]) < 0 {
			most, highest = who, share
		}
	}
	return most
}
