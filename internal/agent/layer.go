package agent

import (
	"context"
	"log/slog"
	"sync"

	"lanyard/internal/api"
)

// layer is some parts that run together and end together. Layers are stopped one after the other, so that no part loses what it stands on.
type layer struct {
	ctx      context.Context
	cancel   context.CancelFunc
	running  sync.WaitGroup
	log      *slog.Logger
	problems *problems
}

// newLayer makes a layer that does not end by itself: whoever stops it decides when.
func newLayer(ctx context.Context, log *slog.Logger, p *problems) *layer {
	l := &layer{log: log, problems: p}
	l.ctx, l.cancel = context.WithCancel(context.WithoutCancel(ctx))
	return l
}

// run starts a part. One that ends with an error is told as a problem; the others go on.
func (l *layer) run(name string, part func(context.Context) error) {
	l.running.Go(func() {
		err := part(l.ctx)
		if err == nil || l.ctx.Err() != nil {
			return
		}
		l.log.Error("a part ended", "part", name, "reason", err)
		l.problems.set(name, []api.Problem{{ID: "ended", Severity: "error", Text: err.Error(), Remedy: "Start Lanyard again when that is mended."}})
	})
}

// stop ends the layer and waits for its parts.
func (l *layer) stop() {
	l.cancel()
	l.running.Wait()
}
