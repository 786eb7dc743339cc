package desktop

import (
	"context"
	"errors"
	"time"
)

// errIdleUnknown: this desktop does not tell; whoever asks treats the person as active.
var errIdleUnknown = errors.New("this desktop does not tell how long nobody typed")

// Idle returns how long nobody has used keyboard or mouse. An error means that nobody knows: treat the person as active.
func Idle(ctx context.Context) (time.Duration, error) { return idle(ctx) }
