package desktop

import (
	"context"
	"errors"
	"time"
)

// AwayAfter is how long nobody must have touched keyboard and mouse to count as away.
const AwayAfter = 5 * time.Minute

// Pauses between looks at the idle time: no desktop tells of the first key by itself in a way that all have.
const (
	backWithin = time.Second      // how soon somebody who came back is noticed
	idleAgain  = 30 * time.Second // when the desktop does not tell, until it is asked again
	idleAnswer = 3 * time.Second  // for the desktop to answer
)

// errIdleUnknown: this desktop does not tell; whoever asks treats the person as active.
var errIdleUnknown = errors.New("this desktop does not tell how long nobody typed")

// Away reports whether somebody who was idle that long counts as away.
func Away(idle time.Duration) bool { return idle >= AwayAfter }

// Idle returns how long nobody has used keyboard or mouse. An error means that nobody knows: treat the person as active.
func Idle(ctx context.Context) (time.Duration, error) {
	var m idleMeter
	defer m.close()
	return m.read(ctx)
}

// WatchIdle tells the idle time when it reaches after, when it is below it again (within a second), and at first; it returns when ctx ends.
// Where the desktop does not tell, the person counts as active. Somebody who works is looked at about every after, not more.
func WatchIdle(ctx context.Context, after time.Duration, tell func(idle time.Duration)) {
	var m idleMeter
	defer m.close()
	first, away := true, false
	for {
		idle, err := m.read(ctx)
		if ctx.Err() != nil {
			return
		}
		if err != nil {
			idle = 0
		}
		if now := idle >= after; first || now != away {
			first, away = false, now
			tell(idle)
		}
		select {
		case <-time.After(nextLook(idle, after, err == nil)):
		case <-ctx.Done():
			return
		}
	}
}

// nextLook is the pause until the idle time is worth another look: at once when somebody may come back, else when they could be away at the earliest.
func nextLook(idle, after time.Duration, known bool) time.Duration {
	switch {
	case !known:
		return idleAgain
	case idle >= after:
		return backWithin
	}
	return max(after-idle, backWithin)
}
