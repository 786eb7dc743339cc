package share

import "context"

// ForgetBrakes has a share forget what was done lately, as if that were long ago: what follows is judged alone.
func ForgetBrakes(ctx context.Context, e *Engine, id ID) error {
	s := e.shareOf(id)
	if s == nil {
		return errUnknown
	}
	return s.order(ctx, func(_ context.Context, w *worker) error {
		for p, b := range w.brakes.all {
			if b.state == brakeDone {
				w.brakes.drop(p)
			}
		}
		return nil
	})
}
