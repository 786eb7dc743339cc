package chat

import (
	"crypto/ed25519"
	"errors"

	"lanyard/chat/event"
	"lanyard/chat/membership"
	"lanyard/internal/identity"
	"lanyard/internal/peer"
)

// maxCandidates is how many rooms are kept of which our person never was a member.
const (
	maxCandidates = 64
	maxTold       = 8 // of those by one person
)

var errBehind = errors.New("events behind the removal of their author")

// admitToRoom judges the author of events by the first of them. What changes to come may allow is noted as missed.
func (c *Chat) admitToRoom(v *conversation, first *event.Event) (admission, error) {
	author := c.config.Roster.PersonOf(first.Peer)
	m, begun := v.room.members(), v.room.start(first.VectorLog())
	if first.Number == 1 {
		begun = membership.StartOf(first)
	}
	joins := first.Number == 1 && begun.Joins && (m.Open == 1 || author == m.Creator)
	pass := admission{upTo: m.Takes(first.VectorLog(), begun, author)}
	var err error
	if joins {
		pass.key, err = c.keyOfJoining(first, author)
	} else {
		pass.key, err = c.roomKey(v, first.Peer, author)
	}
	if err == nil && pass.upTo < first.Number {
		v.room.miss()
		err = errBehind
	}
	return pass, err
}

// roomKey returns the key of somebody who is or was a member.
func (c *Chat) roomKey(v *conversation, author identity.PeerID, person identity.PersonID) (ed25519.PublicKey, error) {
	if !v.room.members().Ever(person) && person != c.config.Identity.Person() {
		v.room.miss()
		return nil, errNotOfIt
	}
	if key, ok := c.keyIn(v, author); ok {
		return key, nil
	}
	return nil, errNoKey
}

// keyOfJoining returns the key of somebody who joins, who may never have been heard of.
func (c *Chat) keyOfJoining(e *event.Event, author identity.PersonID) (ed25519.PublicKey, error) {
	if key, ok := c.config.Roster.PublicKey(e.Peer); ok {
		return key, nil
	}
	change, err := membership.Read(e.Kind, author, e.Body)
	if err != nil {
		return nil, err
	}
	keys, _, err := event.KeysOf(change.Lists)
	if err == nil && keys[e.Peer] == nil {
		err = errNoKey
	}
	return keys[e.Peer], err
}

// exchanged returns the conversation with that ID if it is one that goes over a link: the direct one of the two, the office, or any room that we know. Who speaks
// of a room need not be known as a member: that they are one may be what they bring. What they get is judged event by event.
func (c *Chat) exchanged(l *peer.Link, id event.ConversationID) *conversation {
	if v := c.conversation(l.Person()); v.id == id {
		return v
	}
	v := c.known(id)
	if v == nil || v.room == nil && (v.office == nil || !l.Offers(capabilityOffice)) {
		return nil
	}
	return v
}

// meet makes the room of a creation that somebody sends, in memory; nil if it is none, or one too many.
func (c *Chat) meet(id event.ConversationID, signed membership.Signed, by identity.PersonID) *conversation {
	made, err := membership.ReadCreation(signed)
	if err != nil || made.ID != id {
		c.dropped("rooms that nobody made")
		return nil
	}
	if all, told := c.candidates(by); all >= maxCandidates || told >= maxTold {
		c.dropped("more rooms than are kept of which we are no member")
		return nil
	}
	v := c.addRoom(made)
	v.room.tell(by)
	return v
}

// addRoom makes a room in memory, or returns the one that is there.
func (c *Chat) addRoom(made *membership.Creation) *conversation {
	c.mu.Lock()
	defer c.mu.Unlock()
	if v := c.conversations[made.ID]; v != nil {
		return v
	}
	c.keys.conversation++
	v := newConversation(made.ID, c.keys.conversation, identity.PersonID{})
	v.room = newRoom(made)
	c.conversations[v.id] = v
	return v
}

// candidates counts the rooms of which our person never was a member, and those that one person told of.
func (c *Chat) candidates(by identity.PersonID) (all, told int) {
	self := c.config.Identity.Person()
	for _, v := range c.all() {
		if v.room == nil || v.room.members().Ever(self) {
			continue
		}
		all++
		if v.room.toldBy() == by {
			told++
		}
	}
	return all, told
}
