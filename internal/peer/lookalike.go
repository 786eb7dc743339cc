package peer

import (
	"lanyard/internal/identity"
	"lanyard/internal/name"
)

// markLookalikesLocked marks every person whose name is, or looks like, that of another (or ours): both are marked, neither is preferred. It
// returns the machines whose row changed. Blocked people do not count: an impostor would otherwise mark the true one for ever.
func (r *Roster) markLookalikesLocked() []identity.PeerID {
	owner := map[string]identity.PersonID{name.Skeleton(r.profile.Name): r.config.Identity.Person()}
	several := map[string]bool{}
	for _, m := range r.machines {
		if !m.met || r.people[m.person].trust == Blocked {
			continue
		}
		key := m.skeleton()
		if first, taken := owner[key]; taken && first != m.person {
			several[key] = true
		}
		owner[key] = m.person
	}
	marked := map[identity.PersonID]bool{}
	for _, m := range r.machines {
		if m.met && r.people[m.person].trust != Blocked && several[m.skeleton()] {
			marked[m.person] = true
		}
	}
	var changed []identity.PeerID
	for _, m := range r.machines {
		if m.met && r.people[m.person].lookalike != marked[m.person] {
			changed = append(changed, m.id)
		}
	}
	for id, p := range r.people {
		p.lookalike = marked[id]
	}
	return changed
}

// skeleton is the key of the name, computed once for each name.
func (m *machine) skeleton() string {
	if m.skeletonOf != m.name {
		m.skeletonOf, m.skeletonKey = m.name, name.Skeleton(m.name)
	}
	return m.skeletonKey
}
