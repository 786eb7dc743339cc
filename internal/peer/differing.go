package peer

import (
	"cmp"
	"fmt"
	"slices"

	"lanyard/internal/identity"
)

// maxDiffering is of how many people it is a problem that words differed: of those our person had to do with before strangers, then the newest. Whoever has many
// keys could begin and fail with each of them, and would hide the one that counts.
const maxDiffering = 20

// differing are the problems of people with whom compared words differed, unless they are blocked.
func (r *Roster) differing() []Problem {
	r.mu.Lock()
	defer r.mu.Unlock()
	var people []*person
	for _, p := range r.people {
		if p.shown() == Differs && r.listedLocked(p) {
			people = append(people, p)
		}
	}
	slices.SortFunc(people, func(a, b *person) int {
		switch {
		case a.kept && !b.kept:
			return -1
		case b.kept && !a.kept:
			return 1
		}
		return cmp.Or(b.differed.Compare(a.differed), slices.Compare(a.list.Person[:], b.list.Person[:]))
	})
	var found []Problem
	for _, p := range people[:min(len(people), maxDiffering)] {
		found = append(found, differProblem(p.list.Person, r.calledLocked(p)))
	}
	return found
}

// listedLocked reports whether a person is on the list: one of their machines was met.
func (r *Roster) listedLocked(p *person) bool {
	return slices.ContainsFunc(r.machinesLocked(p), func(id identity.PeerID) bool { return r.machines[id].met })
}

// differProblem names the person by their whole ID in what is to be typed: a name may hold what a shell would run.
func differProblem(who identity.PersonID, called string) Problem {
	return Problem{
		ID:       ProblemWordsDiffer + who.String(),
		Person:   who,
		Sentence: fmt.Sprintf("The words that you and %s (%s) compared differ: somebody may be between your computers.", called, who.Short()),
		Remedy:   fmt.Sprintf("Write nothing secret there. Compare again in person (lanyard verify %[1]s), or refuse what comes (lanyard block %[1]s).", who),
	}
}
