package event

import (
	"bytes"
	"errors"
	"fmt"
)

// MaxHeads is how many changes of a room's members an event names as those that its author had seen last.
const MaxHeads = 6

// Heads splits a header's membership into the changes of members that it names: those that its author had seen last.
func (h *Header) Heads() []ID {
	var all []ID
	for rest := h.Membership; len(rest) >= len(ID{}); rest = rest[len(ID{}):] {
		all = append(all, ID(rest[:len(ID{})]))
	}
	return all
}

// checkMembership is the form of a header's membership: up to six IDs.
func checkMembership(membership []byte) error {
	size := len(ID{})
	if len(membership)%size != 0 || len(membership) > MaxHeads*size {
		return fmt.Errorf("a membership of %d bytes", len(membership))
	}
	for i := size; i < len(membership); i += size {
		if bytes.Equal(membership[i-size:i], membership[i:i+size]) {
			return errors.New("a membership that names a change twice")
		}
	}
	return nil
}

// JoinIDs is the form of heads in a header: [Header.Heads] reads it.
func JoinIDs(all []ID) []byte {
	var out []byte
	for _, id := range all {
		out = append(out, id[:]...)
	}
	return out
}
