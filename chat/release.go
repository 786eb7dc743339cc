package chat

import (
	"slices"

	"lanyard/chat/event"
	"lanyard/chat/membership"
	"lanyard/internal/identity"
	"lanyard/internal/store"
)

// In a room events go to every member, but where the history is closed their words do not: docs/protocol.md, section 6, rooms, "Who is sent what".

// readers tells for whom the words of events of a room are. The zero value is that of any other conversation, where they are for both.
type readers struct {
	in      *membership.State
	chat    *Chat
	origins map[event.ID][]event.ID // of what these events re-issue and is here, the changes that it names
}

// readersOf prepares to tell for whom the words of some events are.
func (c *Chat) readersOf(tx *store.Tx, v *conversation, events []*event.Event) (readers, error) {
	if v.room == nil {
		return readers{}, nil
	}
	return c.readersIn(tx, v.room.members(), events)
}

// readersIn does so by a membership.
func (c *Chat) readersIn(tx *store.Tx, m *membership.State, events []*event.Event) (readers, error) {
	r := readers{in: m, chat: c, origins: map[event.ID][]event.ID{}}
	if r.in.Closed != 1 {
		return r, nil
	}
	for _, e := range events {
		if !repeats(e) {
			continue
		}
		origin := event.ID(e.Again)
		at, here, err := placeOf(tx, origin)
		if err != nil {
			return readers{}, err
		}
		if !here {
			continue
		}
		var raw []byte
		if err := tx.QueryRow(`SELECT header FROM chat_event WHERE place = ?`, at).Scan(&raw); err != nil {
			return readers{}, err
		}
		old, err := event.Read(raw, nil, nil)
		if err != nil {
			return readers{}, err
		}
		r.origins[origin] = old.Heads()
	}
	return r, nil
}

// repeats reports whether an event holds the words of an older one for whom these were, and not anew for all.
func repeats(e *event.Event) bool { return len(e.Again) > 0 && e.Anew != 1 }

// under reports whether an event was written under a membership with somebody.
func (r *readers) under(who identity.PersonID, e *event.Event) bool {
	return r.in.MemberBy(who, e.Heads())
}

// meant reports whether the words of an event were written for somebody: under a membership with them, and so was what it re-issues. What nobody here can
// tell for whom it was is its author's alone.
func (r *readers) meant(who identity.PersonID, e *event.Event) bool {
	if !r.under(who, e) {
		return false
	}
	if r.in.Closed != 1 || !repeats(e) || r.chat.config.Roster.PersonOf(e.Peer) == who {
		return true
	}
	heads, here := r.origins[event.ID(e.Again)]
	return here && r.in.MemberBy(who, heads)
}

// release returns the first of these events that the other side of the session may have, without the bodies that are not for it. Who is no member gets
// a log up to the last event that was written under a membership with them, so that they learn of their removal.
func (s *session) release(events []*event.Event, read readers) []*event.Event {
	if s.v.office != nil {
		return s.current(events)
	}
	if s.v.room == nil {
		return events
	}
	m, who := read.in, s.link.Person()
	member, last := m.Has(who), 0
	var undone membership.Set
	if !member {
		undone = s.undone(m)
	}
	for i, e := range events {
		if !m.Here(e.Heads()...) {
			events = events[:i]
			break
		}
		under, meant := read.under(who, e), read.meant(who, e)
		if meant && e.Dropped() && s.chat.neverHad(&read, e) && !s.takesBare() {
			events = events[:i] // it comes from others
			break
		}
		if under || m.Open == 1 && e.Kind == event.KindJoin { // who told of an open room need not be known as a member yet
			last = i + 1
		}
		if undone.Has(e.ID) {
			last = i + 1
		}
		if !meant && (m.Closed == 1 || !member) && !e.Kind.ChangesMembers() && e.Kind != event.KindDelete { // which holds no words, and takes back what they may have
			bare := *e
			bare.Salt, bare.Body = nil, nil
			events[i] = &bare
		}
	}
	if !member {
		return events[:last]
	}
	return events
}

// neverHad reports whether we were never to have the words of an event.
func (c *Chat) neverHad(read *readers, e *event.Event) bool {
	return read.in.Closed == 1 && !e.Kind.ChangesMembers() && !read.meant(c.config.Identity.Person(), e)
}

// mayPush reports whether what we wrote goes to the other side as it is, at once.
func (s *session) mayPush(runs []event.Run) bool {
	if s.v.room == nil {
		return true
	}
	m, who := s.v.room.members(), s.link.Person()
	if !m.Has(who) || !m.MemberBy(who, runs[0].First().Heads()) {
		return false
	}
	return m.Closed != 1 || !slices.ContainsFunc(runs, func(r event.Run) bool { return slices.ContainsFunc(r.Events, repeats) })
}
