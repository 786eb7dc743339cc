package chat

import (
	"testing"

	"lanyard/chat/event"
	"lanyard/internal/identity"
)

// TestSessionsByRoom: the sessions of a room are those of all links about it, and of what is over nothing is kept.
func TestSessionsByRoom(t *testing.T) {
	all := sessions{}
	one, other := newConversation(event.ConversationID{1}, 1, identity.PersonID{}), newConversation(event.ConversationID{2}, 2, identity.PersonID{})
	for link := range uint64(3) {
		all.put(link, &session{v: one})
		all.put(link, &session{v: other})
	}
	all.drop(1, one)
	if len(all[one]) != 2 || len(all[other]) != 3 || len(all.all()) != 5 || all[one][1] != nil {
		t.Errorf("%d of one room, %d of the other, %d in all", len(all[one]), len(all[other]), len(all.all()))
	}
	for link := range uint64(3) {
		all.drop(link, one)
		all.drop(link, other)
	}
	if len(all) > 0 {
		t.Errorf("%d rooms are kept without sessions", len(all))
	}
}
