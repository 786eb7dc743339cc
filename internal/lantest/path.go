package lantest

import "time"

// way is a direction between two hosts.
type way struct{ from, to *Host }

func (w way) back() way { return way{w.to, w.from} }

// path is what a test did to one way; a way without a path is open, quick and without delay. The LAN's lock guards it.
type path struct {
	cut               bool
	rate              int // bytes per second, 0 = no limit
	shortest, longest time.Duration
	fuse              int       // bytes until a connection is reset, 0 = never
	free              time.Time // when the limited line has sent what it was given
}

func (l *LAN) pathLocked(w way) *path {
	p := l.paths[w]
	if p == nil {
		p = &path{}
		l.paths[w] = p
	}
	return p
}

// delayLocked draws how long something takes on the way.
func (l *LAN) delayLocked(w way) time.Duration {
	p := l.paths[w]
	if p == nil || p.longest == 0 {
		return 0
	}
	return p.shortest + time.Duration(l.rng.Int64N(int64(p.longest-p.shortest)+1))
}

// occupyLocked books n bytes on the line and returns when their last byte has left.
func (p *path) occupyLocked(now time.Time, n int) time.Time {
	if p.rate == 0 {
		return now
	}
	if p.free.Before(now) {
		p.free = now
	}
	p.free = p.free.Add(time.Duration(n) * time.Second / time.Duration(p.rate))
	return p.free
}

// grain is how many bytes one segment may have so that a slow line drips instead of delivering in gulps.
func (p *path) grain() int {
	const steps = 20 // segments per second
	if p.rate == 0 {
		return window
	}
	return max(1, p.rate/steps)
}
