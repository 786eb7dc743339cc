package chat

import (
	"testing"
	"time"
)

// TestDeletionsAreKept: who was away while something was deleted learns of it from somebody who keeps no old messages.
func TestDeletionsAreKept(t *testing.T) {
	inMemory(t, func(t *testing.T, s *site) {
		all := s.office(t, "Anna", "Ben", "Carla")
		anna, ben, carla := all[0], all[1], all[2]
		room := roomOfAll(t, NewRoom{}, all...)
		secret := anna.say(t, room, "secret")[0]
		ben.awaitSaid(t, room, "secret")
		carla.awaitSaid(t, room, "secret")
		carla.stop()
		if _, err := anna.Delete(t.Context(), secret.ID); err != nil {
			t.Fatal(err)
		}
		ben.await(t, "the deletion", func() bool { return ben.message(t, secret.ID).Deleted })
		anna.stop()
		if err := ben.KeepAll(t.Context(), 1); err != nil {
			t.Fatal(err)
		}
		time.Sleep(3 * day)
		carla.run(t)
		carla.awaitLink(t, ben)
		carla.await(t, "the deletion", func() bool { return carla.message(t, secret.ID).Deleted })
		carla.holdsNothing(t, room, "secret")
	})
}
