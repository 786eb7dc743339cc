package chat

import (
	"slices"

	"lanyard/chat/event"
	"lanyard/chat/membership"
)

// In a room events go to every member, but where the history is closed their words do not: docs/protocol.md, section 6, rooms, "Who is sent what".

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
		under, forThem := read.under(who, e), read.areFor(who, e)
		if forThem && e.Dropped() && s.chat.neverHad(&read, e) && !s.takesBare() {
			events = events[:i] // it comes from others
			break
		}
		if under || m.Open == 1 && e.Kind == event.KindJoin { // who told of an open room need not be known as a member yet
			last = i + 1
		}
		if undone.Has(e.ID) {
			last = i + 1
		}
		if !forThem {
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
	return read.in.Closed == 1 && !read.areFor(c.config.Identity.Person(), e)
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
