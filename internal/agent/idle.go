package agent

import (
	"context"
	"time"

	"lanyard/internal/desktop"
)

// idleness is what is known of whether somebody is at the desk. Guarded by desk.mu.
type idleness struct {
	told bool // by the tray program, or a script
	seen bool // by this process itself
	away bool // what was made of it
}

// judge decides whether nobody is here: while a tray program is connected its word counts, for it is sure to be in the session; else the newest word.
func (i *idleness) judge(tray bool) (away, changed bool) {
	away = i.told
	if !tray {
		away = i.seen
	}
	changed = away != i.away
	i.away = away
	return away, changed
}

// Idle notes for how long nobody touched keyboard and mouse.
func (d *desk) Idle(seconds float64) {
	away := desktop.Away(time.Duration(seconds * float64(time.Second)))
	d.noteIdle(func(i *idleness) {
		i.told = away
		if !d.tray.here() {
			i.seen = away // a script's word counts until this process sees better
		}
	})
}

// watchIdle looks by itself until ctx ends: there may be no tray program to tell.
func (d *desk) watchIdle(ctx context.Context) error {
	desktop.WatchIdle(ctx, desktop.AwayAfter, func(idle time.Duration) {
		away := desktop.Away(idle)
		d.noteIdle(func(i *idleness) { i.seen = away })
	})
	return nil
}

// judgeIdle judges anew: a tray program came or went.
func (d *desk) judgeIdle() { d.noteIdle(func(*idleness) {}) }

func (d *desk) noteIdle(note func(*idleness)) {
	tray := d.tray.here()
	d.mu.Lock()
	note(&d.idle)
	away, changed := d.idle.judge(tray)
	d.mu.Unlock()
	if changed {
		d.idles(away)
	}
}
