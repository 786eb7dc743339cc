package chat

import (
	"slices"

	"lanyard/chat/event"
	"lanyard/internal/identity"
)

// fate is what the answers say.
type fate struct {
	accepted, declined, received, withdrawn bool
	holders                                 []identity.PersonID // who else has received and verified it
	takers, decliners                       []identity.PersonID // who else said that they take it, and that they do not or no more
	refused                                 bool                // its message counts nothing: only its author sees it, and nobody is given it
}

// with returns persons with more, who may be among them already.
func with(persons []identity.PersonID, more ...identity.PersonID) []identity.PersonID {
	for _, one := range more {
		if !slices.Contains(persons, one) {
			persons = append(persons, one)
		}
	}
	return persons
}

// note takes an answer into account. An answer counts only from the one whose it is to give.
func (f *fate) note(a event.Answer, by, sender, recipient identity.PersonID) {
	switch {
	case by == sender:
	case a == event.Received:
		f.holders = with(f.holders, by)
	case a == event.Accepted:
		f.takers = with(f.takers, by)
	case a == event.Declined:
		f.decliners = with(f.decliners, by)
	}
	switch {
	case by == sender && a == event.Withdrawn:
		f.withdrawn = true
	case by != sender && recipient == identity.PersonID{}: // in a room others may still take what one has
		f.accepted = f.accepted || a == event.Accepted || a == event.Received
	case by != recipient:
	case a == event.Accepted:
		f.accepted = true
	case a == event.Declined:
		f.declined = true
	case a == event.Received:
		f.received = true
	}
}

// open reports whether the offer can still be answered, withdrawn or received.
func (f *fate) open() bool { return !f.received && !f.declined && !f.withdrawn && !f.refused }

// join takes into account what other answers say.
func (f *fate) join(known fate) {
	f.accepted, f.declined = f.accepted || known.accepted, f.declined || known.declined
	f.received, f.withdrawn = f.received || known.received, f.withdrawn || known.withdrawn
	f.holders, f.takers, f.decliners = with(f.holders, known.holders...), with(f.takers, known.takers...), with(f.decliners, known.decliners...)
}
