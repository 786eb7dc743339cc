package discovery

import "time"

const (
	dampShort  = 2 * time.Second  // a change of networks must have lasted that long
	dampLong   = time.Minute      // the same while networks keep changing
	dampForget = 2 * time.Minute  // without a rebuild: back to the short time
	clockSlack = 10 * time.Second // the wall clock moved this much more than planned: the machine slept
)

// damper decides how long a change of networks must last before posts are rebuilt.
type damper struct {
	wait    time.Duration
	rebuilt time.Time
}

func (d *damper) patience(now time.Time) time.Duration {
	if d.wait == 0 || now.Sub(d.rebuilt) > dampForget {
		d.wait = dampShort
	}
	return d.wait
}

func (d *damper) rebuild(now time.Time) {
	if !d.rebuilt.IsZero() && now.Sub(d.rebuilt) <= dampForget {
		d.wait = min(2*d.patience(now), dampLong)
	}
	d.rebuilt = now
}

// slept reports whether the machine slept, or somebody set its clock, between two moments that should lie planned apart. The monotonic
// clock is no help: whether it goes on during sleep differs by system.
func slept(before, now time.Time, planned time.Duration) bool {
	wall := now.Round(0).Sub(before.Round(0))
	return wall > planned+clockSlack || wall < -clockSlack
}
