package chat

import (
	"bytes"
	"context"
	"errors"
	"maps"
	"slices"

	"lanyard/chat/event"
	"lanyard/chat/frame"
	"lanyard/internal/identity"
	"lanyard/internal/peer"
	"lanyard/internal/vector"
)

// linkUp begins the sessions of a link: of the direct conversation, and of every room that the two may have in common. Both sides send their vectors
// before any event.
func (c *Chat) linkUp(l *peer.Link) {
	if !c.awaitStarted(l) || l.Person() == c.config.Identity.Person() {
		return
	}
	c.mu.Lock()
	c.links[l.ID()] = l
	c.mu.Unlock()
	c.offersMoved(l)
	c.sessionFor(l, c.conversation(l.Person())).begin()
	if l.Offers(capabilityOffice) {
		c.sessionFor(l, c.known(event.OfficeID())).begin()
	}
	for _, v := range c.all() {
		if v.room != nil && c.mayShare(l, v) {
			c.sessionFor(l, v).begin()
		}
	}
	c.files.resumeAll(l.Person())
	c.mail.linkUp(l)
	c.files.tellAllPaused(l)
}

func (c *Chat) linkDown(l *peer.Link) {
	c.mu.Lock()
	used := c.links[l.ID()] != nil // its sessions do not tell: they may be gone with the link by now
	delete(c.links, l.ID())
	c.mu.Unlock()
	c.offersMoved(l)
	for _, s := range c.sessionsOn(l) {
		s.end()
	}
	if used {
		c.files.noteReachedBy(l.Person())
		c.files.paused(l.Person())
		c.mail.linkDown(l)
	}
	for _, v := range c.all() {
		if v.room == nil || !v.room.members().Has(l.Person()) {
			continue
		}
		if c.waitsFor(v, l.Peer()) {
			c.want(v, c.sessionsOf(v))
		}
		for _, s := range c.sessionsOf(v) {
			c.wantFor(s)
		}
	}
}

// inUse returns the links that are the ones to use.
func (c *Chat) inUse() []*peer.Link {
	c.mu.Lock()
	defer c.mu.Unlock()
	return slices.Collect(maps.Values(c.links))
}

// isInUse reports whether a link is the one to use.
func (c *Chat) isInUse(l *peer.Link) bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.links[l.ID()] == l
}

// framesLost is called when frames of the link were dropped: what they said is asked for anew.
func (c *Chat) framesLost(l *peer.Link) {
	for _, s := range c.sessionsOn(l) {
		s.askAnew()
	}
}

// askAnew asks for all that they said before and that is not here.
func (s *session) askAnew() {
	s.mu.Lock()
	s.relay.again = true
	s.mu.Unlock()
	s.requestAgain()
	s.lookForWords(true)
}

// requestAgain sends our vector, so that what is missing comes.
func (s *session) requestAgain() {
	s.mu.Lock()
	s.due.vector = true
	s.mu.Unlock()
	s.stir()
}

// ask has our vector sent because something is missing.
func (c *Chat) ask(l *peer.Link, v *conversation) {
	if s := c.session(l, v); s != nil {
		s.mu.Lock()
		s.askLocked()
		s.mu.Unlock()
	}
}

// askAll has our vector sent to everybody.
func (c *Chat) askAll(v *conversation) {
	for _, s := range c.sessionsOf(v) {
		s.mu.Lock()
		s.askLocked()
		s.mu.Unlock()
	}
}

func (c *Chat) session(l *peer.Link, v *conversation) *session {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.sessions.find(l, v)
}

// sessionsOn returns the sessions of a link.
func (c *Chat) sessionsOn(l *peer.Link) []*session {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.sessions.on(l)
}

// sessionFor returns a link's session about a conversation, made if there is none: the other side may take the link into use, and send its vector,
// before we do.
func (c *Chat) sessionFor(l *peer.Link, v *conversation) *session {
	c.mu.Lock()
	defer c.mu.Unlock()
	s := c.sessions.find(l, v)
	if s == nil {
		s = c.newSession(l, v)
		c.sessions.put(l.ID(), s)
		context.AfterFunc(l.Context(), func() {
			c.mu.Lock()
			defer c.mu.Unlock()
			c.sessions.drop(l.ID(), v)
		})
	}
	return s
}

func (c *Chat) sessionsOf(v *conversation) []*session {
	c.mu.Lock()
	defer c.mu.Unlock()
	return slices.Collect(maps.Values(c.sessions[v]))
}

// takeVectors notes what the other side has; the session's goroutine compares.
func (c *Chat) takeVectors(l *peer.Link, body []byte) {
	if !c.awaitStarted(l) || l.Person() == c.config.Identity.Person() {
		return
	}
	f, err := frame.ReadVectors(body)
	if err != nil {
		c.dropped("frames that break the rules")
		return
	}
	v := c.toldOf(l, &f)
	if v == nil {
		c.dropped("vectors of a conversation that is not of this link's persons")
		return
	}
	s := c.sessionFor(l, v)
	if v.room != nil && !s.running() && c.isInUse(l) {
		s.begin() // they begin with a room that we had no reason to bring up
	}
	for _, state := range f.States {
		c.takeState(l, state)
	}
	ours, _ := s.v.ownState()
	known := slices.ContainsFunc(f.States, func(known frame.SignedState) bool { return bytes.Equal(known.Body, ours.Body) })
	s.mu.Lock()
	s.theirs, s.due.compare = v.withoutShut(f.Vector), true
	s.relay.wants = wantsOf(f.Wants)
	s.relay.lacks = f.Lacks == 1
	s.holdLocked(f.Holds)
	s.due.vector = s.due.vector || f.Tell == 1
	s.due.state = s.due.state || !known // it may have been lost on its way
	s.mu.Unlock()
	if v.room != nil {
		if member := v.room.members().Has(c.config.Identity.Person()); !member || s.mayHaveState() {
			v.tellTime(f.Lamport, member)
		}
	}
	s.tellAgain(f.Bygones == 1)
	if f.Bygones == 1 {
		s.lookForWords(true) // what we asked may have been lost
	}
	s.tellWanted()
	c.wantFor(s)
	s.stir()
}

// push hands committed runs to whoever is here.
func (c *Chat) push(v *conversation, b *branch, runs []event.Run) {
	sessions := c.sessionsOf(v)
	if len(sessions) == 0 {
		return
	}
	live := make([]liveRun, 0, len(runs))
	for _, r := range runs {
		frame, err := r.Encode()
		if err != nil {
			c.config.Log.Error("encode events", "error", err) // they stay in the database and are sent from there
			return
		}
		live = append(live, liveRun{branch: b, first: r.First().Number, last: r.Last().Number, frame: frame, named: r.Named(), changes: slices.ContainsFunc(r.Events, func(e *event.Event) bool { return e.Kind.ChangesMembers() })})
	}
	for _, s := range sessions {
		if s.mayPush(runs) {
			s.offer(live)
		} else {
			s.lookAgain()
		}
	}
	c.want(v, sessions)
}

// compareAgain lets sessions look again that waited for events which decide what is to be sent, or for what was not stored yet, and those that look just now: perhaps
// they saw what was here before.
func (c *Chat) compareAgain(v *conversation) {
	for _, s := range c.sessionsOf(v) {
		s.mu.Lock()
		s.due.compare = s.due.compare || s.theirs != nil && (s.defers || s.early || s.runs)
		s.mu.Unlock()
		s.stir()
	}
}

// matching is a vector compared with what is here.
type matching struct {
	has    cover            // up to where they have each of our branches
	unsure map[*branch]bool // they have more of these logs than we: perhaps all of the branch, perhaps another history
	lacks  bool             // they say they have something that we lack
	early  bool             // they have something that is verified here and not stored yet
}

// match compares a vector with what is here.
func (c *Chat) match(ctx context.Context, v *conversation, theirs vector.Vector) (matching, error) {
	m := matching{has: cover{}, unsure: map[*branch]bool{}}
	for log, marks := range theirs {
		views := v.views(log)
		for _, mark := range marks {
			if err := c.matchOne(ctx, v, &m, views, log.Peer, mark); err != nil {
				return matching{}, err
			}
		}
	}
	for b := range m.unsure { // another mark of the log may have settled it
		if m.has[b] >= b.keptIn(v) {
			delete(m.unsure, b)
		}
	}
	return m, nil
}

func (c *Chat) matchOne(ctx context.Context, v *conversation, m *matching, views []view, author identity.PeerID, mark vector.Mark) error {
	for _, w := range views {
		if mark.Number <= w.fork || mark.Number > w.tip.Number {
			continue
		}
		id, err := c.idAt(ctx, v, w.branch, mark.Number)
		if errors.Is(err, errRaced) {
			continue // it will not be stored there
		}
		if err != nil {
			return err
		}
		if id != event.ID(mark.Hash) {
			continue
		}
		stored := min(mark.Number, max(w.kept.Number, w.fork)) // in the place of what is not, something else may be stored, which they lack
		m.early = m.early || stored < mark.Number
		for _, other := range views {
			m.has.raise(other.branch, common(other.branch, other.tip.Number, w.branch, stored))
		}
		return nil
	}
	for _, w := range views {
		switch {
		case w.cut != nil && mark.Number > w.cut.Number: // they will learn that nothing behind it counts
			for _, other := range views {
				m.has.raise(other.branch, common(other.branch, other.tip.Number, w.branch, w.cut.Number))
			}
			return nil
		case w.ended && mark.Number > w.tip.Number:
			return nil // what may follow is ignored, by everybody alike
		case w.over && mark.Number > w.kept.Number && w.kept.Number >= v.room.members().UpTo(w.log, c.config.Roster.PersonOf(author)):
			return nil // the same behind a removal or leaving; how much of what counts they have this does not tell, so they get it
		}
	}
	for _, w := range views {
		if mark.Number > w.kept.Number {
			m.unsure[w.branch] = true
		}
	}
	m.lacks = m.lacks || !c.holds(v, author) // of whom more waits it is not asked for
	return nil
}

func (b *branch) keptIn(v *conversation) uint64 {
	v.mu.Lock()
	defer v.mu.Unlock()
	return b.kept.Number
}
