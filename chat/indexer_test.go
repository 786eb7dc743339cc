package chat

import (
	"context"
	"sync"
	"testing"
	"testing/synctest"
)

// TestIndexersRestForNoTime: a batch that took no time, as each does by a simulated clock, is followed by no pause, and several programs in one bubble do not
// begin timers that are over already: those fire on whichever thread looks at them, and the race detector (Go 1.26) dies of two at once.
func TestIndexersRestForNoTime(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		over, cancel := context.WithCancel(t.Context())
		cancel()
		var all sync.WaitGroup
		for range 8 {
			all.Go(func() {
				x := newIndexer(nil)
				for range 20_000 {
					if !x.pause(t.Context(), 0) {
						t.Error("the pause ended what is done")
					}
				}
				if x.pause(over, 0) {
					t.Error("it goes on after the end")
				}
			})
		}
		all.Wait()
	})
}
