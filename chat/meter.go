package chat

import "time"

// Limits of how often progress is told, and of what a rate is measured over.
const (
	tellEvery = 150 * time.Millisecond
	rateOver  = 3 * time.Second
)

// meter measures how far something long is.
type meter struct {
	done, total int64
	told        time.Time // when subscribers heard of it last
	since       time.Time // the rate is measured from here on
	sinceDone   int64
	last        time.Time // when something was added last
	rate        float64   // bytes a second, over the last seconds
}

// add counts n bytes more and reports whether it is time to tell.
func (m *meter) add(n int64, now time.Time) bool {
	m.done = min(m.done+n, m.total)
	if m.since.IsZero() || now.Sub(m.last) > rateOver { // of what came first, or after a break, nobody knows how long it took
		m.rest()
		m.since, m.sinceDone = now, m.done
	}
	m.last = now
	if past := now.Sub(m.since); past >= rateOver || m.rate == 0 && past >= tellEvery {
		m.rate = float64(m.done-m.sinceDone) / past.Seconds()
		m.since, m.sinceDone = now, m.done
	}
	if now.Sub(m.told) < tellEvery {
		return false
	}
	m.told = now
	return true
}

// restart begins a new measurement with done bytes there already.
func (m *meter) restart(done int64) { *m = meter{done: done, total: m.total} }

// rest begins a new measurement of the rate, after a break.
func (m *meter) rest() { m.rate, m.since = 0, time.Time{} }

func (m *meter) now() Progress {
	p := Progress{Done: m.done, Total: m.total}
	if left := m.total - m.done; m.rate > 0 && left > 0 {
		p.Rate = m.rate
		p.Left = time.Duration(float64(left) / m.rate * float64(time.Second))
	}
	return p
}
