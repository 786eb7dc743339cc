package peer

import (
	"context"
	"slices"
	"sync"

	"lanyard/internal/identity"
)

// Change is one thing that changed: the row of a peer (our own too), or the set of problems.
type Change struct {
	Peer     Peer      // as it is now; zero when Problems is set
	Gone     bool      // Peer was forgotten: only ID and Person are set
	Problems []Problem // all present ones, when ProblemsChanged
	// ProblemsChanged tells the two sorts of change apart.
	ProblemsChanged bool
}

// news tells subscribers about changes from one goroutine. What is told is the state at the moment of telling, so the last word is always true;
// several changes of one peer that nobody had time to hear are told once.
type news struct {
	roster *Roster

	mu          sync.Mutex
	changed     *sync.Cond
	waiting     []item
	subscribers []*subscriber
	ended       bool
}

type subscriber struct{ fn func(Change) }

// item is a peer whose row changed, a person forgotten, or (both zero) the problems.
type item struct {
	peer   identity.PeerID
	person identity.PersonID // set when gone
}

func newNews(r *Roster) *news {
	n := &news{roster: r}
	n.changed = sync.NewCond(&n.mu)
	return n
}

func (n *news) subscribe(fn func(Change)) (cancel func()) {
	s := &subscriber{fn}
	n.mu.Lock()
	defer n.mu.Unlock()
	n.subscribers = append(n.subscribers, s)
	return func() {
		n.mu.Lock()
		defer n.mu.Unlock()
		n.subscribers = slices.DeleteFunc(n.subscribers, func(o *subscriber) bool { return o == s })
	}
}

func (n *news) peers(ids ...identity.PeerID) {
	for _, id := range ids {
		n.add(item{peer: id})
	}
}

func (n *news) problems() { n.add(item{}) }

func (n *news) gone(id identity.PeerID, person identity.PersonID) {
	n.add(item{peer: id, person: person})
}

func (n *news) add(i item) {
	n.mu.Lock()
	defer n.mu.Unlock()
	if !slices.Contains(n.waiting, i) {
		n.waiting = append(n.waiting, i)
	}
	n.changed.Signal()
}

// run tells until ctx ends and everything that was added before has been told.
func (n *news) run(ctx context.Context) {
	stop := context.AfterFunc(ctx, func() {
		n.mu.Lock()
		defer n.mu.Unlock()
		n.ended = true
		n.changed.Signal()
	})
	defer stop()
	for {
		items, subscribers := n.next()
		if items == nil {
			return
		}
		for _, i := range items {
			c, ok := n.change(i)
			for _, s := range subscribers {
				if ok && n.subscribed(s) {
					s.fn(c)
				}
			}
		}
	}
}

func (n *news) next() ([]item, []*subscriber) {
	n.mu.Lock()
	defer n.mu.Unlock()
	for len(n.waiting) == 0 {
		if n.ended {
			return nil, nil
		}
		n.changed.Wait()
	}
	items := n.waiting
	n.waiting = nil
	return items, slices.Clone(n.subscribers)
}

func (n *news) subscribed(s *subscriber) bool {
	n.mu.Lock()
	defer n.mu.Unlock()
	return slices.Contains(n.subscribers, s)
}

// change looks up what is to be told; false when it is no longer worth telling.
func (n *news) change(i item) (Change, bool) {
	switch {
	case i == item{}:
		return Change{Problems: n.roster.Problems(), ProblemsChanged: true}, true
	case i.person != identity.PersonID{}:
		return Change{Peer: Peer{ID: i.peer, Person: i.person}, Gone: true}, true
	}
	p, ok := n.roster.met(i.peer)
	return Change{Peer: p}, ok
}

// met returns the row of a machine that is listed.
func (r *Roster) met(id identity.PeerID) (Peer, bool) {
	if id == r.self {
		return r.Self(), true
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	if m := r.machines[id]; m != nil && m.met {
		return r.rowLocked(m), true
	}
	return Peer{}, false
}
