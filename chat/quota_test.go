package chat

import (
	"errors"
	"testing"

	"lanyard/chat/membership"
	"lanyard/internal/identity"
)

// TestNobodyIsKeptFromLeaving: who has changed a room's groups as often as anybody can is told so, still removes members, and leaves; all see it.
func TestNobodyIsKeptFromLeaving(t *testing.T) {
	inMemory(t, func(t *testing.T, s *site) {
		all := s.office(t, "Anna", "Ben", "Carla")
		anna, ben, carla := all[0], all[1], all[2]
		room := roomOfAll(t, NewRoom{}, all...)
		if _, err := anna.Entrust(t.Context(), room, ben.person()); err != nil {
			t.Fatal(err)
		}
		ben.await(t, "that he may remove members", func() bool {
			return mayRemove(ben, room)
		})
		for i := range membership.PersonalNames {
			on := []identity.PersonID{all[i%2].person()}
			if _, err := ben.NameGroup(t.Context(), room, "On call", on); err != nil {
				t.Fatalf("change %d: %v", i+1, err)
			}
		}
		if _, err := ben.NameGroup(t.Context(), room, "Other", []identity.PersonID{ben.person()}); !errors.Is(err, ErrManyChanges) {
			t.Errorf("one more group: %v", err)
		}
		if _, err := ben.Rename(t.Context(), room, "Other plans"); !errors.Is(err, ErrManyChanges) {
			t.Errorf("another name: %v", err)
		}
		if _, err := ben.Remove(t.Context(), room, carla.person()); err != nil {
			t.Errorf("remove Carla: %v", err)
		}
		for _, a := range all {
			a.awaitMembers(t, room, anna, ben)
		}
		if _, err := ben.Leave(t.Context(), room); err != nil {
			t.Errorf("leave: %v", err)
		}
		anna.awaitMembers(t, room, anna)
		ben.awaitMembers(t, room, anna)
	})
}
