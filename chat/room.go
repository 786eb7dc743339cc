package chat

import (
	"crypto/ed25519"
	"maps"
	"slices"
	"sync"

	"lanyard/chat/event"
	"lanyard/chat/membership"
	"lanyard/internal/identity"
	"lanyard/internal/vector"
)

// room is what a conversation has that is one of invited members: how it began and who is a member.
type room struct {
	creation *membership.Creation
	pending  pending
	memory   memory
	shunning shunning
	unopened unopened
	rejudged rejudged
	flows    flows
	clock    joinClock
	lacked   lackBook
	had      had
	stored   bell // something of the room, or a state of one of its machines

	mu      sync.Mutex
	changes []membership.Change // that were stored
	begun   membership.Logs
	keys    map[identity.PeerID]ed25519.PublicKey // of everybody whom a change names
	now     *membership.State
	brought map[identity.PersonID]map[event.ID]bool // changes that came alone, by author
	quiet   bool                                    // it makes no notice until it is opened
	missed  bool                                    // events were refused that changes to come may allow
	teller  identity.PersonID                       // by whom we heard of it first, while the program runs
}

func newRoom(c *membership.Creation) *room {
	r := &room{creation: c, flows: flows{of: map[identity.PersonID]*flow{}, claims: map[event.ID]*claim{}}, begun: membership.Logs{}, brought: map[identity.PersonID]map[event.ID]bool{}, keys: map[identity.PeerID]ed25519.PublicKey{c.Peer: c.Key}}
	r.now = membership.Replay(c, nil, nil)
	return r
}

// members returns who is a member now.
func (r *room) members() *membership.State {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.now
}

// next works out the members with more changes and more logs; nothing changes by it.
func (r *room) next(more []membership.Change, begun membership.Logs) *membership.State {
	r.mu.Lock()
	changes := append(slices.Clip(r.changes), more...)
	all := maps.Clone(r.begun)
	r.mu.Unlock()
	for log, b := range begun {
		all.Begin(log, b)
	}
	return membership.Replay(r.creation, changes, all)
}

// begins notes a log that was verified and waits to be stored.
func (r *room) begins(e *event.Event) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.begun.Begin(e.VectorLog(), membership.StartOf(e))
}

// start returns the first event of a log.
func (r *room) start(log vector.Log) membership.Start {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.begun[log]
}

// take makes what was stored true: changes, logs and the members that follow.
func (r *room) take(more []membership.Change, begun membership.Logs, now *membership.State, quiet bool) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.changes = append(r.changes, more...)
	for log, b := range begun {
		r.begun.Begin(log, b)
	}
	for i := range more {
		if more[i].Lists == nil {
			continue
		}
		keys, _, err := event.KeysOf(more[i].Lists)
		if err == nil { // it was verified when the change was decoded
			for peer, key := range keys {
				r.keys[peer] = key
			}
		}
	}
	r.now, r.quiet = now, r.quiet || quiet
}

// key returns the key of a machine as a change of members gave it.
func (r *room) key(peer identity.PeerID) (ed25519.PublicKey, bool) {
	r.mu.Lock()
	defer r.mu.Unlock()
	key, ok := r.keys[peer]
	return key, ok
}

// miss notes that events were refused which changes to come may allow.
func (r *room) miss() {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.missed = true
}

// wasMissing reports whether events were refused since it was last asked.
func (r *room) wasMissing() bool {
	r.mu.Lock()
	defer r.mu.Unlock()
	was := r.missed
	r.missed = false
	return was
}

// tell notes by whom we heard of the room.
func (r *room) tell(by identity.PersonID) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.teller = by
}

func (r *room) toldBy() identity.PersonID {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.teller
}

// isQuiet reports whether the room makes no notice.
func (r *room) isQuiet() bool {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.quiet
}

// changeOf decodes an event that changes members; false for one that says nothing.
func (c *Chat) changeOf(e *event.Event) (membership.Change, bool) {
	change, err := membership.Read(e.Kind, c.config.Roster.PersonOf(e.Peer), e.Body)
	if err != nil {
		return membership.Change{}, false // kept and passed on
	}
	change.ID, change.At, change.Parents, change.Time = e.ID, e.Position(), e.Heads(), e.Time
	return change, true
}

// recipients returns to whom an event at a position goes, beside its author.
func (v *conversation) recipients(author identity.PersonID, at event.Position) []identity.PersonID {
	switch {
	case v.office != nil:
		return nil // everybody, who are counted only: see reachOf
	case v.room == nil:
		return []identity.PersonID{v.with}
	}
	m := v.room.members()
	all := make([]identity.PersonID, 0, len(m.Members()))
	for _, who := range m.Members() {
		if one, _ := m.Member(who); who != author && one.Since.Compare(at) < 0 {
			all = append(all, who)
		}
	}
	return all
}

// machinesOf returns the machines of a person. Of a member who was never met it is the one that their ID names.
func (c *Chat) machinesOf(who identity.PersonID) []identity.PeerID {
	if all := c.config.Roster.Machines(who); len(all) > 0 {
		return all
	}
	return []identity.PeerID{identity.PeerID(who)}
}

// statesOf returns how far one of our messages got with everybody to whom it goes.
func (c *Chat) statesOf(v *conversation, b *branch, at event.Position) []State {
	self := c.config.Identity.Person()
	all := v.recipients(self, at)
	states := make([]State, len(all))
	machines := make([][]identity.PeerID, len(all))
	for i, who := range all {
		machines[i] = c.machinesOf(who)
	}
	v.mu.Lock()
	defer v.mu.Unlock()
	for i, who := range all {
		states[i] = State{Person: who, Delivery: v.deliveryLocked(b, at.Number, machines[i])}
		if states[i].Delivery == Waiting && v.direct() {
			states[i] = c.mail.carried(states[i], v, b, at.Number)
		}
	}
	return states
}
