package chat

import (
	"context"
	"slices"
	"sync"

	"lanyard/chat/event"
)

// news tells subscribers what happened, in order, from one goroutine.
type news struct {
	chat *Chat
	wake chan struct{} // capacity 1

	mu          sync.Mutex
	waiting     []func() (Change, bool)
	rows        map[*conversation]bool // conversations whose row waits to be told
	reaches     map[event.ID]Delivery  // announcements whose reach waits to be told, and the first of what is new of them
	offers      bool                   // that other rooms may be joined waits to be told
	subscribers []*subscriber
}

type subscriber struct{ fn func(Change) }

func newNews(c *Chat) *news {
	return &news{chat: c, wake: make(chan struct{}, 1), rows: map[*conversation]bool{}, reaches: map[event.ID]Delivery{}}
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

// add queues a change; make is called when its turn comes.
func (n *news) add(make func() (Change, bool)) {
	n.mu.Lock()
	n.waiting = append(n.waiting, make)
	n.mu.Unlock()
	select {
	case n.wake <- struct{}{}:
	default:
	}
}

func (n *news) change(c Change) { n.add(func() (Change, bool) { return c, true }) }

// heard waits until everything added before has been told, or ctx ends.
func (n *news) heard(ctx context.Context) {
	told := make(chan struct{})
	n.add(func() (Change, bool) {
		close(told)
		return Change{}, false
	})
	select {
	case <-told:
	case <-ctx.Done():
	}
}

func (n *news) message(m *Message) { n.change(Change{Message: m}) }

func (n *news) problems() {
	n.add(func() (Change, bool) { return Change{Problems: n.chat.Problems(), ProblemsChanged: true}, true })
}

// conversation tells a conversation's row, as it is when its turn comes; several changes that nobody had time to hear are told once.
func (n *news) conversation(v *conversation) {
	n.mu.Lock()
	known := n.rows[v]
	n.rows[v] = true
	n.mu.Unlock()
	if known {
		return
	}
	n.add(func() (Change, bool) {
		n.mu.Lock()
		delete(n.rows, v)
		n.mu.Unlock()
		row := n.chat.row(v)
		return Change{Conversation: &row}, true
	})
}

// reached tells how far announcements of ours got, as it is when their turn comes; several changes that nobody had time to hear are told once. What is new is that
// somebody has them, or has read them.
func (n *news) reached(v *conversation, b *branch, numbers map[uint64]event.ID, got Delivery) {
	for number, id := range numbers {
		n.mu.Lock()
		before, known := n.reaches[id]
		if !known || got < before {
			n.reaches[id] = got
		}
		n.mu.Unlock()
		if known {
			continue
		}
		n.add(func() (Change, bool) {
			n.mu.Lock()
			got := n.reaches[id]
			delete(n.reaches, id)
			n.mu.Unlock()
			r := n.chat.reachOf(v, b, number, id)
			r.New = got
			return Change{Reach: r}, true
		})
	}
}

// openRooms tells that other rooms may be joined; several changes that nobody had time to hear are told once.
func (n *news) openRooms() {
	n.mu.Lock()
	known := n.offers
	n.offers = true
	n.mu.Unlock()
	if known {
		return
	}
	n.add(func() (Change, bool) {
		n.mu.Lock()
		n.offers = false
		n.mu.Unlock()
		return Change{OpenRoomsChanged: true}, true
	})
}

// run tells until ctx ends and everything added before has been told.
func (n *news) run(ctx context.Context) {
	for {
		waiting, subscribers := n.take()
		if len(waiting) == 0 {
			if ctx.Err() != nil {
				return
			}
			select {
			case <-n.wake:
			case <-ctx.Done():
			}
			continue
		}
		for _, make := range waiting {
			c, ok := make()
			ok = ok && n.chat.tells(&c)
			for _, s := range subscribers {
				if ok && n.subscribed(s) {
					s.fn(c)
				}
			}
		}
	}
}

func (n *news) take() ([]func() (Change, bool), []*subscriber) {
	n.mu.Lock()
	defer n.mu.Unlock()
	waiting := n.waiting
	n.waiting = nil
	return waiting, slices.Clone(n.subscribers)
}

func (n *news) subscribed(s *subscriber) bool {
	n.mu.Lock()
	defer n.mu.Unlock()
	return slices.Contains(n.subscribers, s)
}
