package peer

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"lanyard/internal/identity"
	"lanyard/internal/wire"
)

// copyMemory is how long a copied profile is told after the last sign of it. The copy that was turned away comes again every minute or, where
// many are absent, every few minutes.
const copyMemory = 30 * time.Minute

// meetSelf ends a connection with our own key: to ourselves, or to a copy of this profile.
func (r *Roster) meetSelf(l *Link) error {
	if l.greeting.instance == r.instance {
		return r.dismiss(l, CloseNone, errSelf)
	}
	r.copied()
	return r.dismiss(l, CloseCopied, errors.New("another agent runs with our key"))
}

// copied tells our own person that a second agent runs with this profile.
func (r *Roster) copied() {
	r.mu.Lock()
	fresh := r.copiedAt.IsZero()
	r.copiedAt = time.Now()
	r.mu.Unlock()
	if fresh {
		r.news.problems()
	}
}

// cloned marks the peer of a link whose key two agents use, and tells the agent at the link's other end, which may never meet the copy itself.
func (r *Roster) cloned(l *Link) {
	r.mu.Lock()
	m := r.machines[l.peer]
	fresh := m != nil && m.clonedAt.IsZero()
	if m != nil {
		m.clonedAt = time.Now()
	}
	own := r.shownLocked()
	r.mu.Unlock()
	own.Copied = true
	l.say(wire.KindProfile, own)
	if fresh {
		r.news.peers(l.peer)
		r.news.problems()
	}
}

// forgetCopies takes back what was told of copies that gave no sign for long.
func (r *Roster) forgetCopies() {
	now := time.Now()
	r.mu.Lock()
	over := func(at time.Time) bool { return !at.IsZero() && now.Sub(at) > copyMemory }
	solved := over(r.copiedAt)
	if solved {
		r.copiedAt = time.Time{}
	}
	var changed []identity.PeerID
	for id, m := range r.machines {
		if over(m.clonedAt) {
			m.clonedAt = time.Time{}
			changed = append(changed, id)
		}
	}
	r.mu.Unlock()
	r.news.peers(changed...)
	if solved || len(changed) > 0 {
		r.news.problems()
	}
}

// copies are the problems of profiles that run twice: ours, and those of colleagues on the list.
func (r *Roster) copies() []Problem {
	r.mu.Lock()
	defer r.mu.Unlock()
	var found []Problem
	for _, m := range r.machines {
		if m.met && !m.clonedAt.IsZero() && r.people[m.person].trust != Blocked {
			found = append(found, m.copiedProblem())
		}
	}
	slices.SortFunc(found, func(a, b Problem) int { return strings.Compare(a.ID, b.ID) })
	if r.copiedAt.IsZero() {
		return found
	}
	return append([]Problem{{
		ID:       ProblemProfileCopied,
		Sentence: "A second Lanyard on this network runs with a copy of this profile, so colleagues reach only one of the two.",
		Remedy:   "Stop Lanyard on the computer to which the profile was copied, delete its profile folder there and start it again: it then becomes a computer of its own.",
	}}, found...)
}

func (m *machine) copiedProblem() Problem {
	return Problem{
		ID:       ProblemColleagueCopied + m.id.Short(),
		Sentence: fmt.Sprintf("Two computers run Lanyard with the profile of %s (%s), one of them with a copy, so only one of the two is reached.", m.name, m.id.Short()),
		Remedy:   fmt.Sprintf("Tell %s: stop Lanyard where the copy is, delete its profile folder there and start it again.", m.name),
	}
}
