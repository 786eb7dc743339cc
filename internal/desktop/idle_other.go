//go:build !linux && !windows && !darwin

package desktop

import (
	"context"
	"time"
)

// idleMeter knows no desktop of these systems.
type idleMeter struct{}

func (*idleMeter) close() {}

func (*idleMeter) read(context.Context) (time.Duration, error) { return 0, errIdleUnknown }
