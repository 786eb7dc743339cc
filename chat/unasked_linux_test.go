package chat

import (
	"path/filepath"
	"testing"
	"time"
)

// TestUnaskedLeavesRoom: a file that would take of the room that is left to people waits to be asked about, and comes when it is accepted.
func TestUnaskedLeavesRoom(t *testing.T) {
	inMemory(t, func(t *testing.T, s *site) {
		anna, ben := s.start(t, "Anna"), s.start(t, "Ben")
		ben.inboxOf(t, spareRoom+3<<20)
		ben.unasked = 10 << 20
		anna.meet(t, ben)
		ben.send(t, anna, "who are you?")
		path := filepath.Join(t.TempDir(), "large.bin")
		writeFile(t, path, noise(1, 2<<20))
		ben.awaitFile(t, anna.offer(t, ben, path)[0].ID, FileReceived)
		second := anna.offer(t, ben, path)[0].ID
		ben.awaitFile(t, second, FileOffered)
		time.Sleep(time.Minute) // of the bubble's clock
		if f, err := ben.File(t.Context(), second); err != nil || f.State != FileOffered {
			t.Errorf("it is %s: %v", f.State, err)
		}
		ben.accept(t, second)
		ben.awaitFile(t, second, FileReceived)
	})
}
