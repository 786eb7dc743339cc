package share

import (
	"time"

	"lanyard/sync/index"
)

// progress is what was done since the worker last had nothing to do. A larger content counts as it comes, and once.
type progress struct {
	files  int                  // in place
	bytes  int64                // of these
	coming map[index.Hash]int64 // of contents that are not in place yet, how much of each is here
	told   time.Time            // when others last heard of it
	shown  time.Time            // when people last saw it

	since  time.Time // the rate is measured from here on
	passed int64     // bytes since then
	last   time.Time // when some passed
	rate   int64     // bytes in a second
}

// rateOver is what a rate is measured over, rateSoon the same for the first one; showEvery is between two looks of people at what is coming.
const (
	rateOver  = 3 * time.Second
	rateSoon  = 200 * time.Millisecond
	showEvery = 250 * time.Millisecond
)

// pass counts bytes for the rate. Of what comes first, or after a break, nobody knows how long it took.
func (p *progress) pass(n int64, now time.Time) {
	if p.since.IsZero() || now.Sub(p.last) > rateOver {
		p.since, p.last, p.passed, p.rate = now, now, 0, 0
		return
	}
	p.last, p.passed = now, p.passed+n
	if past := now.Sub(p.since); past >= rateOver || p.rate == 0 && past >= rateSoon {
		p.rate = int64(float64(p.passed) / past.Seconds())
		p.since, p.passed = now, 0
	}
}

// come notes how much of a content is here, n bytes of which have just come, and reports whether people should see it.
func (p *progress) come(content index.Hash, here, n int64, now time.Time) bool {
	if p.coming == nil {
		p.coming = map[index.Hash]int64{}
	}
	p.coming[content] = here
	p.pass(n, now)
	if now.Sub(p.shown) < showEvery {
		return false
	}
	p.shown = now
	return true
}

// place counts files that were put in place, and the contents among them that were counted as they came.
func (p *progress) place(files int, bytes int64, came []index.Hash, now time.Time) {
	p.files, p.bytes = p.files+files, p.bytes+bytes
	for _, h := range came {
		bytes -= p.coming[h]
		delete(p.coming, h)
	}
	if bytes > 0 {
		p.pass(bytes, now)
	}
}

// seen is the progress as people see it, with so much still to be put in place.
func (p *progress) seen(files int, bytes int64, now time.Time) Progress {
	here := p.bytes
	for _, n := range p.coming {
		here += n
	}
	out := Progress{FilesDone: p.files, FilesTotal: p.files + files, BytesTotal: p.bytes + bytes}
	out.BytesDone = min(here, out.BytesTotal)
	if now.Sub(p.last) <= rateOver {
		out.Rate = p.rate
	}
	return out
}

// came notes how much of a larger content is here.
func (s *Share) came(content index.Hash, here, n int64) {
	s.mu.Lock()
	show := s.progress.come(content, here, n, time.Now())
	s.mu.Unlock()
	if show {
		s.engine.changed(s.id)
	}
}

// uncome forgets a content that does not come.
func (s *Share) uncome(content index.Hash) {
	s.mu.Lock()
	defer s.mu.Unlock()
	delete(s.progress.coming, content)
}

// advance counts what was put in place.
func (s *Share) advance(files int, bytes int64, came []index.Hash) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.progress.place(files, bytes, came, time.Now())
}

func (s *Share) resetProgress() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.progress = progress{told: s.progress.told}
}
