package control

import (
	"bytes"
	"encoding/json"
	"fmt"
	"slices"
	"sync"

	"lanyard/internal/api"
)

// backlogLimit is how many bytes of events, roughly, wait for one reader before it is cut off. It holds a burst of 20,000 messages with
// all that follows from them.
const backlogLimit = 64 << 20

// Event is one thing that happened. It is shared by all readers and must not be changed.
type Event struct {
	Type  string
	Value any // the api type that belongs to Type

	once sync.Once
	line []byte
}

// Line is the event as one line of JSON, made once for all readers.
func (e *Event) Line() []byte {
	e.once.Do(func() { e.line = encode(e.Type, e.Value) })
	return e.line
}

// encode puts the type before the value's own fields, in one object, and ends the line.
func encode(kind string, value any) []byte {
	var b bytes.Buffer
	fmt.Fprintf(&b, `{"type":%q`, kind)
	if value != nil {
		head := b.Len()
		e := json.NewEncoder(&b)
		e.SetEscapeHTML(false)
		if err := e.Encode(value); err != nil {
			panic("an event that is no JSON: " + err.Error()) // the api types always are
		}
		if b.Bytes()[head+1] != '}' {
			b.Bytes()[head] = ','
			return b.Bytes()
		}
		b.Truncate(head)
	}
	b.WriteString("}\n")
	return b.Bytes()
}

// weight is roughly how many bytes an event takes in a backlog.
func (e *Event) weight() int {
	if m, ok := e.Value.(api.Message); ok {
		return 768 + len(m.Text) + 512*len(m.Reactions)
	}
	if l, ok := e.Value.(api.LiveText); ok {
		return 512 + len(l.Text)
	}
	return 512
}

// Hub hands every published event to every reader, in one order. It is safe for concurrent use and none of its methods blocks.
type Hub struct {
	mu      sync.Mutex
	readers map[*Subscription]struct{}
	closed  bool
}

// NewHub returns a hub without readers.
func NewHub() *Hub { return &Hub{readers: map[*Subscription]struct{}{}} }

// Publish tells all readers. Kind is one of the api.Event constants and value what belongs to it, which nobody changes any more.
func (h *Hub) Publish(kind string, value any) {
	e := &Event{Type: kind, Value: value}
	h.mu.Lock()
	defer h.mu.Unlock()
	for s := range h.readers {
		s.addLocked(e)
	}
}

// Subscribe returns a reader that gets everything published from now on.
func (h *Hub) Subscribe() *Subscription {
	return h.add(&Subscription{hub: h, wake: make(chan struct{}, 1)})
}

// SubscribeTo returns a reader that gets what is published from now on of these types, and is not woken for others. Of none it hears the end alone.
func (h *Hub) SubscribeTo(types ...string) *Subscription {
	return h.add(&Subscription{hub: h, wake: make(chan struct{}, 1), some: true, types: types})
}

func (h *Hub) add(s *Subscription) *Subscription {
	h.mu.Lock()
	defer h.mu.Unlock()
	if h.closed {
		s.cutLocked()
		return s
	}
	h.readers[s] = struct{}{}
	return s
}

// Close cuts off all readers, present and later ones; what was published before they still get.
func (h *Hub) Close() {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.closed = true
	for s := range h.readers {
		delete(h.readers, s)
		s.cut = true
		s.wakeLocked()
	}
}

// Subscription is one reader's backlog. One goroutine waits on Wake and calls Take.
type Subscription struct {
	hub   *Hub
	wake  chan struct{} // holds a token while Take has something to say
	some  bool          // it gets these types alone
	types []string

	// guarded by hub.mu
	waiting []*Event
	weight  int
	cut     bool
}

// Wake delivers when Take has something to say.
func (s *Subscription) Wake() <-chan struct{} { return s.wake }

// Take returns what waits, in order. False: the reader was cut off, because it fell behind, as the last event then says, or the hub closed; there is nothing more after these.
func (s *Subscription) Take() ([]*Event, bool) {
	s.hub.mu.Lock()
	defer s.hub.mu.Unlock()
	events := s.waiting
	s.waiting, s.weight = nil, 0
	return events, !s.cut
}

// Close ends the subscription.
func (s *Subscription) Close() {
	s.hub.mu.Lock()
	defer s.hub.mu.Unlock()
	s.cutLocked()
}

func (s *Subscription) addLocked(e *Event) {
	if s.some && !slices.Contains(s.types, e.Type) {
		return
	}
	if s.weight += e.weight(); s.weight > backlogLimit {
		s.cutLocked()
		s.waiting = []*Event{{Type: api.EventBehind}}
		return
	}
	s.waiting = append(s.waiting, e)
	s.wakeLocked()
}

func (s *Subscription) cutLocked() {
	delete(s.hub.readers, s)
	s.cut, s.waiting = true, nil
	s.wakeLocked()
}

// wakeLocked leaves a token; it never waits, because a token that is there already says the same.
func (s *Subscription) wakeLocked() {
	select {
	case s.wake <- struct{}{}:
	default:
	}
}
