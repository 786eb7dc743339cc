package chat

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"testing"

	"lanyard/internal/identity"
)

// TestReceivedStaysReceived: a file that everybody had received to whom it went is so still when somebody comes later.
func TestReceivedStaysReceived(t *testing.T) {
	for _, closed := range []bool{false, true} {
		t.Run(fmt.Sprintf("closed history %v", closed), func(t *testing.T) {
			inMemory(t, func(t *testing.T, s *site) {
				all := s.office(t, "Anna", "Ben", "Dora")
				anna, ben, dora := all[0], all[1], all[2]
				room := roomOfAll(t, NewRoom{ClosedHistory: closed}, anna, ben)
				path := filepath.Join(anna.dir, "plan.pdf")
				if err := os.WriteFile(path, noise(1, 1000), 0o600); err != nil {
					t.Fatal(err)
				}
				offered := anna.offerIn(t, room, path)
				ben.accept(t, offered[0].ID)
				anna.awaitFile(t, offered[0].ID, FileReceived)
				if _, err := anna.Invite(t.Context(), room, dora.person()); err != nil {
					t.Fatal(err)
				}
				dora.awaitMembers(t, room, anna, ben, dora)
				settles()
				anna.awaitFile(t, offered[0].ID, FileReceived)
			})
		})
	}
}

// TestWhoHasAFile: of a file that our person offered in a room is told who has it and who else takes it, also after a restart; who declines or leaves is neither.
func TestWhoHasAFile(t *testing.T) {
	inMemory(t, func(t *testing.T, s *site) {
		all := s.office(t, "Anna", "Ben", "Carla", "Dora", "Eva")
		anna, ben, carla, dora, eva := all[0], all[1], all[2], all[3], all[4]
		room := roomOfAll(t, NewRoom{}, all...)
		path := filepath.Join(anna.dir, "plan.pdf")
		if err := os.WriteFile(path, noise(1, 1000), 0o600); err != nil {
			t.Fatal(err)
		}
		offered := anna.offerIn(t, room, path)
		id := offered[0].ID
		if _, err := anna.Pause(t.Context(), id); !errors.Is(err, ErrNotOnItsWay) {
			t.Fatalf("held before anybody takes it: %v", err)
		}
		ben.accept(t, id)
		tells := func(when string, state FileState, has, taking []*agent) {
			t.Helper()
			anna.await(t, when, func() bool {
				f, err := anna.File(t.Context(), id)
				return err == nil && f.State == state && isPersons(f.Has, has) && isPersons(f.Taking, taking)
			})
		}
		tells("Ben has it", FileAccepted, []*agent{ben}, nil)
		if _, err := anna.Pause(t.Context(), id); err != nil {
			t.Fatal(err)
		}
		ben.stop() // who has it, too, and would give it
		dora.accept(t, id)
		eva.accept(t, id)
		for _, a := range []*agent{carla, eva} { // Eva changes her mind
			a.await(t, "the offer", func() bool { _, err := a.File(t.Context(), id); return err == nil })
			if _, err := a.Decline(t.Context(), id); err != nil {
				t.Fatal(err)
			}
		}
		tells("Anna holds it", FilePaused, []*agent{ben}, []*agent{dora})
		anna.stop()
		anna.run(t)
		tells("after a restart", FilePaused, []*agent{ben}, []*agent{dora})
		anna.awaitLink(t, dora)
		dora.leaves(t, room)
		tells("Dora left", FilePaused, []*agent{ben}, nil)
	})
}

// isPersons reports whether these are the persons of those agents, in any order.
func isPersons(persons []identity.PersonID, of []*agent) bool {
	for _, a := range of {
		if !slices.Contains(persons, a.person()) {
			return false
		}
	}
	return len(persons) == len(of)
}
