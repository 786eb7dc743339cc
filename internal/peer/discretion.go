package peer

import "time"

// Discretion is what our person keeps to themselves. Who keeps something is not shown it of others either; the roster sees to LastSeen, package typing to
// Typing, the agent to Read.
type Discretion struct {
	Typing   bool // that they are writing
	LastSeen bool // when they were last here
	Read     bool // what they have read
}

// Bits of field 13 of a profile: what the other side is asked not to send or show.
const (
	discreetTyping   = 1
	discreetLastSeen = 2
	discreetRead     = 4
)

func (d Discretion) bits() (bits uint64) {
	if d.Typing {
		bits |= discreetTyping
	}
	if d.LastSeen {
		bits |= discreetLastSeen
	}
	if d.Read {
		bits |= discreetRead
	}
	return bits
}

func discretionOf(bits uint64) Discretion {
	return Discretion{Typing: bits&discreetTyping != 0, LastSeen: bits&discreetLastSeen != 0, Read: bits&discreetRead != 0}
}

// SetDiscretion says what our person keeps to themselves, at once to everybody. The caller stores it for the next start.
func (r *Roster) SetDiscretion(d Discretion) {
	changed := d != r.Discretion()
	r.tell(func(p *profile) {
		r.discretion = d
		p.Discretion = d.bits()
	})
	if !changed {
		return
	}
	for _, p := range r.Peers() {
		r.news.peers(p.ID)
	}
}

// Discretion returns what our person keeps to themselves.
func (r *Roster) Discretion() Discretion {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.discretion
}

// noteSeen notes that a machine is here now. Of people who look as if they were not nothing is noted, and of those who do not want it told nothing is kept.
func (m *machine) noteSeen() {
	switch {
	case m.discretion.LastSeen:
		m.lastSeen = time.Time{}
	case m.presence.Choice != Invisible:
		m.lastSeen = time.Now()
	}
}
