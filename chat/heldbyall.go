package chat

import (
	"slices"

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

// havingLocked tells how far an offer of ours in a room got: of those to whom it goes, who has received and verified it, and who else takes it.
func (f *files) havingLocked(t *transfer) (has, taking []identity.PersonID) {
	if !t.mine || t.in.room == nil {
		return nil, nil
	}
	stuck := t.unableLocked()
	unable := func(who identity.PersonID) bool {
		return slices.ContainsFunc(stuck, func(u Unable) bool { return u.Person == who })
	}
	for _, who := range t.in.recipients(f.chat.config.Identity.Person(), t.at) {
		switch {
		case slices.Contains(t.fate.holders, who):
			has = append(has, who)
		case slices.Contains(t.fate.takers, who) && !slices.Contains(t.fate.decliners, who) && !unable(who):
			taking = append(taking, who)
		}
	}
	return has, taking
}
