package chat

import (
	"context"
	"errors"
	"runtime"
	"sync"
	"time"

	"lanyard/chat/event"
	"lanyard/chat/frame"
	"lanyard/internal/identity"
	"lanyard/internal/store"
	"lanyard/internal/vector"
)

// errEnded is what callers get whose entry came after Run had ended.
var errEnded = errors.New("Lanyard is stopping: try again when it runs")

// ledgerRoom is how many bytes of received events wait to be stored before those who bring more have to wait.
const ledgerRoom = 4 << 20

// statePatience is how long states of others wait for something that they are stored with: they take no commit of their own where much is written. They are told
// when they come, and what a crash takes of them comes again from who signed it.
const statePatience = 100 * time.Millisecond

// ledger is the one loop that stores: what we write, what arrives, what was read. Each turn takes everything that waits and makes it durable by
// one transaction, so that a flood shares one wait for the disk and a lone message waits for nobody; only states of others do, for a moment, and what is told already and follows something
// closely (company.go). Only the ledger writes our own logs.
type ledger struct {
	chat *Chat
	wake chan struct{} // capacity 1: something waits, or the end

	mu      sync.Mutex
	waiting batch
	size    int         // bytes of arrivals in waiting
	hurry   bool        // what waits is stored now; without it there is nothing but states, and arrivals that are to have company
	late    *time.Timer // until it hurries all the same; nil while nothing waits that may
	alarm   int         // counts these timers and turns: one that was not stopped in time does nothing
	company company
	room    chan struct{} // closed when waiting was taken; nil when nobody waits
	closed  bool
}

// batch is what one turn stores.
type batch struct {
	drafts   []*draft
	arrivals []*arrival
	states   map[machineIn]*arrivedState // the newest of each
	marks    []*readMark
	tolds    []*toldMark
	bygones  []*bygone
	fills    []*fill
	reviews  []*conversation // what our state says of them is worked out anew
	answers  []chan error    // each of capacity 1: why none of it could be stored, or nil
	over     []chan struct{} // closed when all of it, and all before it, is settled, whatever came of it
}

func (b *batch) empty() bool { return len(b.states)+len(b.arrivals) == 0 && b.onlyReceived() }

// onlyReceived reports whether nobody here waits for any of it.
func (b *batch) onlyReceived() bool {
	return len(b.drafts)+len(b.marks)+len(b.tolds)+len(b.bygones)+len(b.fills)+len(b.reviews)+len(b.answers)+len(b.over) == 0
}

// draft is what our person, or the program for them, writes: one or more events in order.
type draft struct {
	in       *conversation
	writings []writing
	done     chan outcome // capacity 1
}

// writing is one event to be.
type writing struct {
	kind  event.Kind
	body  []byte
	again []byte                                                // ID of the event that it re-issues
	after uint64                                                // a Lamport time that it stands behind, beside all that is here
	anew  bool                                                  // which nobody ever took
	edits []byte                                                // in the office and where a room's history is closed: ID of what an edit is of
	path  string                                                // where what it offers lies
	with  func(tx *store.Tx, e *event.Event, place int64) error // stored together with it; may be nil
}

type outcome struct {
	branch *branch // that holds the events
	events []*event.Event
	err    error
}

// arrival is a verified run of events that continue a branch.
type arrival struct {
	in     *conversation
	branch *branch
	events []*event.Event
	told   bool              // subscribers know them already
	fresh  []*event.Event    // of those the ones that they did not know when these came
	teller identity.PersonID // of the office: through whom its author was first heard of
}

func (a *arrival) size() (n int) {
	for _, e := range a.events {
		n += e.Size()
	}
	return n
}

// arrivedState is a verified state of another machine.
type arrivedState struct {
	machineIn
	counter uint64
	signed  frame.SignedState
}

// machineIn is a machine of a conversation.
type machineIn struct {
	in   *conversation
	peer identity.PeerID
}

// readMark is our person having read up to a message; the zero ID means all. With direct it is what we once told others and have forgotten.
type readMark struct {
	in     *conversation
	upTo   event.ID
	direct map[*branch]vector.Mark
	anew   bool       // what is unread is counted anew, whether or not anything was read
	done   chan error // capacity 1
}

func newLedger(c *Chat) *ledger { return &ledger{chat: c, wake: make(chan struct{}, 1)} }

// add hands something to the loop; put adds it to the batch. It never waits.
func (l *ledger) add(put func(*batch)) error {
	l.mu.Lock()
	closed := l.closed
	if !closed {
		put(&l.waiting)
		l.hurry = true
	}
	l.mu.Unlock()
	if closed {
		return errEnded
	}
	l.stir()
	return nil
}

func (l *ledger) stir() {
	select {
	case l.wake <- struct{}{}:
	default:
	}
}

// addState hands over a state of another machine, which is stored with what comes next or, if nothing does, in a moment.
func (l *ledger) addState(s *arrivedState) error {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.closed {
		return errEnded
	}
	if l.waiting.states == nil {
		l.waiting.states = map[machineIn]*arrivedState{}
	}
	if l.late == nil {
		l.ripenAfterLocked(statePatience)
	}
	if known := l.waiting.states[s.machineIn]; known == nil || known.counter < s.counter {
		l.waiting.states[s.machineIn] = s
	}
	return nil
}

// ripenAfterLocked has what waits be stored in a moment, whatever was to be before.
func (l *ledger) ripenAfterLocked(moment time.Duration) {
	if l.late != nil {
		l.late.Stop()
	}
	l.alarm++
	alarm := l.alarm
	l.late = time.AfterFunc(moment, func() { l.ripen(alarm) })
}

func (l *ledger) ripen(alarm int) {
	l.mu.Lock()
	l.hurry = l.hurry || alarm == l.alarm
	l.mu.Unlock()
	l.stir()
}

// arrive hands received events to the loop and waits while too much waits already, or until ctx ends.
func (l *ledger) arrive(ctx context.Context, a *arrival) error {
	for {
		room, err := l.tryArrive(a)
		if room == nil || err != nil {
			return err
		}
		select {
		case <-room:
		case <-ctx.Done():
			return context.Cause(ctx)
		}
	}
}

func (l *ledger) tryArrive(a *arrival) (<-chan struct{}, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	switch {
	case l.closed:
		return nil, errEnded
	case l.size > ledgerRoom:
		if l.room == nil {
			l.room = make(chan struct{})
		}
		return l.room, nil
	}
	l.size += a.size()
	l.waiting.arrivals = append(l.waiting.arrivals, a)
	if !l.waitsLocked(a) {
		l.hurry = true
		l.stir()
	}
	return nil, nil
}

// waitsLocked reports whether what waits may wait on, now that this came, and sees to it that it does not wait for too long.
func (l *ledger) waitsLocked(a *arrival) bool {
	may, first := a.told && l.size < companySize && !l.hurry, len(l.waiting.arrivals) == 1
	if !may || !first { // what cannot wait itself does not wait in vain
		l.company.came(time.Now())
		return may
	}
	patience := l.company.patience(time.Now())
	if patience > 0 {
		l.ripenAfterLocked(patience) // states wait longer
	}
	return patience > 0
}

// settled waits until what was handed over before is stored, or could not be, or until ctx ends.
func (l *ledger) settled(ctx context.Context) error {
	over := make(chan struct{})
	if err := l.add(func(b *batch) { b.over = append(b.over, over) }); err != nil {
		return err
	}
	select {
	case <-over:
		return nil
	case <-ctx.Done():
		return context.Cause(ctx)
	}
}

// take returns what is to be stored now.
func (l *ledger) take() batch {
	l.mu.Lock()
	defer l.mu.Unlock()
	b := l.waiting
	if !l.hurry && !l.closed {
		return batch{}
	}
	if l.late != nil {
		l.late.Stop()
	}
	l.company.over(len(b.arrivals) > 1 || !b.onlyReceived())
	l.waiting, l.size, l.late, l.hurry = batch{}, 0, nil, false
	l.alarm++
	if l.room != nil {
		close(l.room)
		l.room = nil
	}
	return b
}

// run stores until ctx ends; what waits then is still stored.
func (l *ledger) run(ctx context.Context) {
	for {
		b := l.take()
		if !b.empty() {
			runtime.Gosched() // lets those go on who tell what is shown before it is stored: on few cores this loop mostly went before them, to the disk. Nothing relies on that order
			err := l.post(context.WithoutCancel(ctx), b)
			for _, done := range b.answers {
				done <- err
			}
			for _, over := range b.over {
				close(over)
			}
			continue
		}
		if l.over(ctx) {
			return
		}
		select {
		case <-l.wake:
		case <-ctx.Done():
		}
	}
}

// over closes the ledger once ctx has ended; true when nothing is left.
func (l *ledger) over(ctx context.Context) bool {
	if ctx.Err() == nil {
		return false
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	l.closed = true
	return l.waiting.empty()
}

// post stores one batch and then tells everybody what came of it. The error is why nothing of it was stored: people are told of it.
func (l *ledger) post(ctx context.Context, b batch) error {
	pages := l.pages(b)
	if len(pages) == 0 {
		return nil
	}
	for _, p := range pages {
		p.prepare()
	}
	err := l.chat.config.DB.Write(ctx, func(tx *store.Tx) error {
		for _, p := range pages {
			if err := p.store(tx); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		l.chat.notStored(err)
	} else {
		l.chat.relieved(ProblemNotStored)
	}
	for _, p := range pages {
		if err != nil {
			p.giveUp(err)
		} else {
			p.settle()
		}
	}
	return err
}

// pages sorts a batch by conversation, keeping the order within each.
func (l *ledger) pages(b batch) []*page {
	var pages []*page
	byConversation := map[*conversation]*page{}
	of := func(v *conversation) *page {
		p := byConversation[v]
		if p == nil {
			p = newPage(l.chat, v)
			byConversation[v] = p
			pages = append(pages, p)
		}
		return p
	}
	for _, d := range b.drafts {
		p := of(d.in)
		p.drafts = append(p.drafts, d)
	}
	for _, a := range b.arrivals {
		p := of(a.in)
		p.arrivals = append(p.arrivals, a)
	}
	for _, s := range b.states {
		p := of(s.in)
		p.states = append(p.states, s)
	}
	for _, m := range b.marks {
		p := of(m.in)
		p.marks = append(p.marks, m)
	}
	for _, t := range b.tolds {
		p := of(t.in)
		p.tolds = append(p.tolds, t)
	}
	for _, one := range b.bygones {
		p := of(one.in)
		p.bygones = append(p.bygones, one)
	}
	for _, one := range b.fills {
		p := of(one.in)
		p.fills = append(p.fills, one)
	}
	for _, v := range b.reviews {
		of(v).review = true
	}
	return pages
}
