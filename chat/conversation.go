package chat

import (
	"context"
	"errors"
	"maps"
	"slices"
	"sync"

	"lanyard/chat/event"
	"lanyard/chat/frame"
	"lanyard/internal/identity"
	"lanyard/internal/name"
	"lanyard/internal/vector"
)

// conversation is one conversation in memory: where each log ends and what others have. It is rebuilt from the database at start.
type conversation struct {
	id   event.ConversationID
	key  int64             // in the database
	with identity.PersonID // zero for a room and the office
	room *room             // nil for all others

	office *office // nil for all others; what it holds is guarded by mu

	tallies tallies       // of messages with many amendments
	order   chan struct{} // capacity 1: full while something that came is on its way to the ledger, which gets all in the order in which it was verified

	mu       sync.Mutex
	stored   bool // the database has a row of it
	branches map[vector.Log][]*branch
	pen      pen
	lamport  uint64 // highest verified
	machines map[identity.PeerID]*machine
	reading  map[*branch]vector.Mark // how far our person has read
	summary  summary
	mine     Mine                  // as it is on disk
	ghosts   map[event.ID]struct{} // told to subscribers, and not stored: not yet, or it failed
}

// pen is what this machine writes with.
type pen struct {
	branch  *branch // the log that we write; nil before the first event and after the log was given up
	counter uint64  // of our newest state, or of a newer one that was seen
	ahead   bool    // somebody has a state of ours that we never made: the next one must outdo it
	state   frame.SignedState
	told    frame.State   // what it says
	lost    vector.Vector // what our person had read, as a state says that we have forgotten; until it is caught up with
}

// machine is what one machine of the conversation last said about itself.
type machine struct {
	counter uint64
	signed  frame.SignedState
	has     cover        // of our own branches: delivered
	seen    cover        // of our own branches: read
	lacks   lacking      // of both
	open    *frame.State // what it says, while it names events of ours that we lack, or have not stored yet
}

// summary is the conversation's row in the list.
type summary struct {
	last     *Message // newest in order among the stored ones
	at       event.Position
	unread   unread
	refused  refusals // what of ours was refused
	waiting  bool     // amendments wait for what they name
	reissues int      // events that re-issue others: those need a look into the database before they are shown
}

func newConversation(id event.ConversationID, key int64, with identity.PersonID) *conversation {
	return &conversation{
		id: id, key: key, with: with, order: make(chan struct{}, 1),
		branches: map[vector.Log][]*branch{},
		machines: map[identity.PeerID]*machine{},
		reading:  map[*branch]vector.Mark{},
		ghosts:   map[event.ID]struct{}{},
	}
}

// in names the conversation in errors.
func (v *conversation) in() string {
	if v.room != nil {
		return "in the room " + name.Quote(v.room.members().Title())
	}
	if v.office != nil {
		return "to everybody in the office"
	}
	return "in the conversation with " + v.with.Short()
}

// person is the other person as the database has it.
func (v *conversation) person() []byte {
	if !v.direct() {
		return []byte{}
	}
	return v.with[:]
}

// views returns the branches of one log, those that others fork from first.
func (v *conversation) views(log vector.Log) []view {
	v.mu.Lock()
	defer v.mu.Unlock()
	return viewsOf(v.branches[log])
}

// endOf returns where a log ends here, whichever of its branches is the longest.
func (v *conversation) endOf(log vector.Log) (end uint64) {
	for _, w := range v.views(log) {
		end = max(end, w.kept.Number)
	}
	return end
}

// allViews returns the branches of all logs.
func (v *conversation) allViews() []view {
	v.mu.Lock()
	defer v.mu.Unlock()
	var all []view
	for _, branches := range v.branches {
		all = append(all, viewsOf(branches)...)
	}
	return all
}

func viewsOf(branches []*branch) []view {
	views := make([]view, len(branches))
	for i, b := range branches {
		views[i] = view{branch: b, kept: b.kept, tip: b.tip, cut: b.cut, over: b.over, ended: b.ended}
	}
	return views
}

// vectorLocked returns what is durable here, with branches extended as ahead says: what a commit under way will make durable.
func (v *conversation) vectorLocked(ahead map[*branch]event.Point) vector.Vector {
	out := vector.Vector{}
	add := func(b *branch) {
		if p := b.endLocked(ahead); p.Number > b.fork {
			out.Advance(b.log, vector.Mark{}, p.Mark())
		}
	}
	for log, branches := range v.branches {
		for _, b := range branches {
			if !v.tellsLocked(log) {
				break
			}
			add(b)
		}
	}
	for b := range ahead {
		if !slices.Contains(v.branches[b.log], b) {
			add(b)
		}
	}
	return out
}

// endLocked is where a branch ends, as far as it counts, once what is ahead is stored.
func (b *branch) endLocked(ahead map[*branch]event.Point) event.Point {
	p, ok := ahead[b]
	if !ok {
		p = b.kept
	}
	if b.cut != nil && p.Number > b.cut.Number {
		return *b.cut
	}
	return p
}

func (v *conversation) vector() vector.Vector {
	v.mu.Lock()
	defer v.mu.Unlock()
	return v.vectorLocked(nil)
}

// deliveryLocked returns how far an event of ours got with a person.
func (v *conversation) deliveryLocked(b *branch, number uint64, machines []identity.PeerID) Delivery {
	best := Waiting
	for _, id := range machines {
		m := v.machines[id]
		switch {
		case m == nil, m.lacks.has(b, number):
		case m.seen.covers(b, number):
			return Read
		case m.has.covers(b, number):
			best = Delivered
		}
		if v.room != nil && v.room.had.covers(id, b, number) {
			best = Delivered
		}
	}
	return best
}

// readLocked reports whether our person has read an event.
func (v *conversation) readLocked(b *branch, number uint64) bool {
	return v.reading[b].Number >= number
}

// readTo returns how far our person has read a branch.
func (v *conversation) readTo(b *branch) uint64 {
	v.mu.Lock()
	defer v.mu.Unlock()
	return v.reading[b].Number
}

func (v *conversation) reissues() int {
	v.mu.Lock()
	defer v.mu.Unlock()
	return v.summary.reissues
}

// forget takes back events that were verified and could not be stored.
func (v *conversation) forget(a *arrival) {
	v.mu.Lock()
	defer v.mu.Unlock()
	a.branch.resetLocked()
	v.lostLocked(a.branch)
	if !a.branch.stored {
		log := a.branch.log
		v.branches[log] = slices.DeleteFunc(v.branches[log], func(b *branch) bool { return b == a.branch })
	}
}

// conjureLocked notes that events are told before they are stored, so that they are not told again when storing fails and they come again, nor what re-issues
// them. It returns those that were not told yet.
func (v *conversation) conjureLocked(events []*event.Event) (fresh []*event.Event) {
	for _, e := range events {
		if _, found := v.ghosts[e.ID]; !found {
			v.ghosts[e.ID] = struct{}{}
			fresh = append(fresh, e)
		}
	}
	return fresh
}

// haunts reports whether an event was told and is not stored.
func (v *conversation) haunts(id []byte) bool {
	if len(id) != len(event.ID{}) {
		return false
	}
	v.mu.Lock()
	defer v.mu.Unlock()
	_, found := v.ghosts[event.ID(id)]
	return found
}

// awaitGhosts waits until what subscribers were told is stored, or could not be: who begins to listen after that and then reads has to find it.
func (c *Chat) awaitGhosts(ctx context.Context, v *conversation) error {
	some, err := v.ghostsHandedOver(ctx)
	if !some || err != nil {
		return err
	}
	if err := c.ledger.settled(ctx); err != nil && !errors.Is(err, errEnded) {
		return err
	}
	return nil
}

// ghostsHandedOver waits until the ledger has what subscribers were told, and reports whether there is anything.
func (v *conversation) ghostsHandedOver(ctx context.Context) (some bool, err error) {
	v.mu.Lock()
	some = len(v.ghosts) > 0
	v.mu.Unlock()
	if !some {
		return false, nil
	}
	select {
	case v.order <- struct{}{}:
		<-v.order
		return true, nil
	case <-ctx.Done():
		return true, context.Cause(ctx)
	}
}

// layGhosts forgets that events were told before they were stored: now they are.
func (v *conversation) layGhosts(a *arrival) {
	v.mu.Lock()
	defer v.mu.Unlock()
	for _, e := range a.events {
		delete(v.ghosts, e.ID)
	}
}

// layGhost reports whether an event was told before it was lost, and forgets that.
func (v *conversation) layGhost(id event.ID) bool {
	v.mu.Lock()
	defer v.mu.Unlock()
	_, found := v.ghosts[id]
	delete(v.ghosts, id)
	return found
}

// nextState returns what our machine has to say once reading is durable and logs stand so, and whether that is news.
func (v *conversation) nextState(self identity.PeerID, at standing, reading map[*branch]vector.Mark, secretive bool) (frame.State, bool) {
	v.mu.Lock()
	defer v.mu.Unlock()
	s := frame.State{Conversation: v.id[:], Peer: self, Counter: v.pen.counter + 1, Delivered: v.vectorLocked(at.held), Read: v.pen.told.Read}
	if secretive {
		s.Lacks = v.lacksLocked(at, func(b *branch) uint64 { return at.parts[b].read.Number })
		s.Read = s.Read.Clone()
		for b, part := range at.parts {
			if end := b.endLocked(at.held); part.read.Number <= end.Number { // it has no part of its own any more
				s.Read.Advance(b.log, part.was, part.read)
			}
		}
	} else {
		all := maps.Clone(v.reading)
		maps.Copy(all, reading)
		s.Lacks = v.lacksLocked(at, func(b *branch) uint64 { return all[b].Number })
		s.Read = vector.Vector{}
		for b, m := range all {
			if end := b.endLocked(at.held); m.Number > end.Number { // what was read behind a cut, its author need not know
				m = end.Mark()
			}
			if m.Number > b.fork {
				s.Read.Advance(b.log, vector.Mark{}, m)
			}
		}
	}
	return s, v.pen.ahead || !s.SaysAs(&v.pen.told)
}

// outdone reports whether somebody has a newer state of ours than we made.
func (v *conversation) outdone() bool {
	v.mu.Lock()
	defer v.mu.Unlock()
	return v.pen.ahead
}

// newest makes m the conversation's last message unless a later one is known.
func (v *conversation) newest(m *Message, at event.Position) {
	v.mu.Lock()
	defer v.mu.Unlock()
	if v.summary.last == nil || at.Compare(v.summary.at) > 0 {
		v.summary.last, v.summary.at = m, at
	}
}
