package peer

import (
	"slices"
	"sync"

	"lanyard/internal/identity"
)

// Problem is a hindrance that a person should know about.
type Problem struct {
	ID       string            // stable, for programs: see the Problem constants
	Sentence string            // what is wrong
	Remedy   string            // what to do about it
	Person   identity.PersonID // whom it is about, of ProblemWordsDiffer
}

// IDs of problems.
const (
	ProblemPortTaken     = "port-taken"     // links are accepted on another port than configured
	ProblemNoListening   = "no-listening"   // nobody can reach us; we still dial
	ProblemProfileCopied = "profile-copied" // a second agent runs with our key
	ProblemNotStored     = "people-not-stored"
	ProblemClock         = "clock" // ours differs from those of the colleagues who are here

	ProblemWordsDiffer = "words-differ-" // and the person's ID: words that were compared with them differed

	ProblemColleagueCopied = "profile-copied-" // and the first group of the machine's ID: two agents run with a colleague's key
)

// problems are the present ones, at most one per ID.
type problems struct {
	mu      sync.Mutex
	present []Problem
}

// set adds or replaces a problem; it reports whether anything changed.
func (p *problems) set(q Problem) bool {
	p.mu.Lock()
	defer p.mu.Unlock()
	for i := range p.present {
		if p.present[i].ID == q.ID {
			changed := p.present[i] != q
			p.present[i] = q
			return changed
		}
	}
	p.present = append(p.present, q)
	return true
}

// clear removes a problem; it reports whether it was there.
func (p *problems) clear(id string) bool {
	p.mu.Lock()
	defer p.mu.Unlock()
	n := len(p.present)
	p.present = slices.DeleteFunc(p.present, func(q Problem) bool { return q.ID == id })
	return len(p.present) != n
}

func (p *problems) list() []Problem {
	p.mu.Lock()
	defer p.mu.Unlock()
	return slices.Clone(p.present)
}
