//go:build !linux && !windows

package desktop

import (
	"context"
	"time"
)

// idle: macOS tells it only through IOKit, which needs cgo.
func idle(context.Context) (time.Duration, error) { return 0, errIdleUnknown }
