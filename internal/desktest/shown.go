package desktest

import (
	"testing"
	"time"
)

// Shown is what a desktop was given to show, one after the other.
type Shown[T any] struct {
	what string
	come chan T
}

func newShown[T any](what string) Shown[T] { return Shown[T]{what, make(chan T, 64)} }

// Next waits for the next.
func (s Shown[T]) Next(t testing.TB) T {
	t.Helper()
	select {
	case one := <-s.come:
		return one
	case <-time.After(Patience):
		t.Fatalf("waited in vain for %s on the desktop", s.what)
		return *new(T)
	}
}
