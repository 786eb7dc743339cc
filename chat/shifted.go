package chat

import (
	"context"
	"slices"
	"time"

	"lanyard/chat/event"
	"lanyard/chat/frame"
	"lanyard/chat/membership"
	"lanyard/internal/identity"
	"lanyard/internal/peer"
	"lanyard/internal/store"
)

// RoomChange is one change of who is in a room, told when it counts here.
type RoomChange struct {
	ID   event.ID
	Room event.ConversationID
	What string            // invited, joined, left, removed, renamed, entrusted, grouped
	By   identity.PersonID // who did it
	Who  identity.PersonID // whom it concerns; of renamed and grouped the same as By
	Name string            // the room's new one
	Time time.Time

	Refused        int            // removed, our person: how many messages that they wrote after that, and are shown, reached nobody. It is told once
	RefusedChanges RefusedChanges // and what else they did then
}

// shifted does what follows from a stored change of members.
func (c *Chat) shifted(v *conversation, s *shift) {
	if s.now == nil || len(s.changes) == 0 {
		return
	}
	refused, undone := s.refused, s.undone
	for n, counts := range s.now.Changes() {
		if what := n.What(); counts && what != "" && !s.before.Counts(n.ID) {
			change := RoomChange{ID: n.ID, Room: v.id, What: what, By: n.By, Who: n.Who, Name: n.Names(), Time: time.UnixMilli(n.Time)}
			if n.Kind == event.KindRemove && n.Who == c.config.Identity.Person() {
				change.Refused, change.RefusedChanges = refused, undone
				refused, undone = 0, RefusedChanges{}
			}
			c.news.change(Change{Room: &change})
		}
	}
	c.news.conversation(v)
	if s.shuns {
		c.news.openRooms()
	}
	c.reviewHeld(v)
	c.files.reviewOffered(v, s.before)
	c.pleadAnew(v, s.before, s.now)
	c.shiftNow(v)
	c.tellTurned(v, s)
	self := c.config.Identity.Person()
	if s.now.Has(self) && (s.hides || !s.before.Has(self)) {
		c.begin(func() { c.recover(c.life, v) }) // what we wrote while we only believed to be a member
	}
	if !s.now.Has(self) && s.before.Has(self) {
		c.begin(func() { c.hearAll(c.life, v) })
	}
}

// shiftNow learns of the members, and exchanges the room with those who are here.
func (c *Chat) shiftNow(v *conversation) {
	c.begin(func() {
		c.learnMembers(c.life, v)
		m, missed := v.room.members(), v.room.wasMissing()
		for _, l := range c.inUse() {
			if m.Concerns(l.Person()) {
				c.exchange(v, l, missed)
			} else if s := c.session(l, v); missed && s != nil && s.running() {
				s.requestAgain() // who brings the room to a newcomer may have been invited by others than its creator
			}
			if s := c.session(l, c.conversation(l.Person())); s != nil && m.Open == 1 {
				s.mu.Lock()
				s.due.rooms = true
				s.mu.Unlock()
				s.stir()
			}
		}
	})
}

// exchange begins a session about a room, or has it look again.
func (c *Chat) exchange(v *conversation, l *peer.Link, missed bool) {
	s := c.sessionFor(l, v)
	if s.running() {
		s.lookAgain()
		s.welcome()
		s.lookForWords(false)
		s.tellRefused()
		if missed {
			s.requestAgain()
		}
		return
	}
	s.mu.Lock()
	s.relay.begins = true // they may have told their vector before we took it
	s.mu.Unlock()
	s.begin()
}

// mayShare reports whether a room is brought up over a link that is taken into use. While another link was the one to use here, they may have begun with
// a room that they joined, or told of one that our person joined since.
func (c *Chat) mayShare(l *peer.Link, v *conversation) bool {
	m := v.room.members()
	return m.Ever(l.Person()) || c.session(l, v).heard() || m.Has(c.config.Identity.Person()) && c.offersRoom(l, v.id)
}

// heard reports whether the other side told what they have.
func (s *session) heard() bool {
	if s == nil {
		return false
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.theirs != nil
}

// exchangeTold exchanges a room that our person joined with those who tell of it: they are members, whom we may not know yet.
func (c *Chat) exchangeTold(v *conversation) {
	for _, l := range c.inUse() {
		if c.offersRoom(l, v.id) {
			c.exchange(v, l, false)
		}
	}
}

// learnMembers has the roster know members whom we never met, by key and name.
func (c *Chat) learnMembers(ctx context.Context, v *conversation) {
	m := v.room.members()
	learn := func(who identity.PersonID, lists []identity.SignedPersonList, called string) {
		if known, _ := c.config.Roster.PersonLists(who); len(known) >= len(lists) {
			return
		}
		if err := c.config.Roster.Learn(ctx, lists, called); err != nil && ctx.Err() == nil {
			c.config.Log.Warn("learn of a member of a room; it is tried again when members change", "person", who.Short(), "error", err)
		}
	}
	learn(m.Creator, m.Lists(), m.Called)
	for n, counts := range m.Changes() {
		if counts {
			learn(n.Who, n.Lists, n.Name)
		}
	}
}

// quieten has a room make no notice that our person was invited to by somebody to whom they never wrote, or whom they blocked.
func (p *page) quieten(tx *store.Tx) error {
	s, self := &p.made.shift, p.chat.config.Identity.Person()
	if s.before.Has(self) == s.now.Has(self) {
		return nil
	}
	if err := p.recall(tx); err != nil || !s.now.Has(self) {
		return err
	}
	by := s.now.Inviter(self)
	if err := p.bring(tx, by); err != nil {
		return err
	}
	if err := p.shun(tx, by); err != nil {
		return err
	}
	wrote, err := p.chat.wroteTo(tx, by)
	if err != nil {
		return err
	}
	s.quiet = by != (identity.PersonID{}) && (!wrote || p.chat.Blocks(by))
	if !s.quiet {
		return nil
	}
	_, err = tx.Exec(`UPDATE chat_room SET quiet = 1 WHERE conversation = ?`, p.v.key)
	return err
}

// recall has a forgotten room be there again of which our person is a member again, or was until now: who forgot it while they were invited did not forget it since.
func (p *page) recall(tx *store.Tx) error {
	if p.v.room.memory.is.Load() != forgotten {
		return nil
	}
	tx.AfterCommit(func() { p.v.room.memory.is.Store(onceForgotten) })
	_, err := tx.Exec(`UPDATE chat_room SET forgotten = ? WHERE conversation = ?`, onceForgotten, p.v.key)
	return err
}

// Blocks reports whether our person blocked another.
func (c *Chat) Blocks(who identity.PersonID) bool { return c.trusts(who, peer.Blocked) }

// trusts reports whether that is what our person thinks of another.
func (c *Chat) trusts(who identity.PersonID, trust peer.Trust) bool {
	return slices.ContainsFunc(c.config.Roster.Machines(who), func(machine identity.PeerID) bool {
		row, ok := c.config.Roster.Get(machine)
		return ok && row.Trust == trust
	})
}

// keepPerson notes that we had to do with the other person of a conversation. Members of rooms are learnt of when they become members.
func (c *Chat) keepPerson(v *conversation) {
	if v.direct() {
		c.config.Roster.Keep(v.with)
	}
}

// toldOf returns the conversation of a vectors frame; a room that we hear of for the first time is made.
func (c *Chat) toldOf(l *peer.Link, f *frame.Vectors) *conversation {
	id := event.ConversationID(f.Conversation)
	v := c.exchanged(l, id)
	if v == nil && c.known(id) == nil && len(f.Creation) > 0 {
		v = c.meet(id, membership.Signed{Body: f.Creation, Signature: f.Signature}, l.Person())
	}
	return v
}
