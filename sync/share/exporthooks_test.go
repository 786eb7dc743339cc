package share

import (
	"context"
	"time"

	"lanyard/sync/index"
)

// Unheard has an engine that is to be made hear nothing from the system.
func Unheard(c *Config) { c.hooks.deaf = true }

// Heard says to a share what the system's watcher says of a name on disk; nothing is waited for.
func Heard(e *Engine, id ID, disk string, made, wrote bool) {
	if s := e.shareOf(id); s != nil {
		s.hint(event{path: index.Path(s.tree.Named(disk)), made: made, wrote: wrote, at: time.Now()})
	}
}

// Blocked has a share believe that a path could not be done some time ago, and that it is to be tried again now.
func Blocked(ctx context.Context, e *Engine, id ID, p index.Path) error {
	s := e.shareOf(id)
	if s == nil {
		return errUnknown
	}
	return s.order(ctx, func(_ context.Context, w *worker) error {
		w.blocked[p] = wait{at: time.Now().Add(-time.Second)}
		return nil
	})
}
