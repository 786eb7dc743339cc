package pace

import (
	"context"
	"errors"
	"sync"
	"testing"
	"testing/synctest"
	"time"
)

// TestRate: with several who wait, all together get the rate, and nobody waits for what has not passed.
func TestRate(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var l Limiter
		l.Set(1000)
		begin := time.Now()
		if err := l.Wait(t.Context(), 5000); err != nil || time.Since(begin) != 0 {
			t.Fatalf("the first bytes waited %v: %v", time.Since(begin), err)
		}
		var all sync.WaitGroup
		for range 5 {
			all.Go(func() {
				if err := l.Wait(t.Context(), 1000); err != nil {
					t.Error(err)
				}
			})
		}
		all.Wait()
		if got := time.Since(begin); got < 9*time.Second || got > 9*time.Second+time.Millisecond {
			t.Errorf("ten seconds' bytes, of which the last owe nothing yet, took %v", got)
		}
	})
}

// TestChange: a new rate counts at once, also for those who wait.
func TestChange(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var l Limiter
		begin := time.Now()
		for range 100 {
			if err := l.Wait(t.Context(), 1<<30); err != nil {
				t.Fatal(err)
			}
		}
		if time.Since(begin) != 0 {
			t.Errorf("without a limit all took %v", time.Since(begin))
		}
		l.Set(1)
		if err := l.Wait(t.Context(), 1<<20); err != nil {
			t.Fatal(err)
		}
		passed := make(chan error)
		go func() { passed <- l.Wait(t.Context(), 1) }()
		synctest.Wait()
		l.Set(0)
		if err := <-passed; err != nil || time.Since(begin) != 0 {
			t.Errorf("when the limit was lifted it took %v: %v", time.Since(begin), err)
		}
		if l.Rate() != 0 {
			t.Error(l.Rate())
		}
	})
}

func TestGivenUp(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var l Limiter
		l.Set(1)
		if err := l.Wait(t.Context(), 1<<20); err != nil {
			t.Fatal(err)
		}
		why := errors.New("enough")
		ctx, cancel := context.WithCancelCause(t.Context())
		go cancel(why)
		if err := l.Wait(ctx, 1); !errors.Is(err, why) {
			t.Error(err)
		}
	})
}
