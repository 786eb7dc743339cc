//go:build !notray && (windows || ((linux || darwin) && cgo))

package tray

import (
	"context"
	"sync"
	"time"

	"github.com/getlantern/systray"
)

// Supported says whether this program was built with an icon.
const Supported = true

// pace is the least time between two redraws.
const pace = 500 * time.Millisecond

func (t *Tray) run(ctx context.Context, ready func()) error {
	ctx, cancel := context.WithCancelCause(ctx)
	defer cancel(nil)
	end, err := watchMissed(func() { cancel(ErrMissed) })
	if err != nil {
		return err
	}
	defer end()
	var loop sync.WaitGroup
	systray.Run(func() {
		m := newMenu(ctx)
		ready()
		loop.Go(func() {
			m.loop(ctx, t)
			systray.Quit()
		})
	}, func() { cancel(nil) })
	cancel(nil)
	loop.Wait()
	return context.Cause(ctx)
}

// loop is the only goroutine that touches the menu.
func (m *menu) loop(ctx context.Context, t *Tray) {
	defer m.forwarders.Wait()
	wait := time.NewTimer(pace)
	defer wait.Stop()
	states := t.states
	for {
		select {
		case s := <-states:
			m.draw(s)
			states = nil // until the pace allows the next one
			wait.Reset(pace)
		case <-wait.C:
			states = t.states
		case e := <-m.clicks:
			if click, ok := m.click(e); ok {
				t.clicked(click)
			}
		case <-ctx.Done():
			return
		}
	}
}
