package share

import (
	"context"
	"errors"
	"testing"
	"testing/synctest"
)

// TestOrderGivenUp: an order that is given up while it waits is never run; one that is being run is waited for.
func TestOrderGivenUp(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := &Share{wake: make(chan struct{}, 1)}
		ctx, cancel := context.WithCancel(t.Context())
		result := make(chan error, 2)
		give := func(fn func() error) {
			go func() { result <- s.order(ctx, func(context.Context, *worker) error { return fn() }) }()
			synctest.Wait()
		}
		going, end := errors.New("it was run to its end"), make(chan struct{})
		give(func() error { <-end; return going })
		first := s.take().orders[0]
		go first(t.Context(), nil)
		give(func() error { t.Error("what was given up is run"); return nil })
		second := s.take().orders[0]
		synctest.Wait()
		cancel()
		synctest.Wait()
		if err := <-result; !errors.Is(err, context.Canceled) {
			t.Errorf("what waits is given up with %v", err)
		}
		select {
		case err := <-result:
			t.Errorf("what is being run ends early, with %v", err)
		default:
		}
		second(t.Context(), nil)
		close(end)
		if err := <-result; !errors.Is(err, going) {
			t.Errorf("what was being run ends with %v", err)
		}
	})
}
