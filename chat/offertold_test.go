package chat

import (
	"fmt"
	"path/filepath"
	"testing"

	"lanyard/chat/event"
)

// TestOfferToldCanBeAnswered: whoever hears of an offer can answer it at once, without looking it up again.
func TestOfferToldCanBeAnswered(t *testing.T) {
	inMemory(t, func(t *testing.T, s *site) {
		anna, ben := s.start(t, "Anna"), s.start(t, "Ben")
		anna.meet(t, ben)
		const offers = 20
		answered := make(chan error, offers)
		cancel := ben.Subscribe(func(c Change) {
			if c.Message != nil && c.Message.Kind == event.KindFile {
				go func() {
					_, err := ben.Decline(t.Context(), c.Message.ID)
					answered <- err
				}()
			}
		})
		defer cancel()
		for i := range offers {
			path := filepath.Join(t.TempDir(), fmt.Sprint("plan ", i))
			writeFile(t, path, []byte("plan"))
			anna.offer(t, ben, path)
			if err := <-answered; err != nil {
				t.Fatalf("offer %d: %v", i, err)
			}
		}
	})
}
