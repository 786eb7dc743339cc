package agent

import (
	"context"
	"errors"
	"log/slog"
	"slices"

	"lanyard/chat"
)

// sweptAtOnce is how many copies are removed while nothing can be passed on.
const sweptAtOnce = 64

// copySweep removes copies of what was pasted or dropped on the window once nobody is to get them and they are not kept. It does so beside whoever says that one may go: it takes a while where there
// are thousands, and many may go at once.
type copySweep struct {
	uploads *uploads
	files   func(ctx context.Context) ([]chat.File, error)
	lent    lent
	due     chan struct{} // capacity 1: some may go
	log     *slog.Logger
}

func newCopySweep(u *uploads, files func(ctx context.Context) ([]chat.File, error), log *slog.Logger) *copySweep {
	return &copySweep{uploads: u, files: files, due: make(chan struct{}, 1), log: log}
}

// ask says that some may go.
func (s *copySweep) ask() {
	select {
	case s.due <- struct{}{}:
	default:
	}
}

// lend keeps what lies at a path until the function that it returns is called. An offer that is being made of it is not known yet.
func (s *copySweep) lend(path string) (free func()) {
	id, ours := s.uploads.copyOf(path)
	if !ours {
		return func() {}
	}
	s.lent.hold(id)
	return func() {
		s.lent.free(id)
		s.ask()
	}
}

// run removes what may go until ctx ends, which must be before offers that are under way are given up.
func (s *copySweep) run(ctx context.Context) error {
	for {
		select {
		case <-ctx.Done():
			return nil
		case <-s.due:
			s.sweep(ctx)
		}
	}
}

// sweep removes what may go. What cannot be removed only takes room, and the next one tries it again.
func (s *copySweep) sweep(ctx context.Context) {
	s.lent.look() // before it is known who waits: an offer that is made from now on is not seen
	there, err := s.uploads.copies()
	wanted, other := s.wanted(ctx)
	if err = errors.Join(err, other); err == nil {
		there = slices.DeleteFunc(there, func(id string) bool { return wanted[id] })
		for some := range slices.Chunk(there, sweptAtOnce) {
			err = errors.Join(err, s.lent.unlessLent(some, func(free []string) error { return s.remove(ctx, free) }))
		}
	}
	if err != nil && ctx.Err() == nil {
		s.log.Warn("uploads kept", "reason", err)
	}
}

// remove removes copies that nobody waits for and nobody passes on.
func (s *copySweep) remove(ctx context.Context, some []string) (err error) {
	for _, id := range some {
		if ctx.Err() == nil { // at the end an offer is given up that may be stored all the same
			err = errors.Join(err, s.uploads.removeCopy(id))
		}
	}
	return err
}

func (s *copySweep) wanted(ctx context.Context) (map[string]bool, error) {
	all, err := s.files(ctx)
	return wantedCopies(all, s.uploads.copyOf), err
}
