package peer

import (
	"errors"

	"lanyard/internal/identity"
)

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
	r.trouble(Problem{
		ID:       ProblemProfileCopied,
		Sentence: "A second Lanyard on this network runs with a copy of this profile, so colleagues reach only one of the two.",
		Remedy:   "Stop Lanyard on the computer to which the profile was copied, delete its profile folder there and start it again: it then becomes a computer of its own.",
	})
}

// cloned marks a peer whose key two agents use.
func (r *Roster) cloned(id identity.PeerID) {
	r.mu.Lock()
	m := r.machines[id]
	changed := m != nil && !m.clone
	if changed {
		m.clone = true
	}
	r.mu.Unlock()
	if changed {
		r.news.peers(id)
	}
}
