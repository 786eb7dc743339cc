package chat

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"time"

	"lanyard/chat/event"
	"lanyard/chat/frame"
	"lanyard/internal/peer"
	"lanyard/internal/store"
	"lanyard/internal/vector"
	"lanyard/internal/wire"
)

// In a room the author pushes to whoever is here. A moment later everybody else tells what came, to those who are not known to have it, by tips: the ends
// of the logs alone. Who lacks something of that asks one of those who told. So a room is complete through whoever is online, and what all have already
// costs a few dozen bytes for each two of them.

const (
	// relayPause is how long the author has to bring an event to everybody before the others tell of it.
	relayPause = time.Second

	// missPause is how long what somebody told of may still be on its way from its author, and whoever was asked for it has to send it.
	missPause = 500 * time.Millisecond

	maxMissed = 512 // marks that are kept of what one side told of: more than a room has branches
	maxAsked  = 5   // how often one side is asked for them, each time after twice the pause
)

// capabilityTips says that tips are understood: who does not tell it is sent what they lack, as tips would tell them nothing.
const capabilityTips = "tips"

// pending is what a room does soon.
type pending struct {
	mu    sync.Mutex
	came  map[*branch]bool // has grown since tips were told
	told  bool             // tips are told when their pause is over
	words bool             // that more words are here is told when its pause is over
	state bool             // our state is told to all when its pause is over
	asked time.Time        // when somebody was last asked for what they told of
	by    *session         // over which
}

// missed is what the other side of a session told of and we lacked.
type missed struct {
	told  vector.Vector // nil while nothing
	marks int           // in told
	asked int           // how often they were asked for it
}

// grew notes branches that grew; true when somebody has to wait for the pause and tell.
func (p *pending) grew(arrivals []*arrival) bool {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.came == nil {
		p.came = map[*branch]bool{}
	}
	for _, a := range arrivals {
		p.came[a.branch] = true
	}
	first := !p.told
	p.told = true
	return first
}

func (p *pending) take() map[*branch]bool {
	p.mu.Lock()
	defer p.mu.Unlock()
	came := p.came
	p.came, p.told = nil, false
	return came
}

// filled notes that words came; true when somebody has to wait for the pause and tell.
func (p *pending) filled() bool {
	p.mu.Lock()
	defer p.mu.Unlock()
	first := !p.words
	p.words = true
	return first
}

func (p *pending) tellFilled() {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.words = false
}

// mayAsk reports whether nobody was asked lately, and notes that somebody is now. Who was asked last is asked again only when others had their turn.
func (p *pending) mayAsk(over *session) bool {
	p.mu.Lock()
	defer p.mu.Unlock()
	pause := missPause
	if p.by == over {
		pause *= 2
	}
	if time.Since(p.asked) < pause {
		return false
	}
	p.asked, p.by = time.Now(), over
	return true
}

// tellTips tells the other members a moment after events came what did.
func (c *Chat) tellTips(v *conversation, arrivals []*arrival) {
	if v.office != nil {
		c.gossip(v)
	}
	if v.room == nil || !v.room.pending.grew(arrivals) {
		return
	}
	time.AfterFunc(relayPause, func() {
		came := v.room.pending.take()
		for _, s := range c.sessionsOf(v) {
			s.tip(came)
		}
	})
}

// tip has the session tell of branches. To somebody who is no member nothing is told; they get what they may have, as does who knows no tips.
func (s *session) tip(came map[*branch]bool) {
	member := s.v.room.members().Has(s.link.Person())
	s.mu.Lock()
	defer s.mu.Unlock()
	switch {
	case s.theirs == nil: // the comparison finds it
	case !member || !s.link.Offers(capabilityTips):
		s.due.relay = true
	default:
		s.due.tips = true
		for b := range came {
			s.relay.tips = append(s.relay.tips, b)
		}
	}
	s.stir()
}

// sendTips tells of what they are not known to have.
func (s *session) sendTips(ctx context.Context) error {
	told := s.nextTips()
	if len(told) == 0 {
		return nil
	}
	body, err := wire.Marshal(frame.Tips{Conversation: s.v.id[:], Vector: told})
	if err != nil {
		return err
	}
	return s.link.Send(ctx, wire.KindTips, body)
}

func (s *session) nextTips() vector.Vector {
	s.mu.Lock()
	defer s.mu.Unlock()
	told := vector.Vector{}
	for _, b := range s.relay.tips {
		if end := s.v.countsOf(b); b.log.Peer != s.link.Peer() && s.have[b] < end.Number && !s.relay.theyHold[b.log.Peer] {
			told.Advance(b.log, vector.Mark{}, end.Mark())
		}
	}
	s.relay.tips = nil
	return told
}

// countsOf returns up to where a branch is stored and counts.
func (v *conversation) countsOf(b *branch) event.Point {
	v.mu.Lock()
	defer v.mu.Unlock()
	if b.cut != nil && b.cut.Number < b.kept.Number {
		return *b.cut
	}
	return b.kept
}

// takeTips notes what the other side has. What is lacking here and does not come in a moment is asked for.
func (c *Chat) takeTips(l *peer.Link, body []byte) {
	if !c.awaitStarted(l) {
		return
	}
	f, err := frame.ReadTips(body)
	if err != nil {
		c.dropped("frames that break the rules")
		return
	}
	v := c.exchanged(l, event.ConversationID(f.Conversation))
	if v == nil || v.room == nil {
		c.dropped("tips of a conversation that is no room of ours")
		return
	}
	s := c.session(l, v)
	if s == nil {
		return // their vector comes first
	}
	lacks, err := s.heed(l.Context(), f.Vector)
	if err != nil {
		c.fails(l, "compare what somebody told of", err)
	}
	switch {
	case !lacks:
	case v.room.members().Has(l.Person()):
		s.missLater(f.Vector)
	default:
		c.ask(l, v) // that they are a member may be what they have; nothing is kept of what they told
	}
}

// fails logs what cannot be answered and is made good by the next vectors.
func (c *Chat) fails(l *peer.Link, what string, err error) {
	if l.Context().Err() == nil && !errors.Is(err, store.ErrClosed) {
		c.config.Log.Warn(what, "peer", l.Peer().Short(), "error", err)
	}
}

// heed notes what they have, and reports whether we lack some of that.
func (s *session) heed(ctx context.Context, told vector.Vector) (lacks bool, err error) {
	m, err := s.chat.match(ctx, s.v, told)
	if err != nil {
		return false, fmt.Errorf("compare with %s: %w", s.link.Peer().Short(), err)
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	for b, number := range m.has {
		s.due.relay = s.due.relay || s.relay.held[b] && number > s.have[b]
		s.have.raise(b, number)
	}
	if s.due.relay {
		s.stir()
	}
	return m.lacks, nil
}

// missLater looks again in a moment for what they have and we lacked.
func (s *session) missLater(told vector.Vector) {
	s.mu.Lock()
	defer s.mu.Unlock()
	m := &s.relay.missed
	if m.told == nil || m.asked > 0 { // what they tell now does not wait for long pauses
		m.asked = 0
		time.AfterFunc(missPause, s.missNow)
	}
	s.missLocked(told)
}

// missLocked keeps what they told of. Of what is too much nothing need be kept: who is asked sends all that we lack.
func (s *session) missLocked(told vector.Vector) {
	m := &s.relay.missed
	if m.told == nil {
		m.told = vector.Vector{}
	}
	for log, marks := range told {
		for _, mark := range marks {
			switch {
			case m.told.Has(log, mark):
			case m.marks == maxMissed:
				s.askLocked()
				return
			default:
				m.told.Advance(log, vector.Mark{}, mark)
				m.marks++
			}
		}
	}
}

// missAgain looks again for what they were asked for, after a pause that doubles with each time.
func (s *session) missAgain(was missed) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.relay.missed.told == nil {
		s.relay.missed.asked = was.asked
		time.AfterFunc(missPause<<was.asked, s.missNow)
	}
	s.missLocked(was.told)
}

func (s *session) missNow() {
	s.mu.Lock()
	s.due.miss = true
	s.mu.Unlock()
	s.stir()
}

// askMissed asks for what has not come meanwhile, unless somebody else was just asked, and looks again until it has come or they were asked often enough.
func (s *session) askMissed(ctx context.Context) error {
	s.mu.Lock()
	was := s.relay.missed
	s.relay.missed = missed{}
	s.mu.Unlock()
	lacks, err := s.heed(ctx, was.told)
	if err != nil || !lacks {
		return err
	}
	if s.v.room.pending.mayAsk(s) {
		s.requestAgain()
		if was.asked++; was.asked == maxAsked {
			return nil
		}
	}
	s.missAgain(was)
	return nil
}
