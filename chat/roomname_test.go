package chat

import (
	"errors"
	"testing"

	"lanyard/chat/event"
	"lanyard/chat/membership"
)

// TestNoRoomIsCalledOffice: what is typed here is refused as a room's name if it looks like the announcements to everybody; what others made is taken.
func TestNoRoomIsCalledOffice(t *testing.T) {
	inMemory(t, func(t *testing.T, s *site) {
		all := s.office(t, "Anna", "Ben")
		anna := all[0]
		room := roomOfAll(t, NewRoom{Name: "Head office"}, all...)
		for _, typed := range []string{"Office", "OFFICE", " office ", "Оffice", "0fflce", "Of-fice"} {
			if _, err := anna.CreateRoom(t.Context(), NewRoom{Name: typed}); !errors.Is(err, ErrOfficeName) {
				t.Errorf("a room %q: %v", typed, err)
			}
			if _, err := anna.Rename(t.Context(), room, typed); !errors.Is(err, ErrOfficeName) {
				t.Errorf("renamed to %q: %v", typed, err)
			}
		}
		w, err := change(event.KindRename, membership.Body{Name: "Office"}) // as an older version writes it
		if err != nil {
			t.Fatal(err)
		}
		if _, err := anna.shape(t.Context(), anna.known(room), w, nil); err != nil {
			t.Fatal(err)
		}
		all[1].await(t, "the name", func() bool {
			row, err := all[1].Conversation(t.Context(), room)
			return err == nil && row.Room.Name == "Office"
		})
	})
}
