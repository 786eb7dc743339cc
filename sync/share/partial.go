package share

import (
	"lanyard/internal/blob"
	"lanyard/sync/index"
)

// partial is a content that is still being put together, as others get it: the chunks of it that were verified. Of the rest they are told to ask again.
type partial struct{ of *gathering }

// Size and Close are those of a blob.Content.
func (p partial) Size() int64 { return p.of.item.Size }

func (p partial) Close() error { return nil }

// ReadAt reads from the beginning that is written, or from what has come and waits for its turn.
func (p partial) ReadAt(into []byte, at int64) (int, error) {
	g := p.of
	g.file.RLock()
	defer g.file.RUnlock()
	g.mu.Lock()
	reached, from := g.reached, g.swarm
	g.mu.Unlock()
	switch {
	case g.closed:
	case at+int64(len(into)) <= reached:
		return g.in.ReadAt(into, at)
	case from != nil && from.read(into, at):
		return len(into), nil
	}
	return 0, blob.ErrPaused
}

// open has others get what there is; close ends that, and waits for who is just reading.
func (g *gathering) open() {
	g.reach()
	s := g.share
	s.mu.Lock()
	defer s.mu.Unlock()
	s.gatherings[g.hash()] = g
}

func (g *gathering) close() {
	s := g.share
	s.mu.Lock()
	if s.gatherings[g.hash()] == g {
		delete(s.gatherings, g.hash())
	}
	s.mu.Unlock()
	g.file.Lock()
	defer g.file.Unlock()
	g.closed = true
}

// reach lets others read as far as is written.
func (g *gathering) reach() {
	g.mu.Lock()
	defer g.mu.Unlock()
	g.reached = g.at
}

func (g *gathering) fetchedBy(w *swarm) {
	g.mu.Lock()
	defer g.mu.Unlock()
	g.swarm = w
}

// gathering returns the content of that hash as far as it is here, nil if it is not just coming.
func (s *Share) gathering(hash index.Hash) *gathering {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.gatherings[hash]
}

// recruit has who has told something take part in what is being fetched.
func (s *Share) recruit() {
	s.mu.Lock()
	all := make([]*gathering, 0, len(s.gatherings))
	for _, g := range s.gatherings {
		all = append(all, g)
	}
	s.mu.Unlock()
	for _, g := range all {
		g.mu.Lock()
		w := g.swarm
		g.mu.Unlock()
		if w != nil {
			w.recruit()
		}
	}
}
