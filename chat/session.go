package chat

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"slices"
	"sync"
	"time"

	"lanyard/chat/event"
	"lanyard/chat/frame"
	"lanyard/internal/identity"
	"lanyard/internal/peer"
	"lanyard/internal/store"
	"lanyard/internal/vector"
	"lanyard/internal/wire"
)

const askPause = time.Second // before the same vector is sent again because something is missing

// session is what we know of one link: what the other side has, and what it is still owed. While the link is the one to use, one goroutine sends. What
// we know outlives a time in which another link is used.
type session struct {
	chat *Chat
	link *peer.Link
	v    *conversation
	poke chan struct{} // capacity 1: there may be something to send
	turn sync.Mutex    // held while up changes
	up   use

	asking    asking    // for words that are missing here
	answering answering // what they ask for

	mu     sync.Mutex
	theirs vector.Vector // what they said they have; nil until their vector came: before that nothing is pushed
	have   cover
	owe    map[*branch]uint64 // up to which number each branch is sent from the database
	defers bool               // theirs has something that decides what is to be sent, and that we lack
	early  bool               // theirs has something that was not stored yet when it was compared
	runs   bool               // a comparison runs
	live   []liveRun
	size   int // bytes in live
	due    duties
	asked  asked
	relay  relay
	told   telling // about the office

	overdue overdue
}

// use is a time in which a session sends.
type use struct {
	cancel context.CancelFunc
	ended  chan struct{} // closed when the goroutine has ended
}

// duties are what the session's goroutine does next.
type duties struct {
	vector  bool
	state   bool
	compare bool
	tell    bool // states of others that they want
	relay   bool // what they may have now and are not known to have
	tips    bool // tell of what came here
	miss    bool // look whether what they told of has come
	gaps    bool // ask for words that are missing here, and tell that more are here
	rooms   bool // tell of the rooms that are open to the office
	overdue bool // look whether all has come that should have
}

// asked is the vector that was sent last.
type asked struct {
	vector vector.Vector
	at     time.Time
}

func (c *Chat) newSession(l *peer.Link, v *conversation) *session {
	return &session{chat: c, link: l, v: v, poke: make(chan struct{}, 1), have: cover{}, owe: map[*branch]uint64{}, relay: relay{held: map[*branch]bool{}}, told: telling{refused: map[identity.PeerID]bool{}}}
}

// begin has the session send from now on: first our vector, then what theirs, if it came before, does not cover.
func (s *session) begin() {
	s.turn.Lock()
	defer s.turn.Unlock()
	s.endLocked()
	s.mu.Lock()
	s.due.vector, s.due.compare, s.due.rooms = true, s.theirs != nil, s.v.direct()
	s.live, s.size, s.runs = nil, 0, false
	s.mu.Unlock()
	s.asking.restart()
	ctx, cancel := context.WithCancel(s.link.Context())
	u := use{cancel, make(chan struct{})}
	s.up = u
	began := s.chat.begin(func() {
		defer close(u.ended)
		defer cancel()
		defer context.AfterFunc(s.chat.life, cancel)()
		s.run(ctx)
	})
	if !began {
		cancel()
		close(u.ended)
	}
}

// end has the session send no more.
func (s *session) end() {
	s.turn.Lock()
	defer s.turn.Unlock()
	s.endLocked()
}

func (s *session) endLocked() {
	if s.up.cancel != nil {
		s.up.cancel()
		<-s.up.ended
	}
}

func (s *session) stir() {
	select {
	case s.poke <- struct{}{}:
	default:
	}
}

// run sends until the link is no longer the one to use.
func (s *session) run(ctx context.Context) {
	for {
		more, err := s.step(ctx)
		if err != nil {
			if ctx.Err() == nil {
				s.chat.config.Log.Warn("sending messages stopped until the next link", "peer", s.link.Peer().Short(), "error", err)
			}
			return
		}
		if more {
			continue
		}
		select {
		case <-s.poke:
		case <-ctx.Done():
			return
		}
	}
}

// step does the most urgent thing; false when there is nothing to do.
func (s *session) step(ctx context.Context) (bool, error) {
	s.mu.Lock()
	due := s.due
	switch {
	case due.vector:
		s.due.vector = false
	case due.compare:
		s.due.compare = false
	case due.state:
		s.due.state = false
	case due.tell:
		s.due.tell = false
	case due.relay:
		s.due.relay = false
	case due.tips:
		s.due.tips = false
	case due.miss:
		s.due.miss = false
	case due.rooms:
		s.due.rooms = false
	case due.gaps:
		s.due.gaps = false
	case due.overdue:
		s.due.overdue = false
	}
	s.mu.Unlock()
	switch {
	case due.vector:
		return true, s.sendVector(ctx)
	case due.compare:
		return true, s.compare(ctx)
	case due.state:
		return true, s.sendState(ctx)
	case due.tell:
		return true, s.sendTold(ctx)
	case due.relay:
		return true, s.relayMissing(ctx)
	case due.tips:
		return true, s.sendTips(ctx)
	case due.miss:
		return true, s.askMissed(ctx)
	case due.rooms:
		return true, s.sendRooms(ctx)
	case due.gaps:
		return true, s.exchangeGaps(ctx)
	case due.overdue:
		return true, s.lookOverdue(ctx)
	}
	if run, ok := s.nextLive(); ok {
		return true, s.sendLive(ctx, run)
	}
	if more, err := s.sendOwed(ctx); more || err != nil {
		return more, err
	}
	return s.sendWords(ctx)
}

// sendVector says what is durable here, with all states that we know.
func (s *session) sendVector(ctx context.Context) error {
	ours, states := s.v.report(s.link.Peer())
	if own, counter := s.v.ownState(); s.mayHaveState() {
		s.noteState(counter)
	} else {
		states = slices.DeleteFunc(states, func(state frame.SignedState) bool { return bytes.Equal(state.Body, own.Body) })
	}
	s.mu.Lock()
	s.asked = asked{vector: ours, at: time.Now()}
	clear(s.told.refused)
	s.mu.Unlock()
	told, lacks, err := s.toldVector(ctx)
	if err != nil {
		return err
	}
	f := frame.Vectors{Conversation: s.v.id[:], Vector: s.tellable(told)}
	if lacks {
		f.Lacks = 1
	}
	s.addRoom(&f)
	s.addOverdue(&f)
	f.Holds = s.chat.heldMachines(s.v)
	body, err := wire.Marshal(f)
	if err != nil {
		return err
	}
	room := event.FrameRoom - len(body)
	for len(states) > 0 && len(f.States) < frame.MaxStates && len(states[0].Body)+event.SignatureSize+8 <= room {
		room -= len(states[0].Body) + event.SignatureSize + 8
		f.States, states = append(f.States, states[0]), states[1:]
	}
	if body, err = wire.Marshal(f); err != nil {
		return err
	}
	if err := s.link.Send(ctx, wire.KindVectors, body); err != nil {
		return err
	}
	for _, state := range states {
		if err := s.sendStates(ctx, state); err != nil {
			return err
		}
	}
	return nil
}

func (s *session) sendState(ctx context.Context) error {
	if s.v.office != nil {
		return s.sendOffice(ctx)
	}
	state, counter := s.v.ownState()
	if counter == 0 || !s.mayHaveState() {
		return nil
	}
	s.noteState(counter)
	return s.sendStates(ctx, state)
}

func (s *session) sendStates(ctx context.Context, states ...frame.SignedState) error {
	body, err := wire.Marshal(frame.States{States: states})
	if err != nil {
		return err
	}
	return s.link.Send(ctx, wire.KindStates, body)
}

// compare finds out what the other side lacks and what we lack.
func (s *session) compare(ctx context.Context) error {
	s.mu.Lock()
	theirs, lacks := s.theirs, s.relay.lacks
	s.runs = true
	s.mu.Unlock()
	m, err := s.chat.match(ctx, s.v, theirs)
	if err != nil {
		return fmt.Errorf("compare with %s: %w", s.link.Peer().Short(), err)
	}
	if s.v.office != nil {
		if err := s.chat.got(ctx, s.v, s.link.Peer(), s.chat.ofOurs(m.has), nil); err != nil {
			return err
		}
	}
	if err := s.hearHad(ctx, m.has, lacks); err != nil {
		return err
	}
	if err := s.tellBygones(ctx, nil); err != nil {
		return err
	}
	views := s.v.allViews()
	wanted, err := s.wantedOf(ctx, views)
	if err != nil {
		return fmt.Errorf("look for what %s wants: %w", s.link.Peer().Short(), err)
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.have, s.defers, s.early, s.runs, s.due.gaps = m.has, len(m.unsure) > 0, m.early, false, true
	clear(s.owe)
	clear(s.relay.held)
	for _, w := range views {
		if to := wanted[w.branch]; !m.unsure[w.branch] && m.has[w.branch] < to && s.v.tells(w.log) {
			s.owe[w.branch] = to
		}
	}
	if m.lacks {
		s.askLocked()
		s.expectLocked()
	}
	return nil
}

// askLocked has our vector sent, unless the same one was just sent: then the answer is on its way.
func (s *session) askLocked() {
	if time.Since(s.asked.at) < askPause && s.asked.vector.Equal(s.v.vector()) {
		return
	}
	s.due.vector = true
	s.stir()
}

// raise notes that they were sent a branch up to a number.
func (s *session) raise(b *branch, number uint64) {
	ours := s.chat.isOurs(b)
	s.mu.Lock()
	defer s.mu.Unlock()
	if ours {
		s.expectLocked()
	}
	s.have.raise(b, number)
	if to, ok := s.owe[b]; ok && to <= number {
		delete(s.owe, b)
	}
}

// sendOwed sends one frame from the database; false when nothing is owed.
func (s *session) sendOwed(ctx context.Context) (bool, error) {
	b, from, to := s.nextOwed()
	if b == nil {
		return false, nil
	}
	var events []*event.Event
	var read readers
	err := s.chat.config.DB.Read(ctx, func(tx *store.Tx) error {
		var err error
		if events, err = eventsFrom(tx, b, from, to); err == nil {
			events, err = s.toSignature(tx, b, events, to)
		}
		if err == nil {
			read, err = s.chat.readersOf(tx, s.v, events)
		}
		if err == nil {
			events, err = s.untilForgotten(tx, b, events, &read)
		}
		if err == nil {
			events, err = s.untilLacked(tx, b, events, &read)
		}
		return err
	})
	if errors.Is(err, errUnreadable) {
		s.chat.tellAltered(s.v, b.log.Peer)
		s.withhold(b, to)
		return true, nil
	}
	if err != nil {
		return false, err
	}
	r, err := s.whole(ctx, b, s.chat.signedRun(b, s.toDeletion(b, s.release(s.chat.untilAltered(s.v, events), read))))
	if err != nil {
		return false, err
	}
	if len(r.Events) == 0 { // nothing that its author signed, or nothing for them: it is not passed on until something changes
		s.withhold(b, to)
		return true, nil
	}
	frame, err := r.Encode()
	if err != nil {
		return false, err
	}
	if err := s.tellBygones(ctx, r.Named()); err != nil {
		return false, err
	}
	if err := s.link.Send(ctx, wire.KindEvents, frame); err != nil {
		return false, err
	}
	s.raise(b, min(r.Last().Number, to))
	return true, nil
}

// nextOwed picks the oldest branch that is owed, so that a base goes before what forks from it. Where a branch ends sooner since, no more of it is.
func (s *session) nextOwed() (b *branch, from, to uint64) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for c, owed := range s.owe {
		if s.owe[c] = min(owed, s.v.countsOf(c).Number); s.have[c] >= s.owe[c] {
			delete(s.owe, c)
		} else if b == nil || c.key < b.key {
			b = c
		}
	}
	if b == nil {
		return nil, 0, 0
	}
	return b, max(s.have[b], b.fork) + 1, s.owe[b]
}

// signedRun cuts events so that they fit into a frame and end with a signed one. What we wrote ourselves is signed here if need be.
func (c *Chat) signedRun(b *branch, events []*event.Event) event.Run {
	size := 0
	for i, e := range events {
		if size += e.Size(); size > event.FrameRoom {
			events = events[:i]
			break
		}
	}
	if b.log.Peer == c.self() && len(events) > 0 {
		last := events[len(events)-1]
		last.Signature = c.config.Identity.Sign(event.SigningContext, last.ID[:])
		return event.Run{Events: events}
	}
	for len(events) > 0 && len(events[len(events)-1].Signature) == 0 {
		events = events[:len(events)-1]
	}
	return event.Run{Events: slices.Clip(events)}
}
