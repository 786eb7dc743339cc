package share

import (
	"context"
	"fmt"

	"lanyard/internal/blob"
)

// limitColumns are how many bytes in a second a share may send and take here; 0 = as many as there are.
const limitColumns = `ALTER TABLE share ADD COLUMN up INTEGER NOT NULL DEFAULT 0;
ALTER TABLE share ADD COLUMN down INTEGER NOT NULL DEFAULT 0;`

// Limits of limits: below the least one a frame would take so long that the other side gives up.
const (
	LeastLimit = 64 << 10
	MostLimit  = 16 << 30
)

// CheckLimits refuses what is out of bounds.
func CheckLimits(l blob.Limits) error {
	for _, n := range []int64{l.Up, l.Down} {
		if n != 0 && (n < LeastLimit || n > MostLimit) {
			return fmt.Errorf("a limit is 0 for none, or %d to %d KiB in a second", LeastLimit>>10, MostLimit>>10)
		}
	}
	return nil
}

// SetLimits bounds how many bytes in a second a share sends and takes on this machine. It counts at once, also for what is on its way.
func (e *Engine) SetLimits(ctx context.Context, id ID, l blob.Limits) error {
	if err := CheckLimits(l); err != nil {
		return err
	}
	release, err := e.lock(ctx, id)
	if err != nil {
		return err
	}
	defer release()
	f, ok := e.folder(id)
	if !ok || f.state != joined && f.state != paused {
		return errUnknown
	}
	f.limits = l
	if err := e.put(ctx, f); err != nil {
		return err
	}
	e.cfg.Blobs.Limit(blob.ShareScope(id), l)
	e.changed(id)
	return nil
}

// LimitAll bounds what all shares together send and take on this machine.
func (e *Engine) LimitAll(l blob.Limits) error {
	err := CheckLimits(l)
	if err == nil {
		e.cfg.Blobs.Limit(blob.AllShares(), l)
	}
	return err
}
