package chat

import "time"

// What came and was told already may wait for more before it is stored: messages that follow each other closely then share one wait for the disk, one new state of ours and
// one acknowledgement, and the disk is free for who writes the next. Who waits for the acknowledgement before they send the next gains nothing by it and pays: so only what comes close
// behind something else waits, and after a wait in vain the next few do not.
const (
	companyPatience = 4 * time.Millisecond
	companyPace     = 20 * time.Millisecond // since the arrival before
	companySize     = 64 << 10              // so many bytes do not wait
	companyFew      = 8                     // arrivals that do not wait after a wait in vain; twice as many after each further one
	companyMany     = 512
)

// company is what the ledger knows of how arrivals follow each other.
type company struct {
	last  time.Time // the newest arrival
	waits bool      // what waits now is to have company
	few   int       // how many arrivals did not wait after the last wait in vain
	left  int       // how many of these are still to come
}

// patience notes an arrival that may wait and before which none waits, and returns how long it waits for more.
func (c *company) patience(now time.Time) time.Duration {
	close := now.Sub(c.last) < companyPace
	c.last = now
	switch {
	case !close:
		return 0
	case c.left > 0:
		c.left--
		return 0
	}
	c.waits = true
	return companyPatience
}

// came notes any other arrival: it joins one that waits, or cannot wait.
func (c *company) came(now time.Time) { c.last = now }

// over notes that what waited is stored now, and whether anything had joined it.
func (c *company) over(company bool) {
	switch {
	case !c.waits:
		return
	case company:
		c.few = 0
	default:
		c.few = min(max(companyFew, 2*c.few), companyMany)
		c.left = c.few
	}
	c.waits = false
}
