package chat

import (
	"slices"

	"lanyard/internal/identity"
)

// heldByAllLocked reports whether everybody else in a room has received and verified what we offer there: then it is shown as received. Who declined it keeps
// it from that, as may who comes later.
func (f *files) heldByAllLocked(t *transfer) bool {
	if !t.mine || t.in.room == nil {
		return false
	}
	self := f.chat.config.Identity.Person()
	members := t.in.room.members().Members()
	lacks := func(m identity.PersonID) bool { return m != self && !slices.Contains(t.fate.holders, m) }
	return len(members) > 1 && !slices.ContainsFunc(members, lacks)
}
