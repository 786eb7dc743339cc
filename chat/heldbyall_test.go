package chat

import (
	"fmt"
	"os"
	"path/filepath"
	"testing"
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
				offered, err := anna.Offer(t.Context(), room, []string{path})
				if err != nil {
					t.Fatal(err)
				}
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
