package share

import "time"

// clock notices that the time of day and the time that passes have parted: the machine slept, or somebody set its clock. Watches may be dead after that, and
// a file that was changed in between may have the time of one that was not. It belongs to the worker.
type clock struct {
	last time.Time
}

// parted is by how much the two may differ from one look to the next before that means something: more than clocks are corrected by.
const parted = 10 * time.Second

// broke reports whether they have parted since it was last asked.
func (c *clock) broke(now time.Time) bool {
	last := c.last
	c.last = now
	return !last.IsZero() && leapt(now.Round(0).Sub(last.Round(0)), now.Sub(last))
}

// leapt compares how far the time of day went on with how much time passed.
func leapt(day, passed time.Duration) bool {
	return (day - passed).Abs() > parted
}
