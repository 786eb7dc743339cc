package chat

import (
	"slices"

	"lanyard/chat/membership"
	"lanyard/internal/identity"
)

// heldByAllLocked reports whether everybody in a room to whom an offer of ours goes has received and verified it: then it is shown as received. Who declined it
// keeps it from that until they leave; who came later does not.
func (f *files) heldByAllLocked(t *transfer) bool {
	if !t.mine || t.in.room == nil {
		return false
	}
	recipients := t.in.recipients(f.chat.config.Identity.Person(), t.at)
	lacks := func(who identity.PersonID) bool { return !slices.Contains(t.fate.holders, who) }
	return len(recipients) > 0 && !slices.ContainsFunc(recipients, lacks)
}

// having is how far an offer of ours in a room got, with those to whom it goes.
type having struct {
	has, taking, asked []identity.PersonID // received and verified it, take it, have not answered yet
	later              []identity.PersonID // came into the room after it and do not have it
}

// havingLocked tells who has an offer of ours in a room, who else takes it, who has not answered yet, and who came later; of one that is withdrawn who has it. Who does not want it is none of
// them, nor is who cannot receive it (see unableLocked), nor of whom it is not known as more of theirs waits.
func (f *files) havingLocked(t *transfer) (h having) {
	if !t.mine || t.in.room == nil {
		return having{}
	}
	stuck := t.unableLocked()
	unable := func(who identity.PersonID) bool {
		return slices.ContainsFunc(stuck, func(u Unable) bool { return u.Person == who })
	}
	self := f.chat.config.Identity.Person()
	asked := t.in.recipients(self, t.at)
	for _, who := range t.in.room.members().Members() {
		switch {
		case who == self:
		case slices.Contains(t.fate.holders, who):
			h.has = append(h.has, who)
		case !t.fate.open() || slices.Contains(t.fate.decliners, who) || unable(who):
		case slices.Contains(t.fate.takers, who):
			h.taking = append(h.taking, who)
		case !slices.Contains(asked, who):
			h.later = append(h.later, who)
		case t.in.room.flows.holds(who): // their answer may be among what waits
		default:
			h.asked = append(h.asked, who)
		}
	}
	return h
}

// reviewOffered tells anew of what our person offers in a room that somebody left, who is waited for no more, or came into, who does not have it.
func (f *files) reviewOffered(v *conversation, before *membership.State) {
	now := v.room.members()
	if slices.Equal(before.Members(), now.Members()) {
		return
	}
	f.tellOffered(v)
}

// tellOffered tells anew of what our person offers in a room and waits for.
func (f *files) tellOffered(v *conversation) {
	for _, t := range f.all() {
		f.mu.Lock()
		waits := t.in == v && t.mine && t.fate.open()
		f.mu.Unlock()
		if waits {
			f.tell(t)
		}
	}
}
