package agent

import (
	"maps"
	"testing"

	"lanyard/chat/event"
	"lanyard/internal/identity"
	"lanyard/internal/name"
)

// TestWhatRoomsAreTakenFor: what a room is marked as, by the names of everything else.
func TestWhatRoomsAreTakenFor(t *testing.T) {
	people := []string{"Anna Berg", "Ben"}
	for _, c := range []struct {
		what  string
		rooms []labelled
		want  map[event.ConversationID]string
	}{
		{"names of their own", []labelled{{event.ConversationID{1}, "Budget", false}, {event.ConversationID{2}, "Lunch", false}}, nil},
		{"one name", []labelled{{event.ConversationID{1}, "Budget", false}, {event.ConversationID{2}, "Budget", false}}, map[event.ConversationID]string{{1}: likeRoom, {2}: likeRoom}},
		{"names that look alike", []labelled{{event.ConversationID{1}, "Budget", false}, {event.ConversationID{2}, "Bυdget", false}, {event.ConversationID{3}, "Lunch", false}}, map[event.ConversationID]string{{1}: likeRoom, {2}: likeRoom}},
		{"one is over", []labelled{{event.ConversationID{1}, "Budget", false}, {event.ConversationID{2}, "Budget", true}}, map[event.ConversationID]string{{2}: likeRoom}},
		{"both are over", []labelled{{event.ConversationID{1}, "Budget", true}, {event.ConversationID{2}, "Budget", true}}, nil},
		{"a person's name", []labelled{{event.ConversationID{1}, "Ben", false}, {event.ConversationID{2}, "Аnna Bеrg", false}}, map[event.ConversationID]string{{1}: likePerson, {2}: likePerson}},
		{"the office", []labelled{{event.ConversationID{1}, "office", false}, {event.ConversationID{2}, "Оffiсe", false}, {event.ConversationID{3}, "Head office", false}}, map[event.ConversationID]string{{1}: likeOffice, {2}: likeOffice}},
	} {
		if got := resembling(c.rooms, people, name.Skeleton); !maps.Equal(got, c.want) {
			t.Errorf("%s: %v, not %v", c.what, got, c.want)
		}
	}
}

// TestMarksOfRoomsChange: marks change with the names of others, and that is told.
func TestMarksOfRoomsChange(t *testing.T) {
	var l lookalikes
	rooms := []labelled{{event.ConversationID{1}, "Ben", false}}
	people := map[identity.PersonID]string{{1}: "Anna"}
	if l.take(rooms, people) || l.like(event.ConversationID{1}) != "" {
		t.Error("a room is marked though nothing is called so")
	}
	people = map[identity.PersonID]string{{1}: "Anna", {2}: "Ben"}
	if !l.take(rooms, people) || l.like(event.ConversationID{1}) != likePerson {
		t.Error("a room is not marked though a person is called so now")
	}
	if l.take(rooms, people) {
		t.Error("nothing changed, and that is told")
	}
	if !l.take(rooms, map[identity.PersonID]string{{1}: "Anna"}) || l.like(event.ConversationID{1}) != "" {
		t.Error("a room stays marked after the person was taken off the list")
	}
}
