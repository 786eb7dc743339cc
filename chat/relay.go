package chat

import (
	"context"
	"maps"
	"slices"
	"time"

	"lanyard/chat/event"
	"lanyard/chat/frame"
	"lanyard/internal/identity"
	"lanyard/internal/peer"
	"lanyard/internal/vector"
)

// In a room any member passes on to any member: what they have they tell by tips, and what was not for somebody before, and is now, goes to them at once. A
// state goes on to those who said that they have no link with its machine.

// relay is what a session in a room needs for that. Guarded by session.mu.
type relay struct {
	wants    map[identity.PeerID]uint64 // whose states they want, and the newest that they know
	theyHold map[identity.PeerID]bool   // machines of whose messages they want no more for now
	asks     map[identity.PeerID]bool   // whose states we said that we want
	apart    bool                       // neither wants nor states went between us lately, since they were no member as far as we knew
	tell     []frame.SignedState        // that they want and wait to be sent
	offered  int                        // rooms that we last told of; of the direct conversation's session
	late     uint64                     // the time in the room that they were told last
	asksTime bool                       // ask for the time in the room, to join behind it
	begins   bool                       // they may have dropped their vector: ask for it
	lacks    bool                       // their vector names what they lack words of
	pleas    map[*branch]plea           // by which they are to send again what is lacked
	newest   frame.State                // of their states
	stated   uint64                     // counter of our state that they were told last
	tips     []*branch                  // that they are to be told of
	missed   missed
	held     map[*branch]bool           // of which nothing is for them that continues what they have
	bygones  map[event.ID]bool          // that they were told
	toldAll  time.Time                  // when they last asked for all of them
	again    bool                       // we have to ask them for theirs
	misled   map[identity.PersonID]bool // by whom they were invited behind that one's cut, as they have shown
}

func wantsOf(all []frame.Known) map[identity.PeerID]uint64 {
	wants := map[identity.PeerID]uint64{}
	for _, one := range all {
		wants[one.Peer] = one.Counter
	}
	return wants
}

// running reports whether the session sends.
func (s *session) running() bool {
	s.turn.Lock()
	defer s.turn.Unlock()
	if s.up.cancel == nil {
		return false
	}
	select {
	case <-s.up.ended:
		return false
	default:
		return true
	}
}

// addRoom adds to a vectors frame what those of rooms have beside.
func (s *session) addRoom(f *frame.Vectors) {
	r := s.v.room
	if r == nil {
		return
	}
	f.Lamport = s.timeToTell()
	f.Creation, f.Signature = r.creation.Signed.Body, r.creation.Signed.Signature
	asks := map[identity.PeerID]bool{}
	member := s.mayHaveState()
	for _, machine := range s.chat.unlinked(s.v) {
		if member && len(f.Wants) < frame.MaxWants && machine != s.link.Peer() {
			f.Wants = append(f.Wants, frame.Known{Peer: machine, Counter: s.v.counterOf(machine, s.chat.self())})
			asks[machine] = true
		}
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.relay.asks, s.relay.apart, s.relay.late = asks, s.relay.apart || !member, f.Lamport
	if s.relay.begins && s.theirs == nil || s.relay.asksTime {
		f.Tell, s.relay.asksTime = 1, false
	}
	if s.relay.again {
		s.relay.again, f.Bygones = false, 1
	}
}

// tellable is what the other side is told of our vector: all of it, or, if they are no member of the room as far as we know, what concerns their own
// logs. So who was removed does not learn who goes on writing.
func (s *session) tellable(ours vector.Vector) vector.Vector {
	if s.v.room == nil || s.v.room.members().Has(s.link.Person()) {
		return ours
	}
	own := vector.Vector{}
	for log, marks := range ours {
		if s.chat.config.Roster.PersonOf(log.Peer) == s.link.Person() {
			own[log] = marks
		}
	}
	return own
}

// unlinked returns the machines of members with which there is no link.
func (c *Chat) unlinked(v *conversation) []identity.PeerID {
	var all []identity.PeerID
	for _, who := range v.room.members().Members() {
		if who == c.config.Identity.Person() {
			continue
		}
		for _, machine := range c.machinesOf(who) {
			if _, linked := c.config.Roster.Link(machine); !linked {
				all = append(all, machine)
			}
		}
	}
	return all
}

// waitsFor reports whether something of ours has not been told to be on a machine.
func (c *Chat) waitsFor(v *conversation, machine identity.PeerID) bool {
	v.mu.Lock()
	defer v.mu.Unlock()
	b, m := v.pen.branch, v.machines[machine]
	return b != nil && (m == nil || !m.has.covers(b, b.kept.Number))
}

// want has our vector sent where it says whose states we want, when that has changed by the time something is written.
func (c *Chat) want(v *conversation, sessions []*session) {
	if v.room == nil {
		return
	}
	unlinked := c.unlinked(v)
	for _, s := range sessions {
		if !s.mayHaveState() {
			continue
		}
		missing := false
		s.mu.Lock()
		for _, machine := range unlinked {
			missing = missing || machine != s.link.Peer() && !s.relay.asks[machine]
		}
		s.due.vector = s.due.vector || missing && s.theirs != nil
		s.mu.Unlock()
		s.stir()
	}
}

// wantFor has our vector sent to those who may know a state that the other side of a session wants and that we have not asked them for: to whom that
// side has no link itself. Where all have links with all, that is nobody.
func (c *Chat) wantFor(from *session) {
	v := from.v
	if v.room == nil {
		return
	}
	unlinked := c.unlinked(v)
	if len(unlinked) == 0 {
		return
	}
	wants := from.wanted()
	for _, s := range c.sessionsOf(v) {
		if _, apart := wants[s.link.Peer()]; apart && s != from {
			s.askFor(unlinked, wants)
		}
	}
}

// askFor has our vector sent if it asks for one of these machines' states for the first time.
func (s *session) askFor(unlinked []identity.PeerID, wants map[identity.PeerID]uint64) {
	if !s.mayHaveState() {
		return
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, machine := range unlinked {
		if _, wanted := wants[machine]; wanted && machine != s.link.Peer() && !s.relay.asks[machine] && s.theirs != nil {
			s.due.vector = true
			s.stir()
			return
		}
	}
}

// passOn has a state that came sent to those who want it, and, if it is first-hand, counts what the other side has.
func (c *Chat) passOn(from *peer.Link, v *conversation, s frame.State, signed frame.SignedState) {
	if v.room == nil {
		return
	}
	for _, to := range c.sessionsOf(v) {
		may := to.mayHaveState()
		to.mu.Lock()
		known, wanted := to.relay.wants[s.Peer]
		to.relay.apart = to.relay.apart || wanted && !may
		wanted = wanted && may && known < s.Counter && to.link != from
		if wanted {
			to.relay.wants[s.Peer] = s.Counter
		}
		if to.link.Peer() == s.Peer && s.Counter > to.relay.newest.Counter {
			to.relay.newest = s
		}
		to.mu.Unlock()
		if wanted {
			to.tellStates(signed)
		}
	}
}

// tellStates has states of others sent.
func (s *session) tellStates(all ...frame.SignedState) {
	s.mu.Lock()
	s.relay.tell = append(s.relay.tell, all...)
	s.due.tell = true
	s.mu.Unlock()
	s.stir()
}

func (s *session) sendTold(ctx context.Context) error {
	s.mu.Lock()
	all := s.relay.tell
	s.relay.tell = nil
	s.mu.Unlock()
	if !s.mayHaveState() { // they were removed since
		return nil
	}
	for _, one := range all {
		if err := s.sendStates(ctx, one); err != nil {
			return err
		}
	}
	return nil
}

// wanted returns whose states the other side wants. Who is no member gets none, whatever they ask for.
func (s *session) wanted() map[identity.PeerID]uint64 {
	if !s.mayHaveState() {
		s.mu.Lock()
		s.relay.apart = true
		s.mu.Unlock()
		if !s.mayHaveState() { // else they were welcomed in between
			return nil
		}
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	return maps.Clone(s.relay.wants)
}

// welcome makes up for what was kept from the other side while they were no member: our state, what they want, and what we want of them.
func (s *session) welcome() {
	if !s.mayHaveState() {
		return
	}
	_, newest := s.v.ownState()
	s.mu.Lock()
	apart := s.relay.apart
	s.relay.apart = false
	s.due.state = s.due.state || s.theirs != nil && s.relay.stated < newest // ours was kept from them, too
	s.mu.Unlock()
	s.stir()
	if apart {
		s.tellWanted()
		s.chat.wantFor(s)
		s.chat.want(s.v, []*session{s})
	}
}

// tellWanted sends the states that the other side wants and that are here.
func (s *session) tellWanted() {
	wants := s.wanted()
	var all []frame.SignedState
	s.v.mu.Lock()
	for machine, known := range wants {
		if m := s.v.machines[machine]; m != nil && m.counter > known {
			all = append(all, m.signed)
		}
	}
	s.v.mu.Unlock()
	if len(all) > 0 {
		s.tellStates(all...)
	}
}

// relayMissing owes the other side what it has not told to have, neither by its vector nor by its newest state, and was not sent.
func (s *session) relayMissing(ctx context.Context) error {
	if err := s.tellBygones(ctx, nil); err != nil {
		return err
	}
	s.mu.Lock()
	newest := s.relay.newest
	s.mu.Unlock()
	has := newest.Delivered // who is not asked for words is told to be sent again what is lacked, and all behind it
	if s.takesBare() && s.bothIn() {
		has = newest.Here()
	}
	m, err := s.chat.match(ctx, s.v, has)
	if err != nil {
		return err
	}
	views := s.v.allViews()
	if err := s.recallBehind(ctx, views); err != nil {
		return err
	}
	wanted, err := s.wantedOf(ctx, views)
	if err != nil {
		return err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.defers {
		return nil
	}
	for b, number := range m.has {
		s.have.raise(b, number)
	}
	for _, w := range views {
		if to := wanted[w.branch]; !m.unsure[w.branch] && s.have[w.branch] < to && (w.log.Peer != s.link.Peer() || s.relay.held[w.branch]) {
			s.owe[w.branch] = max(s.owe[w.branch], to)
		}
	}
	return nil
}

// recallBehind counts of branches of which more was sent than counts only what the other side told to have: who knew already where a branch ends refused what was signed behind that.
func (s *session) recallBehind(ctx context.Context, views []view) error {
	s.mu.Lock()
	theirs, behind := s.theirs, slices.ContainsFunc(views, s.isBehindLocked)
	s.mu.Unlock()
	if !behind {
		return nil
	}
	told, err := s.chat.match(ctx, s.v, theirs)
	if err != nil {
		return err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, w := range views {
		if s.isBehindLocked(w) {
			s.have[w.branch] = told.has[w.branch]
		}
	}
	return nil
}

func (s *session) isBehindLocked(w view) bool { return w.cut != nil && s.have[w.branch] > w.cut.Number }

// withhold owes no more of a branch until the other side tells that it has what comes before.
func (s *session) withhold(b *branch, to uint64) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.owe[b] <= to {
		delete(s.owe, b)
		s.relay.held[b] = true
	}
}

// lookAgain has the session send what the other side may have now and was not sent.
func (s *session) lookAgain() {
	s.mu.Lock()
	s.due.relay = s.theirs != nil
	s.mu.Unlock()
	s.stir()
}
