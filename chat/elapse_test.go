package chat

import (
	"testing"
	"time"
)

// elapse lets time of the bubble's clock pass while none of these runs, and has them run and linked after that: to look after their links for weeks costs more than all
// the rest of a test.
func elapse(t *testing.T, d time.Duration, all ...*agent) {
	t.Helper()
	for _, a := range all {
		a.stop()
	}
	time.Sleep(d)
	for i, a := range all {
		a.run(t)
		for _, b := range all[:i] {
			a.meet(t, b)
		}
	}
}
